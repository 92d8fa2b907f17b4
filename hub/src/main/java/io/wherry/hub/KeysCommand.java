package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.base.Suggest;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.backup.NewEpoch;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.release.KeyRole;
import io.wherry.hub.release.KeyRotation;
import io.wherry.hub.release.Keys;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub keys}: what the hub signs with. */
@Command(
        name = "keys",
        description = "The keys that the hub signs with.",
        subcommands = {KeysCommand.Rotate.class, KeysCommand.BeginEpoch.class},
        synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Runnable {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** {@code wherry-hub keys new-epoch}: what a restore does, for a data folder that was put back without one. */
    @Command(
            name = "new-epoch",
            description =
                    "Makes a data folder that was put back by hand fit to serve: a trust root with a new epoch, and every agent held for review; the hub must not run.")
    static final class BeginEpoch implements Callable<Integer> {
        @ParentCommand
        private KeysCommand parent = new KeysCommand();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Override
        public Integer call() {
            DataFolder folder = options.folder();
            if (Files.notExists(folder.database())) {
                throw new HubException(
                        ExitCode.NOT_FOUND, folder.path() + ": is no hub's data folder (name it with --data)");
            }
            try (DataFolderLock _ = DataFolderLock.take(folder.path())) {
                NewEpoch.Begun begun = NewEpoch.begin(
                        folder.path(), "keys.newEpoch", Json.object().build(), parent.main.clock());
                PrintWriter out = spec.commandLine().getOut();
                out.println("trust root version " + begun.keys().trustRoot().version() + " begins epoch "
                        + begun.keys().epoch() + "; " + begun.held() + " agents are held for review");
                out.println("Next:");
                out.println("  wherry-hub serve --data " + folder.path());
                out.println("  wherry agent review --all   (when they have told what they run: wherry get agents)");
            }
            return ExitCode.OK.code();
        }
    }

    /** {@code wherry-hub keys rotate}: new keys, and the trust root that makes them known. */
    @Command(
            name = "rotate",
            description =
                    "Makes new keys and the trust root that makes them known; the hub must not run. Agents follow when they ask next, however long they were away.")
    static final class Rotate implements Callable<Integer> {
        @ParentCommand
        private KeysCommand parent = new KeysCommand();

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ConfigOptions options = new ConfigOptions();

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "Whose key: hub (assignments), release, log (audit) or root; repeatable.")
        private List<String> roles = List.of();

        @Override
        public Integer call() {
            Set<KeyRole> chosen = chosen();
            DataFolder folder = options.folder();
            try (DataFolderLock _ = DataFolderLock.take(folder.path())) {
                Keys keys = KeyRotation.rotate(
                        folder.path(),
                        chosen,
                        new SecureRandom(),
                        parent.main.clock().instant());
                record(folder, keys, chosen);
                PrintWriter out = spec.commandLine().getOut();
                out.println(
                        "trust root version " + keys.trustRoot().version() + " names a new key for " + words(chosen));
                out.println("Next:");
                out.println("  wherry-hub serve --data " + folder.path()
                        + "   (signs anew what agents hold; they follow the trust root by themselves)");
                out.println("  back up " + folder.path() + " again: the old keys open nothing any more");
            }
            return ExitCode.OK.code();
        }

        private Set<KeyRole> chosen() {
            Set<KeyRole> chosen = EnumSet.noneOf(KeyRole.class);
            for (String word : roles) {
                chosen.add(KeyRole.find(word)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(),
                                "--role: " + word + " is not known" + Suggest.hint(word, KeyRole.words())
                                        + " (expected: " + String.join(", ", KeyRole.words()) + ")")));
            }
            return chosen;
        }

        private void record(DataFolder folder, Keys keys, Set<KeyRole> chosen) {
            try (Database db = Database.open(folder.database())) {
                AuditLog log = new AuditLog(
                        db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), parent.main.clock());
                log.append(AuditEvent.user(
                                parent.main.clock().instant(),
                                Who.HUB,
                                What.done(
                                        "keys.rotate",
                                        "Hub/" + keys.trustDomain().brief()))
                        .with(Json.object()
                                .put("roles", words(chosen))
                                .put("rootVersion", keys.trustRoot().version())
                                .build()));
            }
        }

        private static String words(Set<KeyRole> roles) {
            return roles.stream().map(KeyRole::word).collect(Collectors.joining(", "));
        }
    }
}
