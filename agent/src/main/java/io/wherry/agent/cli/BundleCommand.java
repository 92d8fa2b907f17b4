package io.wherry.agent.cli;

import io.wherry.agent.Agent;
import io.wherry.agent.Commands;
import io.wherry.agent.Runtimes;
import io.wherry.agent.state.StateException;
import io.wherry.base.ExitCode;
import io.wherry.base.ProgressLine;
import io.wherry.base.Terminal;
import io.wherry.contract.json.Json;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code wherry-agent bundle}: offers that come as a file. */
@Command(
        name = "bundle",
        description = "Take what a hub signed for this agent from a file, without a network.",
        subcommands = {BundleCommand.Apply.class, BundleCommand.Verify.class})
final class BundleCommand implements Runnable {
    /** A stick reads 5 MB a second: a file of 8 GB takes half an hour, and the engine unpacks its images as long again. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say apply or verify");
    }

    /** What both do. */
    abstract static class OfFile implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        CommandSpec spec;

        @Mixin
        Place place = new Place();

        @Parameters(paramLabel = "FILE", description = "A bundle file: wherry bundle export makes it.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        Path file;

        /** @throws StateException if there is no such file: also where a running agent would be the one to open it */
        final Json.Obj request(String command) {
            if (Files.notExists(file)) {
                throw StateException.notFound(file + ": does not exist, and nothing changed");
            }
            return Json.object()
                    .put("command", command)
                    .put("file", file.toAbsolutePath().toString())
                    .build();
        }

        final ProgressLine working() {
            return ProgressLine.to(spec.commandLine().getErr(), () -> Terminal.detect(System.getenv()));
        }

        /** Asks the running agent, or judges the file in this process, and says on a terminal how far that is. */
        final Json.Obj ask(String command) {
            try (ProgressLine progress = working()) {
                return Session.ask(place, request(command), PATIENCE, progress);
            }
        }

        /** @return whether it was accepted */
        final boolean tell(Json.Obj answer, String accepted) {
            if (!answer.bool("accepted")) {
                spec.commandLine()
                        .getErr()
                        .println(spec.qualifiedName() + ": refused, and nothing changed: " + answer.string("reason")
                                + ": " + answer.string("detail"));
                return false;
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(accepted + ": sequence " + answer.integer("sequence") + " of epoch " + answer.integer("epoch")
                    + ", valid until " + answer.string("expiresAt")
                    + (answer.bool("news") ? "" : " (adopted before)"));
            Output table = new Output("STACK", "GENERATION", "STATE");
            for (Json.Obj entry : answer.objects("entries")) {
                table.row(entry.string("name"), Long.toString(entry.integer("generation")), entry.string("state"));
            }
            table.print(out);
            acknowledged(answer);
            return true;
        }

        private void acknowledged(Json.Obj answer) {
            answer.findObject("acknowledged").ifPresent(told -> spec.commandLine()
                    .getOut()
                    .println("the hub has receipts 1 to " + told.integer("counter") + " as of "
                            + told.string("issuedAt") + "; of those in the outbox: " + told.integer("receipts")));
            answer.findObject("acknowledgementRefused").ifPresent(told -> spec.commandLine()
                    .getErr()
                    .println(
                            spec.qualifiedName() + ": what the file says of receipts is refused, and all of them stay: "
                                    + told.string("reason") + ": " + told.string("detail")));
        }
    }

    /** {@code wherry-agent bundle verify}. */
    @Command(
            name = "verify",
            description = "Say whether a bundle file would be accepted, and why not. Changes nothing.",
            footer = {"", "Exit code 0: it would be, 8: it would be refused."})
    static final class Verify extends OfFile {
        @Override
        public Integer call() {
            return tell(ask(Commands.BUNDLE_VERIFY), "would be accepted")
                    ? ExitCode.OK.code()
                    : ExitCode.VERIFICATION_FAILED.code();
        }
    }

    /** {@code wherry-agent bundle apply}. */
    @Command(
            name = "apply",
            description =
                    "Adopt the assignment of a bundle file and apply it. Needs no network; the medium may be taken out once it is adopted.",
            footer = {"", "Exit code 0: all is well, 7: something is not healthy, 8: the file was refused."})
    static final class Apply extends OfFile {
        @Override
        public Integer call() throws InterruptedException {
            if (Session.isRunning(place)) {
                boolean accepted = tell(ask(Commands.BUNDLE_APPLY), "adopted");
                if (accepted) {
                    spec.commandLine().getErr().println("the running agent applies it; see: wherry-agent status");
                }
                return accepted ? ExitCode.OK.code() : ExitCode.VERIFICATION_FAILED.code();
            }
            try (Agent agent = Agent.open(place.data, place.read(), Agent.World.real(), Runtimes::open)) {
                Json.Obj verdict;
                try (ProgressLine progress = working()) {
                    verdict = new Commands(agent, progress).handle(request(Commands.BUNDLE_APPLY));
                }
                if (!tell(verdict, "adopted")) {
                    return ExitCode.VERIFICATION_FAILED.code();
                }
                boolean well;
                try (ProgressLine progress = working()) {
                    progress.at("applying");
                    well = agent.settle();
                }
                stacks(new Commands(agent)
                        .handle(Json.object().put("command", "status").build())
                        .objects("stacks"));
                return well ? ExitCode.OK.code() : ExitCode.UNHEALTHY.code();
            }
        }

        private void stacks(List<Json.Obj> stacks) {
            Output table = new Output("STACK", "RUNNING", "PHASE", "OUTCOME", "WHY");
            for (Json.Obj stack : stacks) {
                table.row(
                        stack.string("name"),
                        Long.toString(stack.integer("running")),
                        stack.string("phase"),
                        stack.string("outcome"),
                        Output.why(stack));
            }
            table.print(spec.commandLine().getOut());
        }
    }
}
