package io.wherry.e2e.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that has ended. */
record Ran(List<String> command, int exit, String out, String err) {
    /** No command of these tests takes as long; one that does hangs. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    static Ran command(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "ran", ".out");
        Path err = Files.createTempFile(folder, "ran", ".err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().putAll(environment);
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("hangs: " + String.join(" ", command) + "\n" + Files.readString(err));
        }
        return new Ran(command, process.exitValue(), Files.readString(out), Files.readString(err));
    }

    Ran ok() {
        return ended(ExitCode.OK);
    }

    Ran ended(ExitCode code) {
        assertThat(exit).as(toString()).isEqualTo(code.code());
        return this;
    }

    @Override
    public String toString() {
        return "$ " + String.join(" ", command) + "\n" + out + err + "exit code " + exit;
    }
}
