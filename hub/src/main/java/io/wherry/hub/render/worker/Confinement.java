package io.wherry.hub.render.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a program is started under: namespaces of its own without a network, and limits of the kernel. A service may be forbidden to make either; what
 * is not there is left out, and {@link #words} says so.
 *
 * @param namespaces the command that gives namespaces; empty: not allowed here
 * @param limits     the command that sets limits; empty: not allowed here
 * @param first      the command that makes it the first to go where memory is short, before the hub; empty: not allowed here
 */
public record Confinement(List<String> namespaces, List<String> limits, List<String> first) {
    /** 1 GiB of data: a build of 10,000 objects takes 400 MB. */
    private static final long MEMORY_BYTES = 1L << 30;

    /** 36 s of processor time: two processors for all of its wall time. */
    private static final long CPU_SECONDS = 36;

    /** 256 files: it has its input and output open. */
    private static final long OPEN_FILES = 256;

    public Confinement {
        namespaces = List.copyOf(namespaces);
        limits = List.copyOf(limits);
        first = List.copyOf(first);
    }

    /** What this process may do here; tries it once. */
    public static Confinement here() {
        return Tried.HERE;
    }

    /** Lazily: starting two processes takes some milliseconds. */
    private static final class Tried {
        static final Confinement HERE = new Confinement(
                working("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child=KILL"),
                working(
                        "prlimit",
                        "--data=" + MEMORY_BYTES,
                        "--fsize=" + Worker.OUTPUT_BYTES,
                        "--cpu=" + CPU_SECONDS,
                        "--nofile=" + OPEN_FILES,
                        "--core=0"),
                working("choom", "--adjust=1000", "--"));
    }

    List<String> wrap(List<String> command) {
        List<String> wrapped = new ArrayList<>(first);
        wrapped.addAll(limits);
        wrapped.addAll(namespaces);
        wrapped.addAll(command);
        return wrapped;
    }

    /** For a person: what holds. */
    public String words() {
        return (namespaces.isEmpty() ? "without a namespace of its own (not allowed here)" : "without a network") + ", "
                + (limits.isEmpty() ? "limited in time and output alone" : "limited in memory, time and output")
                + (first.isEmpty() ? "" : ", the first to go where memory is short");
    }

    /** The command, with its full path; empty if it is not there or refuses. */
    private static List<String> working(String name, String... options) {
        Optional<Path> program = Programs.find(name);
        Optional<Path> nothing = Programs.find("true");
        if (program.isEmpty() || nothing.isEmpty()) {
            return List.of();
        }
        List<String> command = new ArrayList<>(List.of(program.get().toString()));
        command.addAll(List.of(options));
        List<String> trial = new ArrayList<>(command);
        trial.add(nothing.get().toString());
        return Worker.tryOut(trial) instanceof Worker.Done ? command : List.of();
    }
}
