package io.wherry.agent.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPublicKey;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets for a runtime that puts them elsewhere: opened for it, and in no file. */
class OpenedSecretsTest {
    private static final Digest DOMAIN = Digest.of("domain".getBytes(UTF_8));
    private static final AgentId AGENT = AgentId.parse("0123456789abcdefghjkmnpqrs");
    private static final StackId SHOP = StackId.parse("sh0p00000000000000000000a1");
    private static final StackId BANK = StackId.parse("ba0k00000000000000000000b2");
    private static final byte[] HASH_KEY = "0123456789abcdef".getBytes(UTF_8);

    @TempDir
    Path folder;

    private KeyPair key;
    private Secrets secrets;

    @BeforeEach
    void open() throws GeneralSecurityException {
        key = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        secrets = new Secrets(
                new SecretFolder(folder.resolve("memory"), AGENT, false),
                new SecretOpener(DOMAIN, AGENT, key),
                HASH_KEY);
    }

    @Test
    void aValueOfWhichNoFileIsWantedIsOpenedAndNoFolderIsNeeded() throws Exception {
        Deployment deployment = deployment(List.of(brought(SHOP)));

        Deployment opened = secrets.opened(deployment);
        secrets.requireUsable(deployment.secrets());
        secrets.place(SHOP, deployment.secrets());

        assertThat(opened.secrets().getFirst().value().orElseThrow().bytes()).isEqualTo("Canary".getBytes(UTF_8));
        assertThat(opened.toString()).doesNotContain("Canary");
        assertThat(secrets.diff(SHOP, deployment.secrets())).isEmpty();
        assertThat(Files.exists(folder.resolve("memory"))).isFalse();
    }

    @Test
    void oneThatIsAFileIsNotOpenedAndOneOfAnotherStackDoesNotOpen() throws Exception {
        SecretFile file =
                new SecretFile("db", brought(SHOP).sealed(), folder.resolve("x"), new TreeSet<>(List.of("0444")));

        assertThat(secrets.opened(deployment(List.of(file)))
                        .secrets()
                        .getFirst()
                        .value())
                .isEmpty();
        assertThat(secrets.opened(deployment(List.of(brought(BANK))))
                        .secrets()
                        .getFirst()
                        .value())
                .isEmpty();
    }

    private SecretFile brought(StackId stack) {
        SealedSecret sealed = new SecretSeal(DOMAIN, AGENT, stack)
                .seal("db", "secret00000000000000000001", 1, raw(), "Canary".getBytes(UTF_8));
        return new SecretFile("db", sealed, folder.resolve("x"), new TreeSet<>());
    }

    /** The 32 bytes at the end of its encoding. */
    private byte[] raw() {
        assertThat(key.getPublic()).isInstanceOf(XECPublicKey.class);
        byte[] encoded = key.getPublic().getEncoded();
        return java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    private Deployment deployment(List<SecretFile> brought) {
        return new Deployment(
                        new Deployment.Identity(SHOP, "shop", 1, DOMAIN, "shop", folder.resolve("files")),
                        Json.object().build(),
                        List.of(),
                        Deployment.Deletions.NONE,
                        Deployment.Timing.DEFAULT)
                .with(brought);
    }
}
