package io.wherry.agent;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeavingTest {
    @TempDir
    private Path home;

    private Path data;

    @BeforeEach
    void aMember() throws IOException {
        data = Files.createDirectory(
                home.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String file : List.of(
                "agent.json", "identity.key", "agent.yaml", "journal/a", "blobs/sha256/b", "stacks/shop/index.html")) {
            write(file);
        }
    }

    @Test
    void keepsWhatTheSiteWroteAndWhatWorkloadsMayHaveMounted() throws IOException {
        Leaving.forget(data);

        assertThat(files()).containsExactly("agent.yaml", "lock", "stacks/shop/index.html");
        assertThat(Leaving.hasJoined(data)).isFalse();
    }

    /** As wherry-agent@line-2 and line-3 of the machine whose first agent leaves: one a member, one whose request is on its way. */
    @Test
    void keepsTheFoldersOfOtherAgentsOfTheMachine() throws IOException {
        write("line-2/agent.json");
        write("line-2/journal/a");
        write("line-3/identity.key");
        write("left-before/lock");
        write("left-before/stacks/shop/index.html");

        Leaving.forget(data);

        assertThat(files())
                .contains(
                        "line-2/agent.json",
                        "line-2/journal/a",
                        "line-3/identity.key",
                        "left-before/stacks/shop/index.html")
                .doesNotContain("agent.json", "journal/a", "blobs/sha256/b");
    }

    private void write(String file) throws IOException {
        Path path = data.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "x", CREATE_NEW);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> data.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
