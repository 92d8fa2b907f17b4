package io.wherry.hub.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.access.Authentication.Authenticated;
import io.wherry.hub.access.Authentication.Rejected;
import io.wherry.hub.db.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private final InstantSource clock = () -> now;
    private Database db;
    private ApiKeys keys;
    private Access access;

    @BeforeEach
    void open() {
        db = Database.open(folder.resolve("hub.db"));
        keys = new ApiKeys(db, clock, new SecureRandom());
        access = new Access(keys, clock);
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void aKeyOpensForItsOwner() {
        NewKey.Made made = make("anna", Role.OPERATOR, Optional.empty());

        assertThat(access.authenticate(Optional.of(made.text().reveal())))
                .isEqualTo(new Authenticated(new Principal(made.key().id(), "anna", Role.OPERATOR)));
        assertThat(made.text().reveal()).startsWith("wak_" + made.key().id() + "_");
    }

    @Test
    void aWrongSecretAndAnUnknownIdGetTheSameAnswer() {
        String good = make("anna", Role.OPERATOR, Optional.empty()).text().reveal();
        String other = make("ben", Role.OPERATOR, Optional.empty()).text().reveal();
        String mixed = good.substring(0, 15) + other.substring(15);
        String unknown = "wak_0000000000" + good.substring(14);

        assertThat(access.authenticate(Optional.of(mixed)))
                .isEqualTo(access.authenticate(Optional.of(unknown)))
                .isInstanceOfSatisfying(
                        Rejected.class, r -> assertThat(r.reason()).isEqualTo(AccessReason.KEY_UNKNOWN));
        assertThat(reason(Optional.of("Basic xyz"))).isEqualTo(AccessReason.KEY_UNKNOWN);
        assertThat(reason(Optional.empty())).isEqualTo(AccessReason.LOGIN_REQUIRED);
    }

    @Test
    void aKeyEndsWhenItExpiresAndAtOnceWhenItIsRevoked() {
        String expiring = make("anna", Role.VIEWER, Optional.of(now.plusSeconds(60)))
                .text()
                .reveal();
        String revoked = make("ben", Role.VIEWER, Optional.empty()).text().reveal();

        now = now.plusSeconds(60);
        boolean done = db.write(h -> keys.revoke(h, "ben"));

        assertThat(done).isTrue();
        assertThat(reason(Optional.of(expiring))).isEqualTo(AccessReason.KEY_EXPIRED);
        assertThat(reason(Optional.of(revoked))).isEqualTo(AccessReason.KEY_UNKNOWN);
        assertThatThrownBy(() -> make("late", Role.VIEWER, Optional.of(now))).hasMessageContaining("later than now");
    }

    @Test
    void aNameIsTakenOnce() {
        make("anna", Role.VIEWER, Optional.empty());
        NewKey second = db.write(h -> keys.create(h, "anna", Role.ADMIN, Optional.empty(), "test"));
        assertThat(second).isEqualTo(new NewKey.NameTaken("anna"));
    }

    @Test
    void writesTheLastUseInBatchesAndNotAtOnce() {
        String text = make("anna", Role.VIEWER, Optional.empty()).text().reveal();
        access.authenticate(Optional.of(text));
        assertThat(keys.list().getFirst().times().lastUsed()).isEmpty();

        access.flushLastUsed();

        assertThat(keys.list().getFirst().times().lastUsed()).contains(now);
        now = now.minus(Duration.ofHours(1));
        access.authenticate(Optional.of(text));
        access.flushLastUsed();
        assertThat(keys.list().getFirst().times().lastUsed())
                .as("the latest wins")
                .contains(now.plus(Duration.ofHours(1)));
    }

    /** Requirement S19, for the table: every route with every role. */
    @Test
    void deniesWhatTheTableDoesNotAllow() {
        for (Permission permission : Permissions.all()) {
            String path = permission.route().replaceAll("\\{[a-z]+}", "x");
            for (Role role : Role.values()) {
                assertThat(access.permits(new Principal("id", "anna", role), permission.verb(), path))
                        .as(role + " " + permission.verb() + " " + path)
                        .isEqualTo(permission.roles().contains(role));
            }
        }
        Principal admin = new Principal("id", "root", Role.ADMIN);
        for (String path : Set.of(
                "/",
                "/api/v1",
                "/api/v1/stacks/x/y/z",
                "/api/v1/stacks/",
                "/api/v2/stacks",
                "/api/v1/stacks//plan",
                "/api/v1/nothing")) {
            assertThat(access.permits(admin, "GET", path)).as(path).isFalse();
        }
        assertThat(access.permits(admin, "PATCH", "/api/v1/stacks/x")).isFalse();
    }

    @Test
    void onlyAdministratorsTouchKeysAndCredentials() {
        for (Permission permission : Permissions.all()) {
            boolean changes =
                    !permission.verb().equals("GET") && !permission.route().endsWith("/test");
            if (permission.route().contains("/apikeys")
                    || (changes && permission.route().contains("/credentials"))) {
                assertThat(permission.roles()).as(permission.route()).containsExactly(Role.ADMIN);
            }
        }
    }

    @Test
    void viewersOnlyLook() {
        for (Permission permission : Permissions.all()) {
            if (permission.roles().contains(Role.VIEWER)) {
                assertThat(permission.verb().equals("GET") || permission.route().equals("/api/v1/diff"))
                        .as(permission.toString())
                        .isTrue();
            }
        }
    }

    @Test
    void noRouteStandsTwice() {
        Set<String> seen = new HashSet<>();
        for (Permission permission : Permissions.all()) {
            assertThat(seen.add(permission.verb() + " " + permission.route()))
                    .as(permission.toString())
                    .isTrue();
        }
    }

    private AccessReason reason(Optional<String> bearer) {
        return ((Rejected) access.authenticate(bearer)).reason();
    }

    private NewKey.Made make(String name, Role role, Optional<Instant> expires) {
        return (NewKey.Made) db.write(h -> keys.create(h, name, role, expires, "test"));
    }
}
