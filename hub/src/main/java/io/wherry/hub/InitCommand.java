package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.ExitCode;
import io.wherry.hub.release.Keys;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code wherry-hub init}: keys, authority, database, configuration, administrator's token. */
@Command(
        name = "init",
        description =
                "Makes a data folder: keys, certificate authority, database, configuration, administrator's token.")
final class InitCommand implements Callable<Integer> {
    @ParentCommand
    private HubMain main = new HubMain(java.time.Clock.systemUTC(), Map.of());

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "The folder to make; absent or empty.")
    private Path data = Path.of("");

    @Option(
            names = "--hostname",
            required = true,
            paramLabel = "HOST",
            description = "A name or address under which agents and operators reach the hub; repeatable.")
    private List<String> hostnames = List.of();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Another key of the configuration to be written; repeatable.")
    private List<String> settings = List.of();

    @Override
    public Integer call() {
        DataFolder folder = new DataFolder(data.toAbsolutePath().normalize());
        folder.requireOwn();
        HubConfig.read("hub.yaml", "{}".getBytes(UTF_8), Map.of(), withHostnames()); // judged before anything is made
        String text = Initialisation.config(hostnames, settings);
        HubConfig config = HubConfig.read("hub.yaml", text.getBytes(UTF_8), Map.of(), List.of());
        Keys keys = new Initialisation(folder, main.clock()).run(text, folder.vaultKey(config));
        PrintWriter out = spec.commandLine().getOut();
        out.println("The hub's data folder is " + folder.path());
        out.println("  trust domain        " + keys.trustDomain()
                + "   (write it down: sites without a network join by it)");
        out.println("  configuration       " + folder.config());
        out.println("  CA certificate      " + folder.caCertificate());
        out.println("  administrator's key " + folder.adminToken() + "   (keep it secret)");
        out.println(
                "  governed            environment=production, by the policy production   (wherry describe policy production)");
        out.println("Next:");
        out.println("  " + folder.serve());
        out.println("  wherry login " + config.address() + " --token-file " + folder.adminToken() + " --ca-file "
                + folder.caCertificate());
        out.println("  or in a browser: " + config.pages() + " (sign in with the administrator's key)");
        return ExitCode.OK.code();
    }

    private List<String> withHostnames() {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("hostnames=" + String.join(",", hostnames)), settings.stream())
                .toList();
    }
}
