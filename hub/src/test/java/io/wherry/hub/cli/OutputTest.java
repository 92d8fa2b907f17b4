package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Pipe;
import io.wherry.base.Terminal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What commands print, where, and how it looks on a terminal, on a narrow one, and in a pipe. */
class OutputTest extends AtACannedHub {
    private static final String AGENT = """
            {"metadata":{"name":"%s","uid":"u"},"spec":{},"status":{"phase":"%s","level":"%s",
             "lastSeen":"2026-03-01T11:59:00Z","runtime":"docker","runtimeVersion":"27.1","message":"%s"}}""";

    @BeforeEach
    void agents() {
        hub.on(
                "GET /agents?limit=500",
                200,
                "{\"items\":[" + AGENT.formatted("site-1", "Ready", "good", "all well") + ","
                        + AGENT.formatted(
                                "oslo-harbour-north", "Unknown", "bad", "not heard of since\\nthe storm \\u001b[2J")
                        + "]}");
    }

    @Test
    void alignsATableAndLeavesItWholeInAPipe() {
        assertThat(cli.run("get", "agents").out()).isEqualTo("""
                NAME                STATUS     SEEN     RUNTIME      MESSAGE
                site-1              ✔ Ready    60s ago  docker 27.1  all well
                oslo-harbour-north  ✘ Unknown  60s ago  docker 27.1  not heard of since the storm ?[2J
                """);
    }

    @Test
    void fitsATableIntoFortyColumns() {
        String out = cli.on(new Terminal(true, false, 40)).run("get", "agents").out();
        assertThat(out).isEqualTo("""
                NAME                STATUS     SEEN
                site-1              ✔ Ready    60s ago
                oslo-harbour-north  ✘ Unknown  60s ago
                """);
    }

    @Test
    void cutsWhatIsLongBeforeItLeavesAColumnOut() {
        assertThat(cli.on(new Terminal(true, false, 70)).run("get", "agents").out())
                .isEqualTo("""
                NAME                STATUS     SEEN     RUNTIME      MESSAGE
                site-1              ✔ Ready    60s ago  docker 27.1  all well
                oslo-harbour-north  ✘ Unknown  60s ago  docker 27.1  not heard of sin…
                """);
    }

    @Test
    void neverCutsTheNameOfAThing() {
        assertThat(cli.on(new Terminal(true, false, 10)).run("get", "agents").out())
                .isEqualTo("NAME\nsite-1\noslo-harbour-north\n");
    }

    @Test
    void showsAStateWithItsNotesAndSaysWhatBecameOfWorkThatWasDone() {
        hub.on("GET /stacks?brief=true&limit=500", 200, """
                {"items":[{"metadata":{"name":"a"},"spec":{},
                  "status":{"phase":"Committed","level":"good","notes":["Pinned"],"healthy":1,"targets":1}},
                 {"metadata":{"name":"b"},"spec":{},
                  "status":{"phase":"Committed","level":"bad","reason":"DriftFound","healthy":0,"targets":1,"message":"m"}}]}""");
        assertThat(cli.run("get", "stacks").out()).isEqualTo("""
                NAME  STATUS             HEALTHY  REVISION  MESSAGE
                a     ✔ Healthy, Pinned  1/1
                b     ✘ DriftFound       0/1                m
                """);
    }

    @Test
    void theFleetsStateSaysForWhatAStackWaits() {
        hub.on("GET /status", 200, """
                {"summary":"0 of 2 stacks healthy.","problems":[],"stacks":[
                  {"name":"a","phase":"Pending","level":"working","message":"OutsideWindow: from 22:00 on","healthy":0,"targets":1},
                  {"name":"b","phase":"Applying","level":"working","message":"is being applied","healthy":0,"targets":1}]}""");
        assertThat(cli.run("status").out()).isEqualTo("""
                0 of 2 stacks healthy.
                  stack/a  … Pending  0/1
                    OutsideWindow: from 22:00 on
                  stack/b  … Applying  0/1
                """);
    }

    @Test
    void coloursGlyphsOnATerminalOnly() {
        assertThat(cli.on(new Terminal(true, true, 120)).run("get", "agents").out())
                .contains("\u001b[32m✔\u001b[0m");
        assertThat(cli.on(new Terminal(true, false, 120)).run("get", "agents").out())
                .doesNotContain("\u001b");
        assertThat(cli.on(new Terminal(false, false, Terminal.UNLIMITED))
                        .run("get", "agents")
                        .out())
                .doesNotContain("\u001b");
    }

    @Test
    void neverColoursHelpInAPipe() {
        assertThat(cli.run("--help").out()).contains("Usage: wherry").doesNotContain("\u001b");
        assertThat(cli.run("get", "--help").out()).contains("Usage: wherry get").doesNotContain("\u001b");
    }

    @Test
    void everyCommandHasHelp() {
        assertThat(help(Interpreter.commandLine(new Session(
                        new Out(System.out, System.err, () -> new Terminal(false, false, Terminal.UNLIMITED)),
                        Map.of(),
                        InstantSource.fixed(Cli.NOW)))))
                .isGreaterThan(60);
    }

    /** How many commands there are below. */
    private int help(CommandLine line) {
        int commands = 0;
        for (CommandLine command : line.getSubcommands().values()) {
            String name = command.getCommandSpec().qualifiedName();
            String[] arguments =
                    (name + " --help").substring("wherry ".length()).split(" ");
            Cli.Ran ran = cli.run(arguments);
            assertThat(ran.exit()).as(name).isZero();
            assertThat(ran.out()).as(name).startsWith("Usage: " + name);
            commands += 1 + help(command);
        }
        return commands;
    }

    @Test
    void saysThatThereIsNothingAsideFromTheData() {
        hub.on("GET /stacks?brief=true&limit=500", 200, "{\"items\":[]}");
        hub.on("GET /stacks?limit=500", 200, "{\"items\":[]}");
        assertThat(cli.run("get", "stacks")).isEqualTo(new Cli.Ran(0, "", "no stacks\n"));
        assertThat(cli.run("get", "stacks", "-o", "json").out()).isEqualToIgnoringWhitespace("{\"items\": []}");
    }

    @Test
    void followsPagesToTheEnd() {
        hub.on("GET /groups?limit=500", 200, "{\"items\":[{\"metadata\":{\"name\":\"a\"}}],\"continue\":\"a b\"}");
        hub.on("GET /groups?limit=500&continue=a+b", 200, "{\"items\":[{\"metadata\":{\"name\":\"b\"}}]}");
        assertThat(cli.run("get", "groups", "-o", "name").out()).isEqualTo("group/a\ngroup/b\n");
    }

    @Test
    void printsNothingButTheTokenOnStandardOutput() {
        hub.on("POST /tokens", 200, "{\"id\":\"t1\",\"token\":\"wjt1.abc\",\"expiresAt\":\"2026-03-01T13:00:00Z\"}");
        Cli.Ran ran = cli.run("token", "create", "--labels", "site=oslo,tier=edge", "--environment", "production");
        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEqualTo("wjt1.abc\n");
        assertThat(ran.err()).contains("single use").doesNotContain("wjt1.abc");
        assertThat(hub.requests().getLast()).contains("\"site\":\"oslo\"").contains("\"environment\":\"production\"");
    }

    @Test
    void sendsTheUsernameOfABasicCredentialAndNeverShowsTheValue() throws IOException {
        Path value = Files.writeString(folder.resolve("value"), "s3cret\n");
        hub.on("GET /credentials?limit=500", 200, "{\"items\":[{\"name\":\"git\",\"type\":\"basic\"}]}");
        hub.on("POST /credentials/git/rotate", 200, "{\"name\":\"git\"}");
        Cli.Ran ran = cli.run("credential", "rotate", "git", "--username", "bot", "--value-file", value.toString());
        assertThat(ran).isEqualTo(new Cli.Ran(0, "credential/git rotated\n", ""));
        assertThat(hub.requests().getLast()).contains("\"username\":\"bot\"").contains("\"value\":\"s3cret\"");
    }

    @Test
    void sendsASecretForStacksByteForByte() throws IOException {
        Path value = Files.writeString(folder.resolve("value"), " -----BEGIN\nkey\n");
        hub.on("POST /credentials", 200, "{\"name\":\"key\"}");
        Cli.Ran ran = cli.run(
                "credential",
                "create",
                "key",
                "--type",
                "secret",
                "--stack",
                "shop",
                "--stack",
                "till",
                "--value-file",
                value.toString());
        assertThat(ran).isEqualTo(new Cli.Ran(0, "credential/key created\n", ""));
        assertThat(hub.requests().getLast())
                .contains("\"value\":\" -----BEGIN\\nkey\\n\"", "\"stacks\":[\"shop\",\"till\"]")
                .doesNotContain("host");

        hub.on("GET /credentials?limit=500", 200, "{\"items\":[{\"name\":\"key\",\"type\":\"secret\"}]}");
        hub.on("POST /credentials/key/rotate", 200, "{\"name\":\"key\"}");
        cli.run("credential", "rotate", "key", "--value-file", value.toString());
        assertThat(hub.requests().getLast()).contains("\"value\":\" -----BEGIN\\nkey\\n\"");
    }

    @Test
    void diffTellsSameFromDifferentFromError() throws IOException {
        String file =
                Files.writeString(folder.resolve("x.yaml"), "kind: Stack\n").toString();
        hub.on(
                "POST /diff",
                200,
                "{\"results\":[{\"kind\":\"Stack\",\"name\":\"shop\",\"action\":\"unchanged\",\"changes\":[]}]}");
        assertThat(cli.run("diff", "-f", file)).isEqualTo(new Cli.Ran(0, "", ""));
        hub.on("POST /diff", 200, """
                {"results":[{"kind":"Stack","name":"shop","action":"changed",
                 "changes":[{"field":"spec.path","from":"a","to":"b"}]}]}""");
        assertThat(cli.run("diff", "-f", file))
                .isEqualTo(new Cli.Ran(1, "stack/shop (changed)\n  spec.path: a -> b\n", ""));
        hub.problem("POST /diff", 422, "Invalid", "x.yaml:1:7: no such kind", "");
        assertThat(cli.run("diff", "-f", file).exit()).isEqualTo(2);
        assertThat(cli.run("diff", "-f", "/nowhere").exit())
                .as("a file that is missing is no difference")
                .isEqualTo(3);
    }

    @Test
    void showsEventsAsLinesOrAsJson() {
        hub.on("GET /events?limit=100", 200, """
                {"items":[{"time":"2026-03-01T11:00:00Z","severity":"alarm","object":"stack/shop","reason":"RolledBack",
                 "message":"two\\nlines"}]}""");
        assertThat(cli.run("events").out()).isEqualTo("2026-03-01T11:00:00Z ✘ stack/shop RolledBack: two lines\n");
        assertThat(cli.run("events", "-o", "json").out()).startsWith("{\"").hasLineCount(1);
    }

    @Test
    void tellsThatAFollowedStreamEnded() {
        hub.on("GET /events?limit=100&follow=true", 200, "\n");
        hub.on("GET /whoami", 200, "{}");
        Cli.Ran ran = cli.run("events", "--follow");
        assertThat(ran.exit()).isEqualTo(9);
        assertThat(ran.err()).contains("the hub ended the stream");
    }

    @Test
    void aFollowedStreamThatEndsWithItsKeySaysSo() {
        hub.on("GET /events?limit=100&follow=true", 200, "\n");
        hub.on("GET /whoami", 401, "{\"code\":\"KeyExpired\",\"detail\":\"the key has expired\",\"hint\":\"\"}");
        Cli.Ran ran = cli.run("events", "--follow");
        assertThat(ran.exit()).isEqualTo(4);
        assertThat(ran.err()).contains("the key has expired");
    }

    @Test
    void aReaderThatWentAwayIsNoFailureAndAFullDiskIsOne() {
        Pipe closed = failing("Broken pipe");
        print(closed);
        assertThat(closed.failure()).isEmpty();
        Pipe full = failing("No space left on device");
        print(full);
        assertThat(full.failure()).hasValueSatisfying(e -> assertThat(e).hasMessage("No space left on device"));
    }

    private static void print(Pipe pipe) {
        PrintStream data = new PrintStream(new BufferedOutputStream(pipe, 16), false, UTF_8);
        Out out = new Out(data, data, () -> new Terminal(false, false, Terminal.UNLIMITED));
        for (int i = 0; i < 10; i++) {
            out.line("line " + i);
        }
        assertThat(out.readerIsGone()).isTrue();
    }

    private static Pipe failing(String message) {
        return new Pipe(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(message);
            }
        });
    }
}
