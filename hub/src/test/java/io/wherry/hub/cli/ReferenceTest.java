package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.base.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The reference pages say what the programs do. Rewrite them with {@code -Dgolden.update=true}. */
class ReferenceTest {
    private static final Path REFERENCE = Path.of("../docs/reference");

    static CommandLine wherry() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
        Out out = new Out(nowhere, nowhere, () -> new Terminal(false, false, Terminal.UNLIMITED));
        return Interpreter.commandLine(new Session(out, Map.of(), Clock.systemUTC()));
    }

    @Test
    void wherryIsAsItsPageSays() throws IOException {
        compare("wherry.md", ReferencePage.of(wherry(), """
                The operator's command line. It speaks to one hub, the current context's (`wherry login`), over HTTPS; `wherry render`,
                `wherry agent manifest`, `wherry audit verify`, `wherry bundle inspect`, `wherry transfer`, `wherry completion` and `wherry version` need none. Data goes to standard output, progress and
                hints to standard error. Exit codes: [exit-codes.md](exit-codes.md). Secrets are read from files or standard input only.

                | Variable | Means |
                |---|---|
                | `WHERRY_CONTEXT` | the context to use, unless `--context` is given |
                | `XDG_CONFIG_HOME` | where `wherry/config.yaml` (0600) is; default `~/.config` |
                | `NO_COLOR` | set to anything: no colour |
                | `COLUMNS` | width of tables on a terminal |
                """));
    }

    @Test
    void everyCommandIsCalledAsItsClass() {
        assertThat(wherry().getSubcommands().keySet())
                .containsExactlyElementsOf(WherryCommand.COMMANDS.stream()
                        .map(WherryCommand::nameOf)
                        .toList());
        WherryCommand.COMMANDS.forEach(type ->
                assertThat(WherryCommand.named(WherryCommand.nameOf(type))).hasValue(type));
    }

    @Test
    void everyCommandSaysWhatItDoes() {
        assertThat(ReferencePage.undescribed(wherry())).isEmpty();
    }

    @Test
    void exitCodesAreAsTheirPageSays() throws IOException {
        String rows = Files.readAllLines(REFERENCE.resolve("exit-codes.md")).stream()
                .filter(line -> line.matches("\\| \\d+ \\| `[A-Z_]+` \\|.*"))
                .map(line -> line.split("\\|")[1].strip() + " " + line.split("\\|")[2].strip())
                .collect(Collectors.joining("\n"));
        assertThat(rows)
                .isEqualTo(Arrays.stream(ExitCode.values())
                        .map(exit -> exit.code() + " `" + exit.name() + "`")
                        .collect(Collectors.joining("\n")));
    }

    private static void compare(String name, String wanted) throws IOException {
        Path page = REFERENCE.resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(page, wanted);
        }
        assertThat(page).content(UTF_8).isEqualTo(wanted);
    }
}
