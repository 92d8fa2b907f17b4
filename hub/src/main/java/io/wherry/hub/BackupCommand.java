package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.hub.backup.Backup;
import io.wherry.hub.backup.Contents;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub backup}: the data folder as one file, also while the hub serves. */
@Command(
        name = "backup",
        description =
                "Writes the data folder into one file, also while the hub serves. The file holds every key of the hub: keep it as you keep those.")
final class BackupCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "FILE",
            description = "The file to write, readable by its owner alone.")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replace the file if it exists.")
    private boolean force;

    @Override
    public Integer call() {
        DataFolder folder = options.folder();
        if (Files.notExists(folder.config()) || Files.notExists(folder.database())) {
            throw new HubException(
                    ExitCode.NOT_FOUND, folder.path() + ": is no hub's data folder (name it with --data)");
        }
        HubConfig config = options.read(main.environment());
        Path target = output.toAbsolutePath().normalize();
        Contents contents = main.working(
                spec,
                progress ->
                        Backup.make(folder.path(), target, force, main.clock().instant(), progress));
        PrintWriter out = spec.commandLine().getOut();
        out.println(target + ": " + contents.files().size() + " files of trust domain "
                + contents.trustDomain().brief() + ", made at " + contents.madeAt());
        out.println(
                "  it holds the hub's keys: whoever has it can sign for your sites (store it encrypted, apart from the hub)");
        config.vaultKey()
                .ifPresent(key -> out.println("  not in it: the vault's key " + key + "; keep it too, elsewhere"));
        config.tls()
                .ifPresent(tls -> out.println(
                        "  not in it: the operators' certificate " + tls.certificate() + " and its key " + tls.key()));
        return ExitCode.OK.code();
    }
}
