package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.hub.backup.Restore;
import io.wherry.hub.backup.Restore.Restored;
import io.wherry.hub.release.Keys;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub restore}: a data folder from a backup, in a new epoch, with every agent held for review. */
@Command(
        name = "restore",
        description =
                "Makes a data folder from a backup. Agents follow, and are offered nothing until an operator has reviewed them.")
final class RestoreCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "FILE", description = "What wherry-hub backup wrote.")
    private Path file = Path.of("");

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The data folder to make; absent or empty.")
    private Path data = Path.of("");

    @Option(
            names = "--force",
            description = "If the folder is not empty, put what is in it aside in DIR/before-restore-TIME.")
    private boolean force;

    @Option(
            names = "--root-key",
            paramLabel = "FILE",
            description = "The root key of a hub that keeps it elsewhere; it is read, and does not stay.")
    private Optional<Path> rootKey = Optional.empty();

    @Override
    public Integer call() {
        Path folder = data.toAbsolutePath().normalize();
        Path backup = file.toAbsolutePath().normalize();
        Restored restored =
                main.working(spec, progress -> Restore.restore(backup, folder, rootKey, force, main.clock(), progress));
        PrintWriter out = spec.commandLine().getOut();
        Keys keys = restored.begun().keys();
        out.println(
                folder + ": restored from the backup of " + restored.contents().madeAt());
        out.println("  trust domain " + keys.trustDomain().brief() + ", trust root version "
                + keys.trustRoot().version() + ", epoch " + keys.epoch());
        restored.aside().ifPresent(aside -> out.println("  what was there is in " + aside));
        out.println("  " + restored.begun().held() + " agents are held for review");
        out.println("Next:");
        out.println("  " + new DataFolder(folder).serve());
        out.println("  wherry get agents           (each is held until you have looked at it)");
        out.println(
                "  wherry agent review --all   (offers them again what they should run, and nothing older than what they run)");
        out.println(
                "  do again what was done after the backup: keys and agents that were revoked then are valid again");
        return ExitCode.OK.code();
    }
}
