package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.base.FileTree;
import io.wherry.base.Secret;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.access.NewKey;
import io.wherry.hub.access.Role;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.CaKeys;
import io.wherry.hub.release.Keys;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.vault.KeyEncryptionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes a data folder, once: keys, authority, database, administrator's token, configuration. The configuration comes last and says that all is there. */
final class Initialisation {
    private static final String FIRST_KEY = "admin";

    /** While it is there, all that an initialisation makes is of one that has not come to its end, and nobody has any of it. */
    private static final String UNFINISHED = "init-unfinished";

    private static final List<String> MADE = List.of(
            "keys", "roots", "ca.crt", "hub.db", "hub.db-wal", "hub.db-shm", "hub.lock", "admin-token", UNFINISHED);

    private final DataFolder folder;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Initialisation(DataFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * Makes everything.
     *
     * @param text the text of {@code hub.yaml}, already judged
     * @param vaultKey used if the file is there, made if not
     * @return the keys, for what is printed
     * @throws HubException if the folder is in use or cannot be written
     */
    Keys run(String text, Path vaultKey) {
        refuseWhatIsThere();
        try {
            Files.createDirectories(
                    folder.path(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new HubException(
                    folder.path() + ": cannot be made: " + Causes.named(e) + " (name a folder that this user may make)",
                    e);
        }
        try {
            DurableFiles.write(folder.path().resolve(UNFINISHED), new byte[0]); // before the lock, which is a file too
            Keys keys = make(text, vaultKey);
            Files.deleteIfExists(folder.path().resolve(UNFINISHED));
            return keys;
        } catch (IOException e) {
            throw new HubException(folder.path() + ": cannot be written: " + Causes.named(e), e);
        }
    }

    private Keys make(String text, Path vaultKey) throws IOException {
        try (DataFolderLock _ = DataFolderLock.take(folder.path())) {
            CaKeys authority = CaKeys.create(random, clock.instant());
            Keys keys = Keys.create(folder.path(), authority.pin(), random, clock.instant());
            authority.write(folder.caKey(), folder.caCertificate());
            if (Files.notExists(vaultKey)) {
                KeyEncryptionKey.create(vaultKey, random);
            }
            Secret token = makeDatabase(keys);
            DurableFiles.write(folder.adminToken(), (token.reveal() + "\n").getBytes(UTF_8));
            DurableFiles.writeReadable(folder.config(), text.getBytes(UTF_8));
            return keys;
        }
    }

    private void refuseWhatIsThere() {
        Path path = folder.path();
        if (Files.exists(folder.config())) {
            throw new HubException(
                    ExitCode.BLOCKED, path + ": is initialised already (start it with \"" + folder.serve() + "\")");
        }
        if (!Files.exists(path)) {
            return;
        }
        removeUnfinished();
        try (Stream<Path> files = Files.list(path)) {
            if (files.findAny().isPresent()) {
                throw new HubException(
                        ExitCode.BLOCKED, path + ": is not empty and not a finished data folder (name an empty one)");
            }
        } catch (IOException e) {
            throw new HubException(path + ": cannot be read: " + Causes.named(e), e);
        }
    }

    private void removeUnfinished() {
        if (Files.notExists(folder.path().resolve(UNFINISHED))) {
            return;
        }
        try (DataFolderLock _ = DataFolderLock.take(folder.path())) { // not of one that is at work
            for (String name : MADE) { // the mark last
                FileTree.delete(folder.path().resolve(name));
            }
        } catch (IOException e) {
            throw new HubException(
                    folder.path() + ": what an init that broke off has left cannot be deleted: " + Causes.named(e), e);
        }
    }

    private Secret makeDatabase(Keys keys) {
        try (Database db = Database.open(folder.database())) {
            var log = new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), clock);
            var apiKeys = new ApiKeys(db, clock, random);
            var resources = new ResourceRepository(
                    db, clock, () -> StackId.random(random).value());
            return db.write(h -> {
                log.append(
                        h,
                        AuditEvent.user(
                                clock.instant(),
                                Who.HUB,
                                What.done(
                                        "hub.init", "Hub/" + keys.trustDomain().brief())));
                log.append(
                        h,
                        AuditEvent.user(clock.instant(), Who.HUB, What.done("apikey.create", "ApiKey/" + FIRST_KEY)));
                Policy baseline = Policy.baseline();
                resources.put(h, baseline, Optional.empty(), Optional.empty());
                log.append(
                        h,
                        AuditEvent.user(clock.instant(), Who.HUB, What.done("create", "Policy/" + baseline.name()))
                                .with(Json.object()
                                        .put("after", baseline.spec())
                                        .build()));
                NewKey made = apiKeys.create(h, FIRST_KEY, Role.ADMIN, Optional.empty(), "hub");
                return switch (made) {
                    case NewKey.Made(var key, Secret text) -> text;
                    case NewKey.NameTaken(String name) ->
                        throw new IllegalStateException("key: " + name + " exists (expected: an empty database)");
                };
            });
        }
    }

    /** The text of {@code hub.yaml} for these host names and further settings, {@code KEY=VALUE} each. */
    static String config(List<String> hostnames, List<String> settings) {
        Map<ConfigKey, List<String>> values = new EnumMap<>(ConfigKey.class);
        values.put(ConfigKey.HOSTNAMES, hostnames);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            ConfigKey.find(setting.substring(0, Math.max(0, equals))).ifPresent(key -> {
                String value = setting.substring(equals + 1);
                values.put(key, key.list() ? List.of(value.split(",")) : List.of(value));
            });
        }
        return ConfigText.file(values);
    }
}
