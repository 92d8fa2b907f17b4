package io.wherry.hub.render.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A helm that is installed here.
 *
 * @param program its path
 * @param version like {@code 3.21.4}
 */
public record HelmProgram(Path program, String version) {
    /** Version 3, whose templates and hooks are the ones that we compare with; from 3.18 on it bounds what a packed chart unpacks to. */
    private static final Pattern VERSION = Pattern.compile("v(3\\.([0-9]+)[0-9.]*)");

    private static final int MINOR = 18;

    /** How it is had, for a person. */
    public static final String HINT = "install helm 3.18 or later, of version 3, into a folder of the hub's PATH";

    /** What was found. */
    public sealed interface Search {}

    /** One that can be used. */
    public record Found(HelmProgram program) implements Search {}

    /**
     * None.
     *
     * @param why one sentence
     */
    public record Missing(String why) implements Search {}

    /** Looks for the program each time: what is installed later shall be seen. What it says is asked once for each file. */
    public static Search find() {
        Optional<Path> program = Programs.find("helm");
        if (program.isEmpty()) {
            return new Missing("helm is not installed here");
        }
        Worker.Outcome outcome = Probed.of(
                program.get(), () -> Worker.tryOut(List.of(program.get().toString(), "version", "--short")));
        String said = outcome instanceof Worker.Done(byte[] output, String _)
                ? new String(output, UTF_8).strip()
                : "no version";
        Matcher version = VERSION.matcher(said);
        return version.find() && Integer.parseInt(version.group(2)) >= MINOR
                ? new Found(new HelmProgram(program.get(), version.group(1)))
                : new Missing("helm has the wrong version: " + program.get() + " says " + said);
    }

    /**
     * Renders the chart of the folder's tree; hooks and definitions come along, tests do not.
     *
     * @param arguments release, chart and options
     */
    public Worker.Outcome template(List<String> arguments, WorkFolder folder) {
        List<String> command =
                new ArrayList<>(List.of(program.toString(), "template", "--include-crds", "--skip-tests"));
        command.addAll(arguments);
        return Worker.run(command, folder);
    }
}
