package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What pages and messages tell people to type is something that the command takes. */
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern INLINE = Pattern.compile("`([^`]+)`");

    private static final Pattern COMMENT = Pattern.compile("(?m)^\\s*(//|/?\\*).*$");
    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");

    /** Between two literals of one message. */
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

    /** A message goes on in words. */
    private static final Pattern SENTENCE = Pattern.compile("[,`]");

    /** Begins what is signed, and is no command. */
    private static final String SIGNED = "wherry plan of";

    /** Not of a path, not of another program, and not a namespace of that name. */
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w/.@-])(?<!-n )wherry((?: +[^\\s|;&\"')]+)+)");

    private final CommandLine program = Interpreter.commandLine(new Session(
            new Out(System.out, System.err, () -> new Terminal(false, false, Terminal.UNLIMITED)),
            Map.of(),
            InstantSource.fixed(Cli.NOW)));

    private final List<String> unknown = new ArrayList<>();
    private int commands;

    @Test
    void everyCommandAndOptionOfThePagesIsKnown() throws IOException {
        for (String place : List.of("docs", "examples", "README.md", "CONTRIBUTING.md", "SECURITY.md")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(place))) {
                for (Path page :
                        files.filter(file -> file.toString().endsWith(".md")).toList()) {
                    read(page);
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(commands).as("or nothing was read").isGreaterThan(200);
    }

    @Test
    void everyCommandAndOptionOfTheMessagesIsKnown() throws IOException {
        for (String module : List.of("hub", "agent")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
                for (Path file :
                        files.filter(one -> one.toString().endsWith(".java")).toList()) {
                    String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
                    LITERAL.matcher(JOINED.matcher(code).replaceAll(""))
                            .results()
                            .flatMap(literal -> SENTENCE.splitAsStream(literal.group(1)))
                            .filter(part -> !part.startsWith(SIGNED))
                            .forEach(part -> code(file + ": ", part));
                }
            }
        }
        assertThat(unknown).isEmpty();
        assertThat(commands).as("or nothing was read").isGreaterThan(100);
    }

    private void read(Path page) throws IOException {
        boolean block = false;
        int number = 0;
        for (String line : Files.readAllLines(page)) {
            number++;
            String place = page + ":" + number + ": ";
            if (line.strip().startsWith("```")) {
                block = !block;
            } else if (block) {
                code(place, line.split(" # ", 2)[0]);
            } else {
                INLINE.matcher(line).results().forEach(inline -> code(place, inline.group(1)));
            }
        }
    }

    private void code(String place, String code) {
        Matcher matcher = COMMAND.matcher(code);
        while (matcher.find()) {
            commands++;
            words(place + matcher.group(), matcher.group(1).strip().split(" +"));
        }
    }

    private void words(String where, String... words) {
        CommandLine at = program;
        for (String word : words) {
            if (word.startsWith("--")) {
                option(where, at, word.split("[=,.:…]", 2)[0]);
            } else if (!at.getSubcommands().isEmpty() && word.matches("[a-z][a-z-]*")) {
                CommandLine next = at.getSubcommands().get(word);
                if (next == null) {
                    unknown.add(where + " (" + word + ")");
                    return;
                }
                at = next;
            }
        }
    }

    private void option(String where, CommandLine at, String name) {
        boolean known = at.getCommandSpec().findOption(name) != null
                || program.getCommandSpec().findOption(name) != null;
        if (!known) {
            unknown.add(where + " (" + name + ")");
        }
    }
}
