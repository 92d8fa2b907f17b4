package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done to an agent besides declaring its labels. */
@picocli.CommandLine.Command(
        name = "agent",
        description =
                "Approve, deny, review, rename and retire agents; admit those that no network joins to the hub; print what runs one in a cluster.",
        subcommands = {
            AgentAdmitCommand.class,
            AgentManifestCommand.class,
            AgentCommand.Approve.class,
            AgentCommand.Deny.class,
            AgentCommand.Review.class,
            AgentCommand.Rename.class,
            AgentCommand.Retire.class
        })
final class AgentCommand extends GroupCommand {

    abstract static class Verb extends Command {
        @Parameters(index = "0", paramLabel = "NAME")
        private String name = "";

        final String name() {
            return name;
        }

        final ExitCode post(String verb, Json body) {
            Json.Obj answer = hub().post("/agents/" + HubApi.segment(name) + "/" + verb, body);
            out().line("agent/" + name + " " + answer.string("message"));
            return ExitCode.OK;
        }
    }

    @picocli.CommandLine.Command(
            name = "approve",
            description = "Let a waiting agent in; compare the fingerprint with the site's first.")
    static final class Approve extends Verb {
        @Option(
                names = "--fingerprint",
                required = true,
                paramLabel = "TEXT",
                description = "As the site shows it: proof that you compared.")
        private String fingerprint = "";

        @Override
        ExitCode run() {
            return post("approve", Json.object().put("fingerprint", fingerprint).build());
        }
    }

    @picocli.CommandLine.Command(name = "deny", description = "Refuse a waiting agent for good.")
    static final class Deny extends Verb {
        @Override
        ExitCode run() {
            return post("deny", Json.object().build());
        }
    }

    @picocli.CommandLine.Command(
            name = "review",
            description =
                    "Let an agent go that the hub holds, since a restore or because there were two of it: it is offered again what it should run, but nothing older than what it runs.")
    static final class Review extends Command {
        @Parameters(index = "0", arity = "0..1", paramLabel = "NAME")
        private @Nullable String name;

        @Option(names = "--all", description = "All that are held and have told what they run.")
        private boolean all;

        @Override
        ExitCode run() {
            if (all == (name != null)) {
                throw CliException.usage("whom? (expected: NAME or --all)");
            }
            if (name != null) {
                post(name);
                return ExitCode.OK;
            }
            List<String> held = hub().list("/agents", Map.of()).stream()
                    .filter(agent -> agent.object("status")
                            .findString("reason")
                            .orElse("")
                            .equals("HeldForReview"))
                    .map(agent -> agent.object("metadata").string("name"))
                    .toList();
            if (held.isEmpty()) {
                out().line("no agent is held for review");
            }
            return postEach(held);
        }

        /** One that cannot go yet does not keep the others. */
        private ExitCode postEach(List<String> names) {
            ExitCode worst = ExitCode.OK;
            for (String one : names) {
                try {
                    post(one);
                } catch (CliException e) {
                    out().note(String.valueOf(e.getMessage()));
                    worst = e.exit();
                }
            }
            return worst;
        }

        private void post(String agent) {
            Json.Obj answer = hub().post(
                            "/agents/" + HubApi.segment(agent) + "/review",
                            Json.object().build());
            out().line("agent/" + agent + " " + answer.string("message"));
        }
    }

    @picocli.CommandLine.Command(
            name = "rename",
            description = "Give an agent another name; its identity and what runs stay.")
    static final class Rename extends Verb {
        @Parameters(index = "1", paramLabel = "NEW-NAME")
        private String newName = "";

        @Override
        ExitCode run() {
            return post("rename", Json.object().put("name", newName).build());
        }
    }

    @picocli.CommandLine.Command(
            name = "retire",
            description =
                    "Revoke an agent's certificate and forget it: at once, and what runs there stays; or after what runs there is gone.")
    static final class Retire extends Verb {
        @Option(
                names = {"-y", "--yes"},
                description = "Do not ask.")
        private boolean yes;

        @Option(
                names = "--remove-workloads",
                description = "First remove everything that it runs; volumes stay. Needs the agent to be reached.")
        private boolean removeWorkloads;

        @Override
        ExitCode run() {
            if (!yes) {
                Confirm.orStop(
                        session(),
                        "this retires agent " + name() + " for good"
                                + (removeWorkloads ? " and removes all that it runs" : "")
                                + "; it would have to join anew");
            }
            return post(
                    "retire",
                    Json.object().put("removeWorkloads", removeWorkloads).build());
        }
    }
}
