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
import io.wherry.hub.fleet.CaFiles;
import io.wherry.hub.fleet.CaKeys;
import io.wherry.hub.release.KeyRole;
import io.wherry.hub.release.KeyRotation;
import io.wherry.hub.release.Keys;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        subcommands = {KeysCommand.Rotate.class, KeysApproversCommand.class, KeysCommand.BeginEpoch.class},
        synopsisSubcommandLabel = "COMMAND")
final class KeysCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    InstantSource clock() {
        return main.clock();
    }

    @Override
    public Integer call() {
        return HubMain.withoutCommand(spec);
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
            DataFolder folder = options.existing();
            try (DataFolderLock _ = DataFolderLock.take(folder.path())) {
                NewEpoch.Begun begun = NewEpoch.begin(
                        folder.path(), "keys.newEpoch", Json.object().build(), parent.main.clock());
                PrintWriter out = spec.commandLine().getOut();
                out.println("trust root version " + begun.keys().trustRoot().version() + " begins epoch "
                        + begun.keys().epoch() + "; " + begun.held() + " agents are held for review");
                out.println("Next:");
                out.println("  " + folder.serve());
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
        /** Not a role of the trust root, which pins it. */
        private static final String AUTHORITY = "ca";

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
                description =
                        "Whose key: hub (assignments), release, log (audit), root, or ca (certificates); repeatable.")
        private List<String> roles = List.of();

        @Override
        public Integer call() {
            Set<KeyRole> chosen = chosen();
            boolean authority = roles.contains(AUTHORITY);
            DataFolder folder = options.existing();
            try (DataFolderLock _ = DataFolderLock.take(folder.path())) {
                Keys keys = rotate(folder, chosen, authority);
                String words = words(chosen, authority);
                record(folder, keys, words);
                PrintWriter out = spec.commandLine().getOut();
                out.println("trust root version " + keys.trustRoot().version() + " names a new key for " + words);
                out.println("Next:");
                out.println("  " + folder.serve()
                        + "   (signs anew what agents hold; they follow the trust root by themselves)");
                if (authority) {
                    out.println("  wherry login HUB --ca-file " + folder.caCertificate()
                            + "   (each operator; join tokens that are out are good no longer: wherry token create)");
                }
                out.println("  back up " + folder.path() + " again: the old keys open nothing any more");
            }
            return ExitCode.OK.code();
        }

        private Keys rotate(DataFolder folder, Set<KeyRole> chosen, boolean authority) {
            SecureRandom random = new SecureRandom();
            Instant now = parent.main.clock().instant();
            CaFiles files = folder.authority();
            files.finish(Keys.open(folder.path()).trustRoot().caPins());
            Optional<CaKeys> successor = authority ? Optional.of(CaKeys.create(random, now)) : Optional.empty();
            successor.ifPresent(files::prepare);
            Keys keys = KeyRotation.rotate(folder.path(), chosen, successor.map(CaKeys::pin), random, now);
            files.finish(keys.trustRoot().caPins());
            return keys;
        }

        private Set<KeyRole> chosen() {
            Set<KeyRole> chosen = EnumSet.noneOf(KeyRole.class);
            List<String> known = Stream.concat(KeyRole.words().stream(), Stream.of(AUTHORITY))
                    .toList();
            for (String word :
                    roles.stream().filter(word -> !word.equals(AUTHORITY)).toList()) {
                chosen.add(KeyRole.find(word)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(),
                                "--role: " + word + " is not known" + Suggest.hint(word, known) + " (expected: "
                                        + String.join(", ", known) + ")")));
            }
            return chosen;
        }

        private void record(DataFolder folder, Keys keys, String words) {
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
                                .put("roles", words)
                                .put("rootVersion", keys.trustRoot().version())
                                .build()));
            }
        }

        private static String words(Set<KeyRole> roles, boolean authority) {
            return Stream.concat(roles.stream().map(KeyRole::word), authority ? Stream.of(AUTHORITY) : Stream.empty())
                    .collect(Collectors.joining(", "));
        }
    }
}
