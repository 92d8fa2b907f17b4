package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.base.DurableFiles;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.YamlWriter;
import io.wherry.hub.resource.Metadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** All that was declared, one file for each object: what a configuration repository begins with. */
@picocli.CommandLine.Command(
        name = "all",
        description =
                "Write all sources, stacks, agents, groups, policies and rollout policies, one file each, as wherry apply -f takes them.",
        footer = {
            "",
            "What hub.yaml declares and what is being deleted is left out, and so is what has no file: credentials,",
            "keys, tokens, and who may do what."
        })
final class ExportAllCommand extends Command {
    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "DIR",
            description = "Where to: DIR/stacks/NAME.yaml and so on. No file that is there is written over.")
    private Path folder = Path.of("");

    @Override
    ExitCode run() {
        HubApi hub = hub();
        Map<Path, String> files = new TreeMap<>();
        for (Kind kind : Arrays.stream(Kind.values()).filter(Kind::isResource).toList()) {
            hub.list(kind.path(), Map.of()).stream()
                    .filter(ExportAllCommand::isExported)
                    .forEach(item -> files.put(
                            folder.resolve(kind.plural()).resolve(kind.nameOf(item) + ".yaml"),
                            YamlWriter.write(declared(item))));
        }
        requireAbsent(files.keySet().stream().toList());
        files.forEach(this::write);
        out().note(files.size() + " files; values of credentials are not in them (wherry credential create)");
        return ExitCode.OK;
    }

    private static boolean isExported(Json.Obj item) {
        Json.Obj metadata = item.object("metadata");
        boolean ofHubYaml = metadata.findObject("owner")
                .filter(owner -> owner.findString("url").isEmpty())
                .isPresent();
        return !ofHubYaml && metadata.findString("deletionTimestamp").isEmpty();
    }

    private static Json.Obj declared(Json.Obj item) {
        Json.Builder file = Json.object();
        item.fields().forEach((key, value) -> {
            if (key.equals("metadata")) {
                file.put(key, Metadata.withoutAdded(item.object(key)));
            } else if (!key.equals("status")) {
                file.put(key, value);
            }
        });
        return file.build();
    }

    /** All of them before the first is written: half an export would look like a whole one. */
    private static void requireAbsent(List<Path> files) {
        files.stream().filter(file -> Files.exists(file)).findFirst().ifPresent(file -> {
            throw new CliException(ExitCode.BLOCKED, file + " is there already", "name a folder without such files");
        });
    }

    private void write(Path file, String yaml) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            DurableFiles.write(file, yaml.getBytes(UTF_8));
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    file + " cannot be written: " + Causes.words(e),
                    "those before it are there: remove them, and repeat it");
        }
        out().line(file.toString());
    }
}
