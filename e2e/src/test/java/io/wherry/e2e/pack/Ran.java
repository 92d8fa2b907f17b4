package io.wherry.e2e.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that has ended, and all that it said on both streams. */
record Ran(String command, int exit, String said) {
    /** A package is built in a minute, a root in three. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    static Ran of(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("wherry-pack", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("hangs: " + command + "\n" + Files.readString(output));
            }
            return new Ran(String.join(" ", command), process.exitValue(), Files.readString(output));
        } finally {
            Files.delete(output);
        }
    }

    /** Its text, without the last line's end. @throws AssertionError showing all of it if it failed */
    String ok() {
        assertThat(exit).as(toString()).isZero();
        return said.strip();
    }

    /** It failed, and said these words. */
    void failed(String... words) {
        assertThat(exit).as(toString()).isNotZero();
        assertThat(said).as(toString()).contains(words);
    }

    @Override
    public String toString() {
        return "$ " + command + "\n" + said + "exit code " + exit;
    }
}
