package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
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
import io.wherry.hub.release.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Handle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub admin-key}: the way back in for who has lost the last administrator's key. Whoever may write the data folder may do anything to the hub anyway. */
@Command(
        name = "admin-key",
        description =
                "Makes an administrator's key where nobody has one any more, and writes it to DIR/admin-token; the hub must not run.")
final class AdminKeyCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--name", paramLabel = "NAME", description = "What the audit log calls its user (default: admin).")
    private String name = "admin";

    @Override
    public Integer call() {
        DataFolder folder = options.existing();
        Path file = folder.adminToken();
        try (DataFolderLock _ = DataFolderLock.take(folder.path());
                Database db = Database.open(folder.database())) {
            if (Files.exists(file)) {
                throw new HubException(
                        ExitCode.BLOCKED,
                        file + ": exists already (log in with it, or remove it if its key is revoked)");
            }
            Keys keys = Keys.open(folder.path());
            var log = new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), main.clock());
            db.run(handle -> make(handle, log, new ApiKeys(db, main.clock(), new SecureRandom()), file));
        }
        spec.commandLine()
                .getOut()
                .println(file + ": the key of the administrator " + name + " (keep it secret; it has no end)");
        return ExitCode.OK.code();
    }

    /** The file first: one whose key does not work can be removed, a key that nobody has cannot be used. */
    private void make(Handle handle, AuditLog log, ApiKeys keys, Path file) {
        switch (created(handle, keys)) {
            case NewKey.Made(var _, var text) -> {
                log.append(
                        handle,
                        AuditEvent.user(main.clock().instant(), Who.HUB, What.done("apikey.create", "ApiKey/" + name)));
                try {
                    DurableFiles.write(file, (text.reveal() + "\n").getBytes(UTF_8));
                } catch (IOException e) {
                    throw new HubException(file + ": cannot be written: " + Causes.named(e), e);
                }
            }
            case NewKey.NameTaken(String taken) ->
                throw new HubException(
                        ExitCode.BLOCKED, "there is an API key named " + taken + " (choose another: --name NAME)");
        }
    }

    private NewKey created(Handle handle, ApiKeys keys) {
        try {
            return keys.create(handle, name, Role.ADMIN, Optional.empty(), "hub");
        } catch (IllegalArgumentException e) {
            throw new HubException(ExitCode.USAGE, "--" + e.getMessage());
        }
    }
}
