package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script in a real bash: what a person gets who presses the tabulator key. */
class CompletionIT {
    @TempDir
    static Path folder;

    private static Programs programs;
    private static Path script;

    /** Sources the script, looks for the function that it registered, and calls it as bash does for the last of the words given. */
    private static final String TAB = """
            source "$1"; shift
            registered=$(complete -p wherry)
            function=${registered##*-F }
            COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
            ${function%% *} wherry "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    @BeforeAll
    static void writeTheScript() throws Exception {
        programs = new Programs(folder, Map.of("XDG_CONFIG_HOME", folder.toString()));
        script = Files.writeString(
                folder.resolve("wherry.bash"),
                programs.run("wherry", "completion", "bash").ok().out());
    }

    @Test
    void isAScriptThatBashUnderstands() throws Exception {
        assertThat(programs.run("bash", "-n", script.toString()).ok().err()).isEmpty();
    }

    @Test
    void completesCommandsAndTheirOptions() throws Exception {
        assertThat(completed("wherry", "sta")).containsExactlyInAnyOrder("stack", "status");
        assertThat(completed("wherry", "agent", "re")).containsExactlyInAnyOrder("rename", "retire", "review");
        assertThat(completed("wherry", "agent", "retire", "--r")).containsExactly("--remove-workloads");
        assertThat(completed("wherry", "get", "--sel")).containsExactly("--selector");
        assertThat(completed("wherry", "nothing-like-it", "--")).doesNotContain("--remove-workloads");
    }

    private static List<String> completed(String... words) throws Exception {
        return programs.run(Stream.concat(Stream.of("bash", "-c", TAB, "bash", script.toString()), Stream.of(words))
                        .toList())
                .ok()
                .lines();
    }
}
