package io.wherry.hub;

import io.wherry.base.Loop;
import io.wherry.hub.access.Access;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.audit.QuietCycles;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.CaKeys;
import io.wherry.hub.fleet.CertificateAuthority;
import io.wherry.hub.fleet.ServerCertificate;
import io.wherry.hub.release.Keys;
import io.wherry.hub.vault.Credentials;
import io.wherry.hub.vault.KeyEncryptionKey;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/** The composition root: builds every part in flow order, starts the loops, and ends them in the opposite order. */
public final class Hub implements AutoCloseable {
    /** Times of last use are for people; a minute late is early enough, and one write a minute is nothing. */
    private static final Duration FLUSH = Duration.ofMinutes(1);

    /** As often as agents are shown a checkpoint at most. */
    private static final Duration CHECKPOINT = Duration.ofHours(1);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Hub() {}

    /**
     * Starts the hub of a data folder.
     *
     * @throws RuntimeException the exception of the part that could not start; everything started before it has ended again
     */
    public static Hub start(DataFolder folder, HubConfig config, InstantSource clock) {
        requireInitialised(folder);
        Hub hub = new Hub();
        try {
            hub.build(folder, config, clock);
            return hub;
        } catch (RuntimeException e) {
            hub.close();
            throw e;
        }
    }

    private void build(DataFolder folder, HubConfig config, InstantSource clock) {
        SecureRandom random = new SecureRandom();
        part(DataFolderLock.take(folder.path()));
        Keys keys = Keys.open(folder.path());
        CaKeys authority = CaKeys.read(folder.caKey(), folder.caCertificate());
        Database db = part(Database.open(folder.database()));
        AuditLog audit = new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), clock);
        QuietCycles quiet = new QuietCycles();
        Access access = new Access(new ApiKeys(db, clock, random), clock);
        Credentials credentials = new Credentials(db, KeyEncryptionKey.open(folder.vaultKey(), random), clock);
        part(ServerCertificate.start(new CertificateAuthority(authority, clock, random), config.hostnames(), clock));

        part(() -> quiet.takeAll().forEach(audit::append));
        part(() -> {
            access.flushLastUsed();
            credentials.flushLastUsed();
        });
        part(Loop.start("last-used", FLUSH, () -> {
            access.flushLastUsed();
            credentials.flushLastUsed();
            quiet.takeDue(clock.instant()).forEach(audit::append);
        }));
        part(Loop.start("audit-checkpoint", CHECKPOINT, audit::checkpoint));
    }

    private static void requireInitialised(DataFolder folder) {
        if (!Files.exists(folder.config()) || !Files.exists(folder.database())) {
            throw new HubException(folder.path() + ": is not initialised (wherry-hub init --data " + folder.path()
                    + " --hostname HOST)");
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    /** Ends every part, the last one started first; one that fails does not keep the others from ending. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                System.getLogger(Hub.class.getName())
                        .log(System.Logger.Level.ERROR, "a part of the hub did not end in order", e);
            }
        }
    }
}
