package io.wherry.hub.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaP256;
import io.wherry.contract.Envelope;
import io.wherry.contract.Roles;
import io.wherry.contract.Signer;
import io.wherry.contract.TrustedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Digest PIN = Digest.of(new byte[] {1});

    @TempDir
    Path data;

    @Test
    void readsBackWhatItMade() {
        Keys made = create();
        Keys read = Keys.open(data);

        assertThat(read.trustDomain()).isEqualTo(made.trustDomain());
        assertThat(read.trustRoot()).isEqualTo(made.trustRoot());
        assertThat(read.epoch()).isEqualTo(1);
        assertThat(read.hub().keyId()).isEqualTo(made.hub().keyId());
        assertThat(List.of(read.hub(), read.release(), read.log(), read.root()))
                .extracting(Signer::keyId)
                .doesNotHaveDuplicates();
    }

    @Test
    void theFirstRootIsSignedByTheRootKeyAndNamesAllRoles() {
        Keys keys = create();
        Envelope envelope = Envelope.parse(keys.chain().getFirst());
        TrustedKey root = keys.trustRoot().findKey(keys.root().keyId()).orElseThrow();

        assertThat(envelope.digest()).isEqualTo(keys.trustDomain());
        assertThat(EcdsaP256.verifies(
                        root.publicKey().orElseThrow(),
                        envelope.pae(),
                        envelope.signatures().getFirst().sig()))
                .isTrue();
        Roles roles = keys.trustRoot().roles();
        assertThat(roles.hub().keyIds()).containsExactly(keys.hub().keyId());
        assertThat(roles.log().keyIds()).containsExactly(keys.log().keyId());
        assertThat(roles.root().keyIds()).containsExactly(keys.root().keyId());
        assertThat(roles.releaseFor("production").orElseThrow().keyIds())
                .containsExactly(keys.release().keyId());
        assertThat(keys.trustRoot().caPins()).containsExactly(PIN);
    }

    @Test
    void keepsPrivateKeysForTheOwner() throws IOException {
        create();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("keys"))))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(data.resolve("keys"))) {
            assertThat(files.toList()).hasSize(4).allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void neverMakesASecondRoot() {
        create();
        assertThatThrownBy(this::create).isInstanceOf(KeysException.class).hasMessageContaining("already");
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws IOException {
        create();
        Files.setPosixFilePermissions(data.resolve("keys/hub.pem"), PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> Keys.open(data)).hasMessageContaining("chmod 600");
    }

    @Test
    void refusesAKeyThatIsNotTheRootsOrCannotBeRead() throws IOException {
        create();
        Path hub = data.resolve("keys/hub.pem");
        Files.copy(data.resolve("keys/release.pem"), hub, StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> Keys.open(data))
                .hasMessageContaining("hub.pem")
                .hasMessageContaining("trust root");

        Files.writeString(hub, "rubbish");
        assertThatThrownBy(() -> Keys.open(data))
                .hasMessageContaining("hub.pem")
                .hasMessageContaining("backup");
        Files.delete(hub);
        assertThatThrownBy(() -> Keys.open(data)).hasMessageContaining("hub.pem");
    }

    private Keys create() {
        return Keys.create(data, PIN, new SecureRandom(), NOW);
    }
}
