package io.wherry.agent.runtime.kubernetes.images;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.FullDisk;
import io.wherry.contract.CarriedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A node's containerd, by its own client {@code ctr}: two calls, each with a limit, an empty environment and no shell. Images go to the namespace of
 * Kubernetes, through standard input.
 */
public final class Containerd {
    /** Where distributions and K3s put it; what is on somebody's PATH has no part in this. */
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/bin/ctr"), Path.of("/usr/local/bin/ctr"), Path.of("/bin/ctr"));

    private static final Duration LOOK_LIMIT = Duration.ofSeconds(30);

    /** 10 GiB at 6 MiB/s: as long as an engine of Docker is given. */
    private static final Duration IMPORT_LIMIT = Duration.ofMinutes(30);

    /** Of what {@code ctr} says, for a person. */
    private static final int MAX_CHARS = 500;

    private static final long MAX_ANSWER_BYTES = 1 << 20;

    private final Path socket;
    private final List<Path> programs;

    /** @param socket where containerd listens */
    public Containerd(Path socket) {
        this(socket, PROGRAMS);
    }

    Containerd(Path socket, List<Path> programs) {
        this.socket = socket;
        this.programs = List.copyOf(programs);
    }

    boolean has(CarriedImage image) {
        String name = NodeName.of(image.name());
        Ended ended =
                call(List.of("images", "ls", "name==\"" + name + "\""), InputStream.nullInputStream(), LOOK_LIMIT);
        if (ended.exit() != 0) {
            throw refused("images ls", ended);
        }
        return ended.said()
                .lines()
                .map(line -> line.split("\\s+"))
                .anyMatch(cells -> cells.length > 2
                        && cells[0].equals(name)
                        && cells[2].equals(image.manifest().toString()));
    }

    void load(LoadableImage image) {
        if (has(image.image())) {
            return;
        }
        Ended ended = call(
                List.of("images", "import", "-"),
                image.archive(NodeName.of(image.image().name())),
                IMPORT_LIMIT);
        if (ended.exit() != 0) {
            throw refused("images import", ended);
        }
        if (!has(image.image())) {
            throw new RuntimeUnavailable(
                    RuntimeReason.RUNTIME_ERROR,
                    "containerd took image " + image.image().name() + ", but has it not as "
                            + image.image().manifest() + " afterwards",
                    null);
        }
    }

    /** @param said both streams */
    private record Ended(int exit, String said) {}

    private Ended call(List<String> arguments, InputStream input, Duration limit) {
        List<String> command =
                new ArrayList<>(List.of(program().toString(), "--address", socket.toString(), "--namespace", "k8s.io"));
        command.addAll(arguments);
        Path output = null;
        try (input) {
            output = Files.createTempFile("wherry-ctr", ".out");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().clear();
            Process process = builder.start();
            try {
                CompletableFuture.delayedExecutor(limit.toSeconds(), TimeUnit.SECONDS)
                        .execute(process::destroyForcibly); // also ends a write to one that reads no more
                feed(process, input);
                int exit = process.waitFor();
                return new Ended(exit, said(output));
            } finally {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_TIMEOUT, "ctr: the call was interrupted", e);
        } catch (IOException e) {
            throw new RuntimeUnavailable(
                    FullDisk.isCauseOf(e) ? RuntimeReason.DISK_FULL : RuntimeReason.RUNTIME_ERROR, "ctr: " + e, e);
        } finally {
            delete(output);
        }
    }

    /** An image that cannot be read to its end is no image: containerd sees half of an archive, and refuses it. */
    private static void feed(Process process, InputStream input) throws IOException {
        IOException broken = null;
        try (OutputStream in = process.getOutputStream()) {
            input.transferTo(in);
        } catch (IOException e) {
            broken = e; // it ended early: what it says is the reason, unless it says nothing
        }
        try {
            if (process.waitFor() == 0 && broken != null) {
                throw broken;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static String said(Path output) throws IOException {
        if (Files.size(output) > MAX_ANSWER_BYTES) {
            throw new IOException("said more than " + MAX_ANSWER_BYTES + " bytes");
        }
        return Files.readString(output);
    }

    private static void delete(@org.jspecify.annotations.Nullable Path output) {
        try {
            if (output != null) {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new RuntimeUnavailable(RuntimeReason.FILE_UNWRITABLE, output + " cannot be deleted: " + e, e);
        }
    }

    private Path program() {
        return programs.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new RuntimeUnavailable(
                        RuntimeReason.RUNTIME_ERROR,
                        "kubernetes.containerd needs the program ctr, which is not here (expected: one of " + programs
                                + "; containerd and K3s bring it)",
                        null));
    }

    private RuntimeUnavailable refused(String what, Ended ended) {
        String said = ended.said().strip();
        String end = said.length() <= MAX_CHARS ? said : "…" + said.substring(said.length() - MAX_CHARS);
        boolean forbidden = said.contains("permission denied");
        return new RuntimeUnavailable(
                forbidden
                        ? RuntimeReason.RUNTIME_FORBIDDEN
                        : said.contains("no space left on device")
                                ? RuntimeReason.DISK_FULL
                                : RuntimeReason.RUNTIME_ERROR,
                "ctr " + what + " at " + socket + " ended with " + ended.exit() + ": " + end
                        + (forbidden ? " (expected: the agent's user may open that socket)" : ""),
                null);
    }
}
