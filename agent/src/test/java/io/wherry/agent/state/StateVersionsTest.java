package io.wherry.agent.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateVersionsTest {
    @TempDir
    Path folder;

    @Test
    void anEmptyFolderIsReadable() {
        assertThat(StateVersions.problems(folder)).isEmpty();
        assertThat(StateVersions.problems(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void whatThisVersionWroteIsReadable() {
        write("agent.json", "{\"version\":1}");
        write("floors.json", "{\"version\":1}");
        write("journal/a.json", "{\"version\":1}");
        assertThat(StateVersions.problems(folder)).isEmpty();
    }

    @Test
    void saysUpToWhichVersionItReadsEachKindOfFile() {
        assertThat(StateVersions.known()).containsOnlyKeys("agent.json", "floors.json", "journal/*.json");
        StateVersions.known()
                .forEach((files, version) -> write(files.replace("*", "a"), "{\"version\":" + (version + 1) + "}"));
        assertThat(StateVersions.problems(folder))
                .hasSameSizeAs(StateVersions.known().keySet());
    }

    @Test
    void namesEachFileOfANewerVersionAndWhatToDo() {
        write("agent.json", "{\"version\":1}");
        write("floors.json", "{\"version\":2}");
        write("journal/a.json", "{\"version\":7}");
        assertThat(StateVersions.problems(folder))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("reads up to 1", "install that version again"))
                .anySatisfy(problem -> assertThat(problem).contains("floors.json: version 2"))
                .anySatisfy(problem -> assertThat(problem).contains("a.json: version 7"));
    }

    @Test
    void looksAtNoFileInTheMiddleOfBeingWritten() {
        write("journal/.a.json", "{");
        assertThat(StateVersions.problems(folder)).isEmpty();
    }

    @Test
    void aDamagedFileIsNamed() {
        write("agent.json", "{");
        assertThat(StateVersions.problems(folder)).singleElement().satisfies(problem -> assertThat(problem)
                .contains("agent.json: cannot be read"));
    }

    private void write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
