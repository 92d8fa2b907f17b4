package io.wherry.hub.fleet;

import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Names of agents: what a DNS label may be, so that they fit into host names, file names and URLs. */
final class AgentNames {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** Longest name of ours. */
    private static final int LENGTH = 63;

    private AgentNames() {}

    static boolean valid(String name) {
        return NAME.matcher(name).matches();
    }

    /** The name itself if it is free, else with the first of -2, -3 … that is. */
    static String unique(String wanted, Predicate<String> taken) {
        String name = wanted;
        for (int number = 2; taken.test(name); number++) {
            String suffix = "-" + number;
            String stem = wanted.substring(0, Math.min(wanted.length(), LENGTH - suffix.length()));
            name = stem + suffix;
        }
        return name;
    }
}
