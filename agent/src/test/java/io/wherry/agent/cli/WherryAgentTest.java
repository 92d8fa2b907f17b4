package io.wherry.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.JoinToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class WherryAgentTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path temp;

    private int run(String... arguments) {
        CommandLine line = WherryAgent.line();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void namesTheNearestCommandAndFlag() {
        assertThat(run("statsu")).isEqualTo(2);
        assertThat(err.toString()).contains("wherry-agent: unknown command: statsu (did you mean \"status\"?)");
        assertThat(run("sycn", "--data", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("wherry-agent: unknown command: sycn (did you mean \"sync\"?)");
        assertThat(run("status", "--dta", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("wherry-agent status: unknown option: --dta (did you mean \"--data\"?)");
    }

    @Test
    void namesAnUnknownFlagBeforeWhatIsMissing() {
        assertThat(run("pause", "--fro", "5m")).isEqualTo(2);
        assertThat(err.toString()).contains("wherry-agent pause: unknown option: --fro (did you mean \"--for\"?)");
        assertThat(run("pause", "--for", "1x")).isEqualTo(2);
        assertThat(err.toString()).contains("--for: duration: 1x (expected: a form like 90s, 5m, 1h30m or 7d)");
        assertThat(run("logs", "--lines", "x")).isEqualTo(2);
        assertThat(err.toString()).contains("'x' is not a whole number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "status", "doctor", "sync", "diff", "history", "logs", "resume", "leave"})
    void saysHowToJoinWhereNobodyDid(String command) {
        assertThat(run(command, "--data", temp.resolve("none").toString())).isEqualTo(3);
        assertThat(err.toString()).contains("wherry-agent join --token-file FILE");
    }

    @Test
    void neverRepeatsATokenItCannotRead() throws IOException {
        Path file = Files.writeString(temp.resolve("token"), "wjt1.c2VjcmV0\n");
        assertThat(run(
                        "join",
                        "--token-file",
                        file.toString(),
                        "--data",
                        temp.resolve("d").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("join token").doesNotContain("c2VjcmV0");
        assertThat(temp.resolve("d")).doesNotExist();
    }

    @Test
    void wantsTheTokenOnce() {
        assertThat(run("join", "--data", temp.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--token-file");
    }

    @Test
    void aPodThatHasNotJoinedAndHasNoTokenIsToldWhatIsMissing() {
        String data = temp.resolve("d").toString();
        String token = temp.resolve("token").toString();

        assertThat(run("join", "--unless-joined", "--token-file", token, "--data", data))
                .isEqualTo(2);
        assertThat(err.toString()).contains(token + " is not there", "wherry token create");
    }

    @Test
    void aFileThatIsNotThereOrCannotBeIsNamed() {
        String data = temp.resolve("d").toString();
        Digest domain = Digest.of(new byte[0]);
        String token =
                new JoinToken("t", new byte[16], List.of("127.0.0.1:1"), Digest.of(new byte[1]), domain).encode();
        String none = temp.resolve("none/x").toString();

        assertThat(run("join", token, "--data", data, "--identity-file", none, "--root", domain.toString()))
                .isEqualTo(3);
        assertThat(err.toString()).contains(none + ": does not exist (wherry agent admit makes it at the hub)");
        assertThat(run("join", token, "--data", data, "--request-file", none)).isEqualTo(1);
        assertThat(err.toString()).contains("request file " + none + ": cannot be written: ");
    }

    @Test
    void aPauseThatIsTooLongIsWrongUsageWhoeverWouldKeepIt() {
        for (String length : List.of("15d", "0s")) {
            assertThat(run("pause", "--for", length, "--data", temp.toString())).isEqualTo(2);
            assertThat(err.toString()).contains("--for: " + length + " (expected: up to 14d)");
        }
    }

    @Test
    void aKubeconfigIsOfAClusterOnly() {
        assertThat(run("join", "wjt1.x", "--kubeconfig", "/k", "--data", temp.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--kubeconfig goes with --runtime kubernetes");
    }

    @ParameterizedTest
    @CsvSource({
        "--name, south, name is",
        "--runtime, kubernetes, runtime is docker",
        "--environment, production, environment is",
        "--policy, baseline, policy.preset is compose",
        "--ca-bundle, /other/ca.pem, hub.caBundle is"
    })
    void aFlagThatTheFileContradictsIsNotPassedOver(String flag, String value, String words) throws IOException {
        Path data = Files.createDirectory(
                temp.resolve("d"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path config = Files.writeString(data.resolve("agent.yaml"), "name: north\n");
        String token = new JoinToken(
                        "t", new byte[16], List.of("127.0.0.1:1"), Digest.of(new byte[0]), Digest.of(new byte[1]))
                .encode();

        assertThat(run("join", token, flag, value, "--data", data.toString())).isEqualTo(2);

        assertThat(err.toString()).contains(config + ": " + words, flag + " says \"" + value + "\"");
    }

    @Test
    void showsHelpAndVersion() {
        assertThat(run("join", "--help")).isZero();
        assertThat(run("version")).isZero();
        assertThat(out.toString()).contains("--environment").contains("wherry-agent 0.1.0");
    }

    /** docs/reference/wherry-agent.md, which is written by hand. */
    @Test
    void thePageNamesEveryCommandAndOption() throws IOException {
        String page = Files.readString(Path.of("../docs/reference/wherry-agent.md"));
        commands("", WherryAgent.line()).forEach((name, command) -> {
            assertThat(page).as(name).containsPattern("\\| `" + name + "[ `\\[]");
            assertThat(command.getCommandSpec().options()).as(name).allSatisfy(option -> assertThat(option.names())
                    .anyMatch(page::contains));
        });
    }

    /** Those that do something, by the words that call them. */
    private static Map<String, CommandLine> commands(String words, CommandLine line) {
        Map<String, CommandLine> commands = new TreeMap<>();
        line.getSubcommands().forEach((name, command) -> {
            if (command.getSubcommands().isEmpty()) {
                commands.put(words + name, command);
            } else {
                commands.putAll(commands(words + name + " ", command));
            }
        });
        return commands;
    }
}
