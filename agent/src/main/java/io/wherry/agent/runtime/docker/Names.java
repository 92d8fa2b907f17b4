package io.wherry.agent.runtime.docker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of our objects: Compose's, and the mark of what is set aside. */
final class Names {
    /** Said by the name, because the engine can change a name but never a label. */
    private static final Pattern ASIDE = Pattern.compile("(.+)\\.wherry-(old|done)-[0-9]+");

    /** A container that is being made and has not its place yet: it must first be healthy, or its hooks must have run. */
    private static final Pattern BESIDE = Pattern.compile("(.+)\\.wherry-new-[0-9]+");

    private static final String RAN = ".wherry-old-";
    private static final String DID_NOT_RUN = ".wherry-done-";

    private Names() {}

    static String container(String project, String service, int number) {
        return project + "-" + service + "-" + number;
    }

    /**
     * @param ran        whether it was meant to run when it was set aside: only then is it started when it comes back
     * @param generation of the deployment that sets it aside
     */
    static String aside(String name, boolean ran, long generation) {
        return name + (ran ? RAN : DID_NOT_RUN) + generation;
    }

    /** @param generation of the deployment that makes it */
    static String beside(String name, long generation) {
        return name + ".wherry-new-" + generation;
    }

    static boolean isBeside(String name) {
        return BESIDE.matcher(name).matches();
    }

    static boolean isAside(String name) {
        return ASIDE.matcher(name).matches();
    }

    static boolean ranWhenSetAside(String name) {
        return name.contains(RAN);
    }

    /** The name that a container had before it was set aside. */
    static String original(String name) {
        Matcher aside = ASIDE.matcher(name);
        return aside.matches() ? aside.group(1) : name;
    }

    /** {@code service/web}, {@code service/web/2}: how objects are named to people and in permissions. */
    static String object(String service, int number) {
        return "service/" + service + (number > 1 ? "/" + number : "");
    }
}
