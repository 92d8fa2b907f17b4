package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of objects that a stack took over, on the disk. */
class AdoptedObjectsTest {
    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrs");
    private static final byte[] KEY = "0123456789abcdef".getBytes(UTF_8);

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("shop.adopted-objects.json");
    }

    private AdoptedObjects adopted(byte[] key) {
        return AdoptedObjects.of(
                new Deployment.Identity(STACK, "shop", 1, Digest.of(KEY), "shop", folder.resolve("shop")), key);
    }

    private static Step takenOver(String name) {
        return changed(name, true);
    }

    private static Step changed(String name, boolean takenOver) {
        Json.Obj secret = JsonReader.object(("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\""
                        + name + "\"},\"data\":{\"word\":\"Canary\"}}")
                .getBytes(UTF_8));
        Declared declared = Declarations.placed(Kind.read("", "v1", "Secret", "secrets"), secret, "shop", true);
        return new Step.Change(declared, secret, secret, Optional.empty(), takenOver);
    }

    @Test
    void aFileThatAnEarlierVersionLeftInTheClearIsSealedWithWhatComesToIt() throws IOException {
        Files.writeString(file(), "{\"Secret/shop/old\":{\"kind\":\"Secret\",\"data\":{\"word\":\"Canary\"}}}");

        adopted(KEY).keep(List.of(takenOver("new")));

        assertThat(Files.readString(file(), ISO_8859_1)).doesNotContain("Canary", "Secret");
        byte[] sealed = Files.readAllBytes(file());
        adopted(KEY).keep(List.of(takenOver("old"), takenOver("new")));
        assertThat(Files.readAllBytes(file())).as("both are kept already").isEqualTo(sealed);
    }

    @Test
    void whatStayedUndeclaredIsKeptWhenItIsTakenBackAndNothingElseOfTheStackIs() throws IOException {
        adopted(KEY).settle(List.of("Secret/shop/stayed"));
        byte[] nameAlone = Files.readAllBytes(file());
        adopted(KEY).keep(List.of(changed("declared", false)));
        assertThat(Files.readAllBytes(file())).as("that was the good one's").isEqualTo(nameAlone);

        adopted(KEY).keep(List.of(changed("stayed", false)));
        assertThat(Files.size(file())).isGreaterThan(nameAlone.length);

        adopted(KEY).settleAsBefore();
        assertThat(Files.size(file())).as("the name again").isEqualTo(nameAlone.length);
        adopted(KEY).settle(List.of());
        assertThat(file()).doesNotExist();
    }

    @Test
    void withoutItsKeyItIsNamedWithWhatHelps() {
        adopted(KEY).keep(List.of(takenOver("new")));

        assertThatThrownBy(() -> adopted("another key of 16".getBytes(UTF_8)).keep(List.of(takenOver("old"))))
                .isInstanceOfSatisfying(PendingException.class, e -> assertThat(e.detail())
                        .contains(file() + ": cannot be read: it does not open with this agent's key", "or remove it"));
    }

    @Test
    void whatWasSealedForAnotherStackOrChangedDoesNotOpen() {
        KeptSealed seal = new KeptSealed(KEY, STACK);
        byte[] sealed = seal.seal("Canary".getBytes(UTF_8));
        byte[] changed = sealed.clone();
        changed[changed.length - 1] ^= 1;

        assertThat(seal.open(sealed)).hasValue("Canary".getBytes(UTF_8));
        assertThat(seal.open(changed)).isEmpty();
        assertThat(seal.open(new byte[3])).isEmpty();
        assertThat(new KeptSealed(KEY, StackId.parse("1123456789abcdefghjkmnpqrs")).open(sealed))
                .isEmpty();
    }
}
