package io.wherry.hub.render.compose;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a text stands whose variables are filled in: what {@code PWD} and {@code HOME} mean depends on it. Docker Compose has both from the shell it is called in,
 * and files rely on that; here is none.
 *
 * @param variables   their values
 * @param stackFolder the way from where the file's relative paths begin to the stack's folder, in which people call {@code docker compose}
 * @param kind        what is made of the text
 */
record Place(Variables variables, String stackFolder, Kind kind) {
    private static final Set<String> PATHS =
            Set.of("volumes", "env_file", "label_file", "file", "include", "extends", "project_directory");

    /** {@code PWD} where a path begins with it; a mount's path ends at the colon. */
    private static final Pattern WORKING_FOLDER = Pattern.compile("^\\$(?:PWD|\\{PWD})(?=[/:]|$)");

    /** What is made of a text. */
    enum Kind {
        PATH,
        VALUE,
        /** Nothing: {@code build}, {@code develop} and extensions. */
        DROPPED
    }

    /** The place of what stands below the key. */
    Place under(String key) {
        if (kind != Kind.VALUE) {
            return this;
        }
        boolean dropped = key.equals("build") || key.equals("develop") || key.startsWith("x-");
        return dropped
                ? new Place(variables, stackFolder, Kind.DROPPED)
                : PATHS.contains(key) ? new Place(variables, stackFolder, Kind.PATH) : this;
    }

    /** @throws TemplateException as of {@link Template#fill} */
    String fill(String text) {
        boolean path = kind == Kind.PATH && variables.find("PWD").isEmpty();
        return Template.fill(path ? WORKING_FOLDER.matcher(text).replaceFirst(stackFolder) : text, variables);
    }

    /** Why the variable, which has no value, must not count as empty here: {@code ${PWD}/data} would be {@code /data} of the site. */
    Optional<TemplateException> refuse(String unset) {
        if (unset.equals("PWD") && kind != Kind.DROPPED) {
            return Optional.of(new TemplateException(
                    "PWD is the folder of the shell that calls docker compose, and here is none",
                    "begin a path with ./, or set PWD in the stack's variables"));
        }
        if (unset.equals("HOME") && kind == Kind.PATH) {
            return Optional.of(new TemplateException(
                    "HOME is the folder of the person who calls docker compose, and a site has none",
                    "write an absolute path, or set HOME in the stack's variables"));
        }
        return Optional.empty();
    }
}
