package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.e2e.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./wherry demo}, as a person starts it. */
class DemoIT {
    @TempDir
    Path temporary;

    @Test
    void doesTheWholeTourByItselfAndLeavesNothing() throws Exception {
        Commands.Result demo = Commands.run(Checkout.ROOT, temporary, "./wherry", "demo", "--auto");

        assertThat(demo.output()).contains("All of it worked.");
        assertThat(demo.exit()).as(demo.output()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void cleansUpWhenItIsInterruptedInTheMiddle() throws Exception {
        Process demo = Commands.start(Checkout.ROOT, temporary, "./wherry", "demo");
        Commands.until("the demo has begun to deploy", () -> Files.readString(temporary.resolve("output"))
                .contains("An agent at a site"));

        Commands.interrupt(demo);

        assertThat(demo.waitFor(4, java.util.concurrent.TimeUnit.MINUTES)).isTrue();
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws Exception {
        String project = "label=com.docker.compose.project=wherry-demo";
        assertThat(Commands.run(temporary, temporary, "docker", "ps", "-aq", "--filter", project)
                        .output())
                .isBlank();
        assertThat(Commands.run(temporary, temporary, "docker", "network", "ls", "-q", "--filter", project)
                        .output())
                .isBlank();
        assertThat(Commands.run(temporary, temporary, "docker", "volume", "ls", "-q", "--filter", project)
                        .output())
                .isBlank();
        assertThat(Commands.run(temporary, temporary, "docker", "image", "ls", "-q", "wherry-demo/web")
                        .output())
                .isBlank();
        assertThat(folders()).isEmpty();
        assertThat(processes()).isEmpty();
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("wherry-demo-"))
                    .toList();
        }
    }

    private static List<String> processes() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains("/wherry-demo-"))
                .toList();
    }
}
