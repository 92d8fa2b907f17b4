package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.Secret;
import io.wherry.contract.registry.RegistryCredentials;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.db.Database;
import io.wherry.hub.vault.CredentialValue.Basic;
import io.wherry.hub.vault.CredentialValue.Registry;
import io.wherry.hub.vault.Credentials;
import io.wherry.hub.vault.KeyEncryptionKey;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of its credentials the hub shows to a registry. */
class FleetPartsTest {
    private static final String HOST = "registry.example.org:5000";

    @TempDir
    Path folder;

    private Database db;
    private Credentials vault;
    private RegistryCredentials registries;

    @BeforeEach
    void open() {
        KeyEncryptionKey.create(folder.resolve("kek"), new SecureRandom());
        db = Database.open(folder.resolve("hub.db"));
        vault = new Credentials(
                db, KeyEncryptionKey.open(folder.resolve("kek"), new SecureRandom()), InstantSource.system());
        registries = FleetParts.registryCredentials(vault);
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void theLoginOfStacksServesTheHubTooWhereItIsTheOnlyOne() throws RegistryException {
        login("harbor", "robot");

        assertThat(registries.header(HOST)).hasValue(basic("robot"));
        assertThat(registries.header("registry.example.org")).isEmpty();
    }

    @Test
    void theHubsOwnComesFirst() throws RegistryException {
        login("harbor", "robot");
        login("harbor-2", "other");
        db.run(handle -> vault.create(handle, "own", HOST, new Basic("hub", Secret.of("pass")), Optional.empty()));

        assertThat(registries.header(HOST)).hasValue(basic("hub"));
    }

    @Test
    void ofSeveralLoginsNoneIsGuessed() {
        login("harbor", "robot");
        login("harbor-2", "other");

        assertThatThrownBy(() -> registries.header(HOST))
                .isInstanceOfSatisfying(RegistryException.class, e -> assertThat(e.hint())
                        .contains("wherry credential create NAME --type basic --host " + HOST))
                .hasMessageContaining("harbor, harbor-2");
    }

    @Test
    void aGitServerIsNotShownALoginOfARegistry() {
        login("harbor", "robot");

        assertThat(FleetParts.gitCredentials(vault).forHost("harbor", HOST)).isEmpty();
    }

    private void login(String name, String user) {
        db.run(handle -> vault.createLogin(
                handle,
                name,
                HOST,
                new TreeSet<>(List.of("shop")),
                new Registry(user, Secret.of("pass")),
                Optional.empty()));
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":pass").getBytes(UTF_8));
    }
}
