package io.wherry.agent.cli;

import io.wherry.agent.bundlefile.ReceiptFiles;
import io.wherry.agent.state.Membership;
import io.wherry.base.ExitCode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code wherry-agent receipts}: outcomes that go home as a file. */
@Command(
        name = "receipts",
        description = "Bring home what happened here as a file, without a network.",
        subcommands = ReceiptsCommand.Export.class)
final class ReceiptsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say export");
    }

    /** {@code wherry-agent receipts export}. */
    @Command(
            name = "export",
            description =
                    "Write the receipts that are not safe at the hub yet. A receipts file that is there already keeps what it holds, so that one file serves many agents.",
            footer = {"", "At the hub: wherry bundle import-receipts FILE"})
    static final class Export implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        CommandSpec spec;

        @Mixin
        Place place = new Place();

        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "FILE",
                description = "Where to, for example SITE.receipts.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        Path file;

        @Override
        public Integer call() {
            Membership membership = Membership.find(place.data).orElseThrow(() -> Session.notJoined(place));
            int receipts = ReceiptFiles.export(place.data.resolve("outbox"), membership.agentId(), file);
            spec.commandLine().getOut().println(receipts + " receipts of " + membership.name() + " are in " + file);
            return ExitCode.OK.code();
        }
    }
}
