package io.wherry.hub.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.Secret;
import io.wherry.contract.RegistryLogin;
import io.wherry.hub.db.Database;
import io.wherry.hub.vault.CredentialValue.Basic;
import io.wherry.hub.vault.CredentialValue.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    private static final CredentialValue TOKEN = new Token(Secret.of("ghp_canary"));

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final InstantSource clock = () -> now;
    private Database db;
    private Credentials credentials;

    @BeforeEach
    void open() {
        KeyEncryptionKey.create(folder.resolve("kek"), new SecureRandom());
        db = Database.open(folder.resolve("hub.db"));
        credentials = new Credentials(db, KeyEncryptionKey.open(folder.resolve("kek"), new SecureRandom()), clock);
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void givesTheValueForItsHostAndNoOther() {
        create("git", TOKEN, Optional.empty());

        assertThat(credentials.use("git", "GIT.example.org:443")).isEqualTo(new Use.Granted(TOKEN));
        for (String host : new String[] {"git.example.org:8443", "example.org", "git.example.org.evil.net"}) {
            assertThat(credentials.use("git", host)).as(host).isInstanceOfSatisfying(Use.Refused.class, r -> assertThat(
                            r.reason())
                    .isEqualTo(VaultReason.CREDENTIAL_FOR_ANOTHER_HOST));
        }
        assertThat(credentials.use("none", "git.example.org"))
                .isInstanceOfSatisfying(
                        Use.Refused.class, r -> assertThat(r.reason()).isEqualTo(VaultReason.CREDENTIAL_NOT_FOUND));
    }

    @Test
    void rotationReplacesTheValueAndKeepsTheHost() {
        create("git", TOKEN, Optional.of(now.plusSeconds(10)));
        CredentialValue next = new Basic("bot", Secret.of("new"));
        Optional<Credential> rotated = db.write(h -> credentials.rotate(h, "git", next, Optional.empty()));

        assertThat(rotated.orElseThrow().version()).isEqualTo(2);
        assertThat(rotated.orElseThrow().host()).isEqualTo("git.example.org");
        now = now.plusSeconds(60);
        assertThat(credentials.use("git", "git.example.org")).isEqualTo(new Use.Granted(next));
    }

    @Test
    void anExpiredOneIsNotSent() {
        create("git", TOKEN, Optional.of(now.plusSeconds(10)));
        now = now.plusSeconds(10);
        assertThat(credentials.use("git", "git.example.org"))
                .isInstanceOfSatisfying(
                        Use.Refused.class, r -> assertThat(r.reason()).isEqualTo(VaultReason.CREDENTIAL_EXPIRED));
    }

    @Test
    void aRowChangedInTheDatabaseDoesNotOpen() {
        create("git", TOKEN, Optional.empty());
        create("other", new Token(Secret.of("x")), Optional.empty());
        db.run(h -> h.execute("UPDATE credential SET host = 'evil.example.net' WHERE name = 'git'"));
        assertThatThrownBy(() -> credentials.use("git", "evil.example.net")).isInstanceOf(VaultException.class);

        db.run(
                h -> h.execute(
                        "UPDATE credential SET sealed = (SELECT sealed FROM credential WHERE name = 'git') WHERE name = 'other'"));
        assertThatThrownBy(() -> credentials.use("other", "git.example.org")).isInstanceOf(VaultException.class);
    }

    @Test
    void aWebhooksSecretIsSentNowhereAndNothingElseTakesItsPlace() {
        CredentialValue.Webhook value = new CredentialValue.Webhook(Secret.of("0123456789abcdef"));
        db.<Optional<Credential>>write(h -> credentials.createWebhook(h, "hook", value, Optional.empty()));
        db.<Optional<Credential>>write(h -> credentials.create(
                h, "bot", "git.example.org", new CredentialValue.Token(Secret.of("t")), Optional.empty()));

        assertThat(credentials.webhook("hook")).isEqualTo(new Use.Granted(value));
        assertThat(credentials.use("hook", "git.example.org")).isInstanceOf(Use.Refused.class);
        assertThat(credentials.webhook("bot")).isInstanceOf(Use.Refused.class);
        assertThat(credentials.list()).noneMatch(one -> one.name().equals("hook") && one.isFor("git.example.org"));
    }

    @Test
    void aSecretIsForItsStacksAndForNoHost() {
        CredentialValue.Plain value = new CredentialValue.Plain(Secret.of("two\nlines\n"));
        Credential made = db.write(h -> credentials.createSecret(
                        h, "key", new TreeSet<>(List.of("till", "shop")), value, Optional.empty()))
                .orElseThrow();

        assertThat(made.whom().stacks()).containsExactly("shop", "till");
        assertThat(made.toJson().toString()).doesNotContain("lines");
        assertThat(credentials.use("key", "git.example.org"))
                .isInstanceOfSatisfying(Use.Refused.class, r -> assertThat(r.detail())
                        .isEqualTo("credential key is of type secret and is sent to no host"));
        assertThat(db.<Optional<CredentialValue.Plain>>read(
                        h -> credentials.secret(h, "key", made.whom().uid(), 1)))
                .contains(value);
        assertThat(db.<Optional<CredentialValue.Plain>>read(
                        h -> credentials.secret(h, "key", made.whom().uid(), 2)))
                .isEmpty();
        db.run(h -> h.execute("UPDATE credential SET stacks = 'bank' WHERE name = 'key'"));
        assertThatThrownBy(() -> db.<Optional<CredentialValue.Plain>>read(
                        h -> credentials.secret(h, "key", made.whom().uid(), 1)))
                .isInstanceOf(VaultException.class);
        assertThatThrownBy(() -> db.<Optional<Credential>>write(
                        h -> credentials.createSecret(h, "none", new TreeSet<>(), value, Optional.empty())))
                .hasMessageContaining("stacks");
    }

    @Test
    void aLoginOfARegistryIsForItsHostAndItsStacks() {
        CredentialValue.Registry value = new CredentialValue.Registry("robot", Secret.of("canary"));
        Credential made = db.write(h -> credentials.createLogin(
                        h,
                        "harbor",
                        "Registry.example.org:443",
                        new TreeSet<>(List.of("shop")),
                        value,
                        Optional.empty()))
                .orElseThrow();

        assertThat(credentials.use("harbor", "registry.example.org")).isEqualTo(new Use.Granted(value));
        assertThat(credentials.use("harbor", "example.org")).isInstanceOf(Use.Refused.class);
        assertThat(login(made, 1).orElseThrow().registry()).isEqualTo("registry.example.org");
        assertThat(login(made, 2)).isEmpty();
        assertThat(db.<Optional<CredentialValue.Plain>>read(
                        h -> credentials.secret(h, "harbor", made.whom().uid(), 1)))
                .as("no workload gets it as a secret")
                .isEmpty();
        assertThat(made.toJson().toString())
                .contains("registry.example.org", "shop")
                .doesNotContain("canary");
        db.run(h -> h.execute("UPDATE credential SET stacks = 'bank' WHERE name = 'harbor'"));
        assertThatThrownBy(() -> login(made, 1)).isInstanceOf(VaultException.class);
        assertThatThrownBy(() -> db.<Optional<Credential>>write(
                        h -> credentials.create(h, "other", "registry.example.org", value, Optional.empty())))
                .hasMessageContaining("for a host alone");
    }

    private Optional<RegistryLogin> login(Credential made, long version) {
        return db.read(h -> credentials.login(h, made.name(), made.whom().uid(), version));
    }

    /** Else everybody on the network could make an unused secret look used. */
    @Test
    void lookingAtAWebhooksSecretIsNoUseOfIt() {
        db.<Optional<Credential>>write(h -> credentials.createWebhook(
                h, "hook", new CredentialValue.Webhook(Secret.of("0123456789abcdef")), Optional.empty()));

        credentials.webhook("hook");
        credentials.flushLastUsed();
        assertThat(credentials.list().getFirst().times().lastUsed()).isEmpty();

        credentials.used("hook");
        credentials.flushLastUsed();
        assertThat(credentials.list().getFirst().times().lastUsed()).contains(now);
    }

    @Test
    void aNameIsTakenOnce() {
        create("git", TOKEN, Optional.empty());
        Optional<Credential> second =
                db.write(h -> credentials.create(h, "git", "git.example.org", TOKEN, Optional.empty()));
        assertThat(second).isEmpty();
    }

    @Test
    void listsWithoutValuesAndNotesTheLastUseInBatches() {
        create("git", TOKEN, Optional.empty());
        credentials.use("git", "git.example.org");
        assertThat(credentials.list().getFirst().times().lastUsed()).isEmpty();
        credentials.flushLastUsed();
        assertThat(credentials.list().getFirst().times().lastUsed()).contains(now);
        assertThat(credentials.list().getFirst().toJson().toString()).doesNotContain("canary");
    }

    @Test
    void theKeyFileIsForItsOwnerToRead() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("kek"))))
                .isEqualTo("r--------");
    }

    @Test
    void refusesValuesThatAreNoneOrHaveANewline() {
        assertThatThrownBy(() -> new Token(Secret.of("canary\n")))
                .hasMessageContaining("newline")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> new Token(Secret.of(""))).hasMessageContaining("token");
        assertThatThrownBy(() -> new Basic("a:b", Secret.of("x"))).hasMessageContaining("username");
    }

    private void create(String name, CredentialValue value, Optional<Instant> expires) {
        Optional<Credential> made = db.write(h -> credentials.create(h, name, "git.example.org", value, expires));
        assertThat(made).isPresent();
    }
}
