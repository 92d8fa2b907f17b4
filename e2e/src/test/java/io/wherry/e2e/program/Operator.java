package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.hub.cli.WherryMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A person at the command line {@code wherry}, with a configuration of their own. */
final class Operator {
    /**
     * What only looks. It is asked in this process, by the same code: tests look hundreds of times, and the start of a JVM for each of them took a tenth of all that
     * they need. What a person changes is changed by the program.
     */
    private static final Set<String> LOOKS = Set.of("get", "describe", "status", "wait");

    private final Programs programs;
    private final Path folder;
    private final Set<String> looks;

    Operator(Programs programs, Path folder) {
        this(programs, folder, LOOKS);
    }

    private Operator(Programs programs, Path folder, Set<String> looks) {
        this.programs = programs;
        this.folder = folder;
        this.looks = looks;
    }

    /** The same person, whose looks are the program's too: where the program itself is in question. */
    Operator typing() {
        return new Operator(programs, folder, Set.of());
    }

    Said login(RunningHub hub, String... flags) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("login", hub.url()));
        arguments.addAll(List.of("--token-file", hub.adminToken().toString(), "--timeout", "4m"));
        arguments.addAll(List.of(flags));
        return says(arguments.toArray(String[]::new));
    }

    /** One command, whatever comes of it. */
    Said says(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("wherry"));
        command.addAll(List.of(arguments));
        Optional<Map<String, String>> environment = programs.ofThisProcess();
        if (environment.isPresent() && looks.contains(arguments[0])) {
            return looks(String.join(" ", command), environment.get(), arguments);
        }
        return programs.run(command);
    }

    private static Said looks(String command, Map<String, String> environment, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = WherryMain.run(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), environment, arguments);
        return new Said(command, exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** One command that must work. */
    Said does(String... arguments) throws Exception {
        return says(arguments).ok();
    }

    /** The resources of a text, applied; the same file each time, as a person edits one. */
    Said applies(String yaml) throws Exception {
        return says("apply", "-f", file(yaml));
    }

    /** The text as a file. */
    String file(String yaml) throws Exception {
        return Files.writeString(folder.resolve("fleet.yaml"), yaml).toString();
    }

    /** A single-use join token. */
    String token(String... flags) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("token", "create"));
        arguments.addAll(List.of(flags));
        return does(arguments.toArray(String[]::new)).out().strip();
    }

    /** The status of one object. */
    Json.Obj status(String kind, String name) throws Exception {
        return does("get", kind, name, "-o", "json").json().object("status");
    }

    /** What the summary of one object says: its phase, and the message beside it. */
    String phase(String kind, String name) throws Exception {
        Json.Obj status = status(kind, name);
        return status.findString("phase").orElse("") + ": "
                + status.findString("message").orElse("");
    }
}
