package io.wherry.hub.configuration;

import io.wherry.base.yaml.Problem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a commit is not applied.
 *
 * @param detail names each problem with its place, one line each
 * @param hint   what to do about it
 */
record Trouble(ConfigurationReason reason, String detail, String hint) {
    /** Problems told at once: what fits on a screen. The rest comes when these are mended. */
    private static final int SHOWN = 10;

    private static final String MEND = "mend it in the repository; what was applied before stays";

    static Trouble of(ConfigurationReason reason, List<Problem> problems) {
        String lines = problems.stream().limit(SHOWN).map(Problem::toString).collect(Collectors.joining("\n"));
        int more = problems.size() - SHOWN;
        return new Trouble(reason, more > 0 ? lines + "\nand " + more + " more" : lines, MEND);
    }

    static Trouble empty(String path) {
        return new Trouble(
                ConfigurationReason.CONFIGURATION_EMPTY,
                "no object in any *.yaml, *.yml or *.json below \"" + path + "\"",
                "is configuration.path the right folder? What was applied before stays");
    }
}
