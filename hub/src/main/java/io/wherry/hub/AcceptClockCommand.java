package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub accept-clock}: a person's word that the machine's clock is right. */
@Command(
        name = "accept-clock",
        description =
                "Says that this machine's clock is right, for a hub that does not start because it is far from when it ran last; the hub must not run.")
final class AcceptClockCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() {
        DataFolder folder = options.existing();
        Instant now = main.clock().instant();
        try (DataFolderLock _ = DataFolderLock.take(folder.path());
                Database db = Database.open(folder.database())) {
            SteadyClock.accept(db, now);
        }
        spec.commandLine().getOut().println("this hub takes " + now + " for the time from now on");
        return ExitCode.OK.code();
    }
}
