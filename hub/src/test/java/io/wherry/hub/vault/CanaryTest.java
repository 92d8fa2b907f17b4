package io.wherry.hub.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Secret;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.access.NewKey;
import io.wherry.hub.access.Role;
import io.wherry.hub.db.Database;
import io.wherry.hub.vault.CredentialValue.Basic;
import io.wherry.hub.vault.CredentialValue.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requirement S16, for keys and credentials: no secret in the database, its log, in lists, in records' texts, in errors. */
class CanaryTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

    @TempDir
    Path folder;

    @Test
    void noFileAndNoTextHoldsASecret() throws IOException {
        Path kek = folder.resolve("kek");
        KeyEncryptionKey.create(kek, new SecureRandom());
        Path data = Files.createDirectory(folder.resolve("data"));
        StringBuilder texts = new StringBuilder();
        String apiKey;
        try (Database db = Database.open(data.resolve("hub.db"))) {
            var credentials = new Credentials(db, KeyEncryptionKey.open(kek, new SecureRandom()), CLOCK);
            var keys = new ApiKeys(db, CLOCK, new SecureRandom());
            CredentialValue token = new Token(Secret.of("canary-token"));
            CredentialValue basic = new Basic("bot", Secret.of("canary-password"));

            NewKey made = db.write(h -> keys.create(h, "anna", Role.ADMIN, Optional.empty(), "test"));
            apiKey = ((NewKey.Made) made).text().reveal();
            db.run(h -> credentials.create(h, "git", "h", token, Optional.empty()));
            db.run(h -> credentials.rotate(h, "git", basic, Optional.empty()));
            texts.append(made)
                    .append(token)
                    .append(basic)
                    .append(credentials.use("git", "h"))
                    .append(credentials.use("git", "i"));
            texts.append(credentials.list())
                    .append(keys.list())
                    .append(keys.list().getFirst().toJson());
            db.run(h -> h.execute("UPDATE credential SET host = 'j'"));
            try {
                credentials.use("git", "j");
            } catch (VaultException e) {
                texts.append(e);
            }
            assertThat(bytes(data)).as("the files were really read").contains("anna");
            assertNone(bytes(data), apiKey); // with the write-ahead log
        }
        assertNone(bytes(data), apiKey); // folded into the file
        assertNone(texts.toString(), apiKey);
        assertThat(texts.toString()).contains("***");
    }

    private static void assertNone(String where, String apiKey) {
        assertThat(where).doesNotContain("canary-token", "canary-password", apiKey, apiKey.substring(15));
    }

    private static String bytes(Path data) throws IOException {
        var all = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.toList()) {
                all.write(Files.readAllBytes(file));
            }
        }
        return all.toString(UTF_8);
    }
}
