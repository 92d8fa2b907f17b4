package io.wherry.hub;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where data folder and configuration are: the same for every command. */
final class ConfigOptions {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data folder (default: ${DEFAULT-VALUE}).",
            defaultValue = "/var/lib/wherry-hub")
    private Path data = Path.of("/var/lib/wherry-hub");

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration (default: DIR/hub.yaml).")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Overrides a key of the configuration; repeatable.")
    private List<String> settings = List.of();

    DataFolder folder() {
        return new DataFolder(data.toAbsolutePath().normalize());
    }

    Path file() {
        return config == null ? folder().config() : config;
    }

    /** @throws HubException if there is no file; with {@link io.wherry.base.yaml.YamlException} if it is wrong */
    HubConfig read(Map<String, String> environment) {
        return read(environment, List.of());
    }

    /** @param more settings that stand above all others, {@code KEY=VALUE} each */
    HubConfig read(Map<String, String> environment, List<String> more) {
        Path file = file();
        if (Files.notExists(file)) {
            throw new HubException(
                    ExitCode.NOT_FOUND,
                    file + ": does not exist (wherry-hub init --data " + folder().path() + " --hostname HOST)");
        }
        List<String> flags = Stream.concat(settings.stream(), more.stream()).toList();
        try {
            return HubConfig.read(file.toString(), Files.readAllBytes(file), environment, flags);
        } catch (IOException e) {
            throw new HubException(file + ": cannot be read: " + Causes.words(e), e);
        }
    }

    /** The data folder of a hub that there is, to change it. @throws HubException if it is none, or that of another user */
    DataFolder existing() {
        DataFolder folder = folder();
        folder.requireOwn();
        if (Files.notExists(folder.database())) {
            throw new HubException(
                    ExitCode.NOT_FOUND, folder.path() + ": is no hub's data folder (name it with --data)");
        }
        return folder;
    }
}
