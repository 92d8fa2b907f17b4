package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the programs load when they start, by the JVM's own account. */
class StartUpIT {
    /** {@code [0.123s][info][class,load] picocli.CommandLine source: shared objects file}. */
    private static final Pattern LOADED = Pattern.compile("] (\\S+) source: (.*)");

    private static final String FROM_A_JAR = "file:";

    /** What a library can do without, and what the recorded work does not start with. */
    private static final int FEW = 5;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "wherry, WHERRY_JAVA_OPTIONS",
        "wherry-hub, WHERRY_HUB_JAVA_OPTIONS",
        "wherry-agent, WHERRY_AGENT_JAVA_OPTIONS",
    })
    void aProgramHasItsClassesFromTheCache(String program, String options) throws Exception {
        List<MatchResult> loaded = loaded(options, program, "version");

        assertThat(loaded).extracting(each -> each.group(1)).contains("picocli.CommandLine");
        assertThat(loaded)
                .filteredOn(each -> each.group(2).startsWith(FROM_A_JAR))
                .extracting(each -> each.group(1) + " of " + each.group(2))
                .hasSizeLessThan(FEW);
    }

    /** A library's line in the middle of {@code -o json} would be no JSON; and setting logging up takes as long as the command. */
    @Test
    void aCommandSetsNoLoggingUp() throws Exception {
        List<MatchResult> loaded = loaded(
                "WHERRY_JAVA_OPTIONS",
                "wherry",
                "login",
                "https://127.0.0.1:1",
                "--token-file",
                token(),
                "--timeout",
                "1s");

        assertThat(loaded)
                .extracting(each -> each.group(1))
                .contains("org.slf4j.helpers.NOP_FallbackServiceProvider")
                .noneMatch(name -> name.startsWith("ch.qos.logback.") || name.startsWith("org.slf4j.jul."));
    }

    private String token() throws Exception {
        return Files.writeString(folder.resolve("token"), "wk1_nobody").toString();
    }

    private List<MatchResult> loaded(String options, String... command) throws Exception {
        Path log = folder.resolve("loaded");
        new Programs(folder, Map.of(options, "-Xlog:class+load=info:file=" + log)).run(command);
        return LOADED.matcher(Files.readString(log)).results().toList();
    }
}
