package io.wherry.hub.render.kubernetes;

import io.wherry.contract.Limits;
import io.wherry.contract.ObjectVariables;
import io.wherry.contract.SiteVariableException;
import io.wherry.contract.json.Json;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the variables of one text after another: {@code ${NAME}}, and {@code ${NAME:int}} or {@code ${NAME:bool}} alone in its text. Two dollar signs before a
 * brace are one, and the brace; every other dollar sign stands for itself. What comes out is escaped ({@link ObjectVariables}).
 */
final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\$\\{|\\$\\{([^}]*)(})?");
    private static final Pattern NAME = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(?::(.*))?", Pattern.DOTALL);

    /** A pattern by which every value is a number of at least one digit, or a truth value: what the agent puts in is then surely one. */
    private static final Pattern NUMBERS = Pattern.compile(
            "(-\\??)?(\\[[0-9]-[0-9]\\](\\+|\\{[1-9][0-9]*(,[0-9]*)?\\})?|[0-9])+" + "(\\[[0-9]-[0-9]\\]\\*)?");

    private static final Pattern BOOLS = Pattern.compile("\\(?(true\\|false|false\\|true|true|false)\\)?");

    /** Quoted in a problem: a placeholder fits, a script that has lost its brace does not. */
    private static final int MAX_QUOTED = 60;

    private final ObjectValues values;
    private final SortedSet<String> late = new TreeSet<>();
    private long chars;

    Placeholders(ObjectValues values) {
        this.values = values;
    }

    /** Names of the late variables that were found so far. */
    SortedSet<String> late() {
        return late;
    }

    /** Whether a text names a variable that the stack has. */
    boolean names(String text) {
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            if (matcher.group(2) != null) {
                String name = matcher.group(1).replaceFirst(":.*", "");
                if (values.early().containsKey(name) || values.late().containsKey(name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The text with its variables, escaped.
     *
     * @param whyNotLate why no late variable can stand here; empty: one can
     * @param problem    told what is wrong, message and hint with a line feed between
     */
    Json read(String text, String whyNotLate, Consumer<String> problem) {
        if (text.indexOf('$') < 0) {
            return new Json.Str(text);
        }
        StringBuilder read = new StringBuilder();
        Matcher matcher = PLACEHOLDER.matcher(text);
        int from = 0;
        while (matcher.find()) {
            read.append(ObjectVariables.escape(text.substring(from, matcher.start())));
            from = matcher.end();
            if (matcher.group(1) == null) {
                read.append("$${");
                continue;
            }
            Matcher name = NAME.matcher(matcher.group(1));
            if (matcher.group(2) == null || !name.matches()) {
                problem.accept(quoted(matcher.group())
                        + " is no variable\nvariables are ${NAME}; write $${ for a dollar sign and a brace");
                continue;
            }
            boolean whole = matcher.end() - matcher.start() == text.length();
            if (name.group(2) != null) {
                Json typed = typed(name.group(1), name.group(2), whole, whyNotLate, problem);
                if (whole) {
                    return typed;
                }
                continue;
            }
            read.append(plain(name.group(1), whyNotLate, problem));
            if (chars + read.length() > 2 * Limits.OBJECTS_BYTES) {
                problem.accept("the objects are too long with their variables\nat most " + 2 * Limits.OBJECTS_BYTES
                        + " characters");
                return new Json.Str("");
            }
        }
        read.append(ObjectVariables.escape(text.substring(from)));
        chars += read.length();
        return new Json.Str(read.toString());
    }

    private String plain(String name, String whyNotLate, Consumer<String> problem) {
        String early = values.early().get(name);
        if (early != null) {
            return ObjectVariables.escape(early);
        }
        isLate(
                name,
                whyNotLate,
                problem); // one that is refused stays too: what it stands in is not called empty besides
        return "${" + name + "}";
    }

    private boolean isLate(String name, String whyNotLate, Consumer<String> problem) {
        if (!values.late().containsKey(name)) {
            problem.accept(
                    "variable " + name + " is not known\ngive it in variables or siteVariables of the stack; write $${"
                            + name + "} for a text that shall stay");
            return false;
        }
        if (!whyNotLate.isEmpty()) {
            problem.accept("site variable " + name + " cannot stand here: " + whyNotLate + "\nwith early: true it can");
            return false;
        }
        late.add(name);
        return true;
    }

    private Json typed(String name, String type, boolean whole, String whyNotLate, Consumer<String> problem) {
        if (!type.equals("int") && !type.equals("bool")) {
            problem.accept(quoted("${" + name + ":" + type + "}")
                    + " is no variable\nafter the colon stands int or bool; a shell's own is written $${");
            return new Json.Null();
        }
        if (!whole) {
            problem.accept("${" + name + ":" + type + "} stands beside other text\nwrite ${" + name
                    + "} there, or nothing else");
            return new Json.Null();
        }
        String early = values.early().get(name);
        if (early != null) {
            try {
                return ObjectVariables.typed(name, type, early);
            } catch (SiteVariableException e) {
                problem.accept("variable " + e.getMessage() + "\n");
                return new Json.Null();
            }
        }
        if (!isLate(name, whyNotLate, problem)) {
            return new Json.Null();
        }
        Pattern needed = type.equals("int") ? NUMBERS : BOOLS;
        if (!needed.matcher(values.late().getOrDefault(name, "")).matches()) {
            problem.accept("site variable " + name + " may have values that are no " + type + "\ngive it the pattern "
                    + (type.equals("int") ? "[0-9]{1,9}" : "true|false"));
        }
        return new Json.Str("${" + name + ":" + type + "}");
    }

    private static String quoted(String text) {
        return text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "…" : text;
    }
}
