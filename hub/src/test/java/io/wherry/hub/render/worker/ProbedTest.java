package io.wherry.hub.render.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbedTest {
    private static final Worker.Outcome SAID = new Worker.Done(new byte[0], "");

    @TempDir
    Path folder;

    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void aProgramIsAskedOnceUntilItsFileIsAnotherOne() throws IOException {
        Path program = Files.writeString(folder.resolve("program"), "one");

        ask(program, SAID);
        ask(program, SAID);
        assertThat(asked).hasValue(1);

        Files.writeString(program, "other");
        ask(program, SAID);
        assertThat(asked).hasValue(2);
    }

    @Test
    void alsoWhenALinkLeadsToAnotherProgram() throws IOException {
        Path one = Files.writeString(folder.resolve("1"), "same");
        Path two = Files.writeString(folder.resolve("2"), "same");
        Files.setLastModifiedTime(two, Files.getLastModifiedTime(one));
        Path link = Files.createSymbolicLink(folder.resolve("program"), one);
        ask(link, SAID);

        Files.delete(link);
        Files.createSymbolicLink(link, two);
        ask(link, SAID);

        assertThat(asked).hasValue(2);
    }

    @Test
    void oneThatDidNotAnswerIsAskedAgain() throws IOException {
        Path program = Files.writeString(folder.resolve("program"), "one");

        for (Worker.Outcome said : List.of(new Worker.Stopped("took too long"), SAID, SAID)) {
            ask(program, said);
        }

        assertThat(asked).hasValue(2);
        assertThat(ask(folder.resolve("gone"), SAID)).isInstanceOf(Worker.Stopped.class);
    }

    private Worker.Outcome ask(Path program, Worker.Outcome said) {
        return Probed.of(program, () -> {
            asked.incrementAndGet();
            return said;
        });
    }
}
