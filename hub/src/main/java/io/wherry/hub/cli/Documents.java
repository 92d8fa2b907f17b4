package io.wherry.hub.cli;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The YAML a command is given with {@code -f}: files, folders ({@code *.yaml, *.yml, *.json} below, in path order) or standard input. */
final class Documents {
    private Documents() {}

    /** As the body of a request: {@code {"files": [{"name": …, "content": …}]}}; errors of the hub name each file as the person did. */
    static Json.Obj request(List<Path> paths) {
        List<Json> files = new ArrayList<>();
        for (Path path : paths) {
            if (path.toString().isEmpty()) { // a script's empty variable; the JDK takes it for the current folder
                throw CliException.usage("-f: nothing (expected: a file, a folder, or - for standard input)");
            }
            if (Files.isDirectory(path)) {
                folder(path).forEach(file -> files.add(file(file.toString(), file)));
            } else {
                files.add(file(path.toString().equals("-") ? "(standard input)" : path.toString(), path));
            }
        }
        if (files.isEmpty()) {
            throw new CliException(ExitCode.FAILED, "no *.yaml, *.yml or *.json below " + paths.getFirst(), "");
        }
        return Json.object().put("files", new Json.Arr(files)).build();
    }

    private static Json file(String name, Path path) {
        return Json.object()
                .put("name", name)
                .put("content", new String(Input.bytes(path), StandardCharsets.UTF_8))
                .build();
    }

    private static List<Path> folder(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().matches(".*\\.(yaml|yml|json)") && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, folder + " cannot be listed: " + Causes.named(e), "");
        }
    }
}
