package io.wherry.hub.cli;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done to an agent besides declaring its labels. */
@picocli.CommandLine.Command(
        name = "agent",
        description = "Approve, deny, rename and retire agents; admit those that no network joins to the hub.",
        subcommands = {
            AgentAdmitCommand.class,
            AgentCommand.Approve.class,
            AgentCommand.Deny.class,
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
