package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.contract.Role;
import io.wherry.contract.Roles;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.release.ApproverKeys;
import io.wherry.hub.release.Keys;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub keys approvers}: whose signatures an environment asks for, and the trust root that makes it known. */
@Command(
        name = "approvers",
        description =
                "Lets an environment take only releases that approvers have signed with keys that are never on the hub; makes the trust root that says so. The hub must not run.")
final class KeysApproversCommand implements Callable<Integer> {
    @ParentCommand
    private KeysCommand parent = new KeysCommand();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--environment",
            required = true,
            paramLabel = "NAME",
            description =
                    "Of the agents; * for every environment without approvers of its own, and for agents without one.")
    private String environment = "";

    @ArgGroup(multiplicity = "1", exclusive = true)
    private @Nullable Choice choice;

    /** Exactly one. */
    static final class Choice {
        @ArgGroup(multiplicity = "1", exclusive = false)
        private @Nullable Approvers approvers;

        @Option(
                names = "--clear",
                required = true,
                description = "The environment has no approvers of its own any longer; for * the hub signs by itself.")
        @SuppressWarnings("UnusedVariable") // without it there are approvers
        private boolean clear;
    }

    /** Both. */
    static final class Approvers {
        @Option(
                names = "--threshold",
                required = true,
                paramLabel = "T",
                description = "How many of them must have signed.")
        private int threshold;

        @Option(
                names = "--key",
                required = true,
                arity = "1..*",
                paramLabel = "FILE",
                description = "Public key of an approver in PEM (openssl pkey -in KEY -pubout); repeatable.")
        private List<Path> keys = List.of();
    }

    @Override
    public Integer call() {
        DataFolder folder = options.existing();
        Instant now = parent.clock().instant();
        Optional<Approvers> approvers =
                Optional.ofNullable(choice).flatMap(chosen -> Optional.ofNullable(chosen.approvers));
        List<TrustedKey> given = approvers.stream()
                .flatMap(chosen -> chosen.keys.stream())
                .map(ApproverKeys::read)
                .toList();
        try (DataFolderLock _ = DataFolderLock.take(folder.path())) {
            Keys keys = approvers
                    .map(chosen -> ApproverKeys.set(folder.path(), environment, chosen.threshold, given, now))
                    .orElseGet(() -> ApproverKeys.clear(folder.path(), environment, now));
            try (Database db = Database.open(folder.database())) {
                record(db, keys, now);
                told(folder, keys, db);
            }
        }
        return ExitCode.OK.code();
    }

    private void record(Database db, Keys keys, Instant now) {
        Role role = role(keys);
        new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), parent.clock())
                .append(AuditEvent.user(
                                now,
                                Who.HUB,
                                What.done(
                                        "keys.approvers",
                                        "Hub/" + keys.trustDomain().brief()))
                        .with(Json.object()
                                .put("environment", environment)
                                .put("keyIds", role.keyIds())
                                .put("threshold", role.threshold())
                                .put("rootVersion", keys.trustRoot().version())
                                .build()));
    }

    private Role role(Keys keys) {
        return keys.trustRoot()
                .roles()
                .releaseFor(environment.equals(Roles.ANY) ? "" : environment)
                .orElseThrow(
                        () -> new IllegalStateException("release role: none for " + environment + " (expected: one)"));
    }

    private void told(DataFolder folder, Keys keys, Database db) {
        PrintWriter out = spec.commandLine().getOut();
        Role role = role(keys);
        boolean hub = role.equals(Role.of(keys.release().keyId()));
        out.println("trust root version " + keys.trustRoot().version() + ": releases for environment " + environment
                + (hub
                        ? " are signed by the hub"
                        : " need " + role.threshold() + " of these "
                                + role.keyIds().size() + " keys:"));
        if (!hub) {
            role.keyIds().forEach(id -> out.println("  " + id));
        }
        if (!environment.equals(Roles.ANY)) {
            long agents = new AgentRepository(db)
                    .served().stream()
                            .filter(agent -> agent.environment().equals(environment))
                            .count();
            out.println(agents + (agents == 1 ? " agent is" : " agents are") + " in environment " + environment);
        }
        out.println("Next:");
        out.println("  " + folder.serve() + "   (agents follow the trust root by themselves)");
        if (!hub) {
            out.println(
                    "  move " + folder.path()
                            + "/keys/root.pem to where the hub cannot read it: whoever has it can take the approvers away again");
        }
    }
}
