package io.wherry.hub.render.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WorkerTest {
    @Test
    void aProgramSeesItsFilesAndNoEnvironmentOfOurs() {
        Worker.Outcome outcome = run("cat a/b.txt; set", Map.of("a/b.txt", "content\n".getBytes(UTF_8)));

        String output = new String(((Worker.Done) outcome).output(), UTF_8);
        assertThat(output).startsWith("content\n").contains("PATH='/nonexistent'");
        assertThat(output).doesNotContain("JAVA_HOME", System.getProperty("user.home") + "/");
    }

    @Test
    void whatItSaysIsPassedOnWithoutPathsOfThisMachine() {
        Worker.Outcome outcome = run("echo \"bad: $PWD/a.yaml in $PWD\" >&2; exit 3", Map.of());

        assertThat(outcome).isEqualTo(new Worker.Failed(3, "bad: a.yaml in .\n"));
    }

    @Test
    void tooMuchOutputEndsIt() {
        Worker.Outcome outcome = run("exec /usr/bin/head -c 2000000000 /dev/zero", Map.of());

        assertThat(outcome).isEqualTo(new Worker.Stopped("wrote more than 32 MiB"));
    }

    @Test
    void whatTakesTooLongIsEndedAndTheSecondRunHasNoMoreTime() {
        try (WorkFolder work = WorkFolder.of(new TreeMap<>())) {
            List<String> endless = List.of("/bin/sh", "-c", "while :; do :; done");
            for (int run = 0; run < 2; run++) {
                assertThat(Worker.run(endless, work, Duration.ofSeconds(1)))
                        .isEqualTo(new Worker.Stopped("took more than 1 s"));
            }
        }
    }

    @Test
    void tooMuchMemoryEndsIt() {
        assertThat(Confinement.here().limits()).isNotEmpty();

        Worker.Outcome outcome = run(
                "/usr/bin/head -c 2000000000 /dev/zero | /usr/bin/tail -c 1900000000",
                Map.of()); // it keeps what it may have to print

        assertThat(outcome).isInstanceOfSatisfying(Worker.Failed.class, failed -> assertThat(failed.errors())
                .isEqualTo("needs more memory than it may have"));
    }

    @Test
    void nothingIsLeftOfTheCopy() throws Exception {
        Path folder;
        try (WorkFolder work = WorkFolder.of(new TreeMap<>(Map.of("x/y/z", new byte[3])))) {
            folder = work.tree().getParent();
            assertThat(Files.size(work.tree().resolve("x/y/z"))).isEqualTo(3);
        }
        assertThat(folder).doesNotExist();
    }

    @Test
    void aProgramThatIsNotThereIsSaid() {
        assertThat(Worker.tryOut(List.of("/nonexistent/program")))
                .isInstanceOfSatisfying(Worker.Stopped.class, stopped -> assertThat(stopped.why())
                        .startsWith("could not be started"));
    }

    private static Worker.Outcome run(String script, Map<String, byte[]> files) {
        try (WorkFolder work = WorkFolder.of(new TreeMap<>(files))) {
            return Worker.run(List.of("/bin/sh", "-c", script.replace("cat ", "/bin/cat ")), work);
        }
    }
}
