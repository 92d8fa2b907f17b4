package io.wherry.hub.render.compose;

import java.util.Optional;

/**
 * Interpolates one text as Compose does.
 *
 * <pre>
 * text  = { "$$" | "$" name | "${" name [ op text ] "}" | character }
 * name  = ( letter | "_" ) { letter | digit | "_" }        ASCII
 * op    = ":-" | "-"      the text, if the variable is empty or unset | unset
 *       | ":?" | "?"      an error with the text, if it is empty or unset | unset
 *       | ":+" | "+"      the text, if it is set and not empty | set
 * </pre>
 *
 * A dollar sign before anything else stays. A text in braces stands on one line. Values are not interpolated again.
 */
final class Template {
    /** 32 levels of {@code ${A:-${B:-…}}}: people write three. */
    static final int MAX_DEPTH = 32;

    private final Lookup lookup;
    private final String text;
    private final int depth;
    private final StringBuilder filled = new StringBuilder();
    private int at;

    private Template(String text, Lookup lookup, int depth) {
        this.text = text;
        this.lookup = lookup;
        this.depth = depth;
    }

    /** @throws TemplateException if the text is malformed or a required variable has no value */
    static String fill(String text, Lookup lookup) {
        return fill(text, lookup, 1);
    }

    private static String fill(String text, Lookup lookup, int depth) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        if (depth > MAX_DEPTH) {
            throw new TemplateException("interpolation is nested too deeply", "at most " + MAX_DEPTH + " levels");
        }
        return new Template(text, lookup, depth).run();
    }

    private String run() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            char next = at < text.length() ? text.charAt(at) : ' ';
            if (c != '$') {
                filled.append(c);
            } else if (next == '$') {
                filled.append('$');
                at++;
            } else if (next == '{') {
                braced();
            } else if (nameEnd(at) > at) {
                filled.append(plain(name()));
            } else {
                filled.append('$');
            }
        }
        return filled.toString();
    }

    private void braced() {
        int end = closingBrace(at - 1);
        int nameEnd = nameEnd(at + 1);
        if (end < 0 || nameEnd == at + 1) {
            throw malformed();
        }
        at++;
        String name = name();
        String rest = text.substring(nameEnd, end);
        at = end + 1;
        filled.append(rest.isEmpty() ? plain(name) : operate(name, rest));
    }

    private String operate(String name, String rest) {
        boolean emptyCounts = rest.startsWith(":");
        int operatorAt = emptyCounts ? 1 : 0;
        char operator = rest.length() > operatorAt ? rest.charAt(operatorAt) : ' ';
        if (operator != '-' && operator != '?' && operator != '+') {
            throw malformed();
        }
        if (lookup.isLate(name)) {
            throw new TemplateException(
                    "site variable " + name + " cannot be used with " + rest.substring(0, operatorAt + 1),
                    "its value is known at the site only: write ${" + name + "}, or declare it early: true");
        }
        Optional<String> value = lookup.find(name).filter(v -> !emptyCounts || !v.isEmpty());
        String word = fill(rest.substring(operatorAt + 1), lookup, depth + 1);
        return switch (operator) {
            case '-' -> value.orElse(word);
            case '+' -> value.isPresent() ? word : "";
            default ->
                value.orElseThrow(() -> new TemplateException(
                        "required variable " + name + " is missing a value" + (word.isEmpty() ? "" : ": " + word),
                        "set it in the stack's variables or in an env file"));
        };
    }

    private String plain(String name) {
        Optional<String> value = lookup.find(name);
        if (value.isEmpty()) {
            lookup.unset(name);
        }
        return value.orElse("");
    }

    private String name() {
        int end = nameEnd(at);
        String name = text.substring(at, end);
        at = end;
        return name;
    }

    private int nameEnd(int from) {
        int end = from;
        while (end < text.length() && isName(text.charAt(end), end > from)) {
            end++;
        }
        return end;
    }

    private static boolean isName(char c, boolean digits) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (digits && c >= '0' && c <= '9');
    }

    /** The brace that closes the one opened at the dollar sign; only a dollar sign with a brace opens another. */
    private int closingBrace(int dollar) {
        int open = 0;
        for (int i = dollar; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                return -1; // as with Compose: a reference stands on one line
            }
            if (text.startsWith("${", i)) {
                open++;
                i++;
            } else if (text.charAt(i) == '}' && --open == 0) {
                return i;
            }
        }
        return -1;
    }

    private TemplateException malformed() {
        return new TemplateException(
                "\"" + text + "\" is no valid interpolation",
                "write ${NAME}, ${NAME:-default}, or $$ for a dollar sign");
    }
}
