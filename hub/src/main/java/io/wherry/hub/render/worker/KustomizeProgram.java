package io.wherry.hub.render.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kustomize that is installed here: the program of that name, or a kubectl that holds it.
 *
 * @param command how it is started, up to the arguments of a build
 * @param version like {@code 5.8.0}
 */
public record KustomizeProgram(List<String> command, String version) {
    /** The first version whose output is the one that we compare with. */
    private static final int MAJOR = 5;

    private static final int MINOR = 5;

    private static final Pattern VERSION = Pattern.compile("v([0-9]+)\\.([0-9]+)\\.([0-9]+)");
    private static final Pattern HELD = Pattern.compile("\"kustomizeVersion\": *\"(v[0-9.]+)");

    /** 0.18 is that of 5.5, 0.20 of 5.7, 0.21 of 5.8. */
    private static final Pattern LIBRARY = Pattern.compile("v0\\.(1[3-9]|[2-9][0-9])\\.([0-9]{1,3})");

    private static final int LIBRARY_AHEAD = 13;

    /** How it is had, for a person. */
    public static final String HINT =
            "install kustomize 5.5 or later, or a kubectl that holds it (1.32 or later), into a folder of the hub's PATH";

    public KustomizeProgram {
        command = List.copyOf(command);
    }

    /** What was found. */
    public sealed interface Search {}

    /** One that can be used. */
    public record Found(KustomizeProgram program) implements Search {}

    /**
     * None.
     *
     * @param why one sentence
     */
    public record Missing(String why) implements Search {}

    /** Looks for the programs each time: what is installed later shall be seen. What they say is asked once for each file. */
    public static Search find() {
        List<String> unfit = new ArrayList<>();
        for (String name : List.of("kustomize", "kubectl")) {
            Optional<Path> program = Programs.find(name);
            if (program.isEmpty()) {
                continue;
            }
            Optional<String> version = version(name, program.get());
            Matcher numbers = VERSION.matcher(version.orElse(""));
            if (numbers.find() && isNew(numbers)) {
                String build = name.equals("kubectl") ? "kustomize" : "build";
                return new Found(new KustomizeProgram(
                        List.of(program.get().toString(), build),
                        numbers.group().substring(1)));
            }
            unfit.add(program.get() + version.map(text -> " has " + text).orElse(" does not say its version"));
        }
        return new Missing(
                unfit.isEmpty()
                        ? "kustomize is not installed here"
                        : "no kustomize that can be used is here: " + String.join(", ", unfit));
    }

    private static boolean isNew(Matcher numbers) {
        int major = Integer.parseInt(numbers.group(1));
        return major > MAJOR || (major == MAJOR && Integer.parseInt(numbers.group(2)) >= MINOR);
    }

    private static Optional<String> version(String name, Path program) {
        List<String> command = name.equals("kubectl")
                ? List.of(program.toString(), "version", "--client", "-o", "json")
                : List.of(program.toString(), "version");
        if (!(Probed.of(program, () -> asked(command, program)) instanceof Worker.Done(byte[] output, String _))) {
            return Optional.empty();
        }
        String text = new String(output, UTF_8);
        Matcher held = name.equals("kubectl") ? HELD.matcher(text) : VERSION.matcher(text);
        return held.find() ? Optional.of(name.equals("kubectl") ? held.group(1) : held.group()) : Optional.empty();
    }

    private static Worker.Outcome asked(List<String> command, Path program) {
        Worker.Outcome said = Worker.tryOut(command);
        boolean unreleased =
                said instanceof Worker.Done(byte[] output, String _) && new String(output, UTF_8).contains("(devel)");
        return unreleased
                ? released(program)
                        .<Worker.Outcome>map(version -> new Worker.Done(version.getBytes(UTF_8), ""))
                        .orElse(said)
                : said;
    }

    /** The release whose code a program has that calls itself {@code (devel)}: by the library that it is made of, of which each release has its own. */
    static Optional<String> released(Path program) {
        Matcher version = LIBRARY.matcher(GoBuild.modules(program).getOrDefault("sigs.k8s.io/kustomize/api", ""));
        return version.matches()
                ? Optional.of("v" + MAJOR + "." + (Integer.parseInt(version.group(1)) - LIBRARY_AHEAD) + "."
                        + version.group(2))
                : Optional.empty();
    }

    /** Builds the folder of the tree. */
    public Worker.Outcome build(String path, WorkFolder folder) {
        List<String> arguments = new ArrayList<>(command);
        arguments.add(path.isEmpty() ? "." : "./" + path); // a name that begins with - is no option
        return Worker.run(arguments, folder);
    }
}
