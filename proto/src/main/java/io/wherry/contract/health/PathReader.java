package io.wherry.contract.health;

import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads paths and comparisons, one character after the other. Package-private: {@link JsonPath#parse} and {@link Comparison#parse} are the ways in. */
final class PathReader {
    /** Longer than any path a person writes; a bound for what comes from a repository. */
    static final int MAX_CHARS = 1024;

    /** Filters within filters: one is used, more is a riddle. */
    private static final int MAX_FILTERS = 4;

    private final String text;
    private int at;
    private int filters;

    PathReader(String text) {
        this.text = text;
        if (text.length() > MAX_CHARS) {
            throw new RuleException(text.length() + " characters (expected: at most " + MAX_CHARS + ")");
        }
    }

    /** A path, with or without braces; stands behind it afterwards. */
    JsonPath path() {
        skipBlanks();
        int begin = at;
        boolean braces = take("{");
        skipBlanks();
        take("$");
        List<JsonPath.Step> steps = steps(at == begin);
        if (braces) {
            skipBlanks();
            expect("}", "the end of the path");
        }
        return new JsonPath(text.substring(begin, at), steps);
    }

    Comparison comparison() {
        skipBlanks();
        int begin = at;
        JsonPath path = path();
        int end = at;
        skipBlanks();
        for (Comparison.Operator operator : Comparison.Operator.values()) {
            if (take(operator.sign())) {
                Comparison.Operand value = operand();
                return new Comparison(text.substring(begin, at), path, operator, value);
            }
        }
        if (take("=")) {
            at--;
            throw wrong("==");
        }
        at = end;
        return new Comparison(text.substring(begin, at), path, null, null);
    }

    void end() {
        skipBlanks();
        if (at < text.length()) {
            throw wrong("the end, or one of == != >= <= > <");
        }
    }

    private List<JsonPath.Step> steps(boolean bareFirst) {
        List<JsonPath.Step> steps = new ArrayList<>();
        if (bareFirst && at < text.length() && isNameStart(text.charAt(at))) {
            steps.add(new JsonPath.Step.Field(name())); // status.phase, as kubectl takes it too
        }
        while (at < text.length()) {
            if (text.startsWith("..", at)) {
                throw wrong("the name of a field (.. is not taken: say the whole path)");
            } else if (take(".*")) {
                steps.add(new JsonPath.Step.All());
            } else if (take(".")) {
                steps.add(new JsonPath.Step.Field(name()));
            } else if (take("[")) {
                steps.add(bracket());
            } else {
                break;
            }
        }
        if (steps.isEmpty()) {
            throw wrong("a path, like {.status.phase}");
        }
        return steps;
    }

    private JsonPath.Step bracket() {
        skipBlanks();
        JsonPath.Step step;
        if (take("*")) {
            step = new JsonPath.Step.All();
        } else if (take("?")) {
            step = filter();
        } else if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
            step = new JsonPath.Step.Field(quoted());
        } else {
            step = new JsonPath.Step.Index(index());
        }
        skipBlanks();
        expect("]", "] (slices and unions are not taken)");
        return step;
    }

    private JsonPath.Step filter() {
        if (++filters > MAX_FILTERS) {
            throw wrong("at most " + MAX_FILTERS + " filters");
        }
        expect("(", "(@.field==\"value\")");
        skipBlanks();
        expect("@", "@, the item that is looked at");
        Comparison comparison = comparison();
        skipBlanks();
        expect(")", "), or one of == != >= <= > <");
        return new JsonPath.Step.Where(comparison);
    }

    private int index() {
        int begin = at;
        take("-");
        while (at < text.length() && Character.isDigit(text.charAt(at)) && at - begin < MAX_INDEX_CHARS) {
            at++;
        }
        String digits = text.substring(begin, at);
        if (digits.isEmpty() || digits.equals("-")) {
            at = begin;
            throw wrong("a number, *, a quoted name, or ?(@.field==\"value\")");
        }
        return Integer.parseInt(digits);
    }

    /** A sign and six digits: no list of the cluster is longer. */
    private static final int MAX_INDEX_CHARS = 7;

    private String name() {
        StringBuilder name = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\\' && at + 1 < text.length()) {
                name.append(text.charAt(at + 1)); // example\.org/x, as kubectl takes it
                at += 2;
            } else if (isNameStart(c) || c == '-' || c == '/' || Character.isDigit(c)) {
                name.append(c);
                at++;
            } else {
                break;
            }
        }
        if (name.isEmpty()) {
            throw wrong("the name of a field");
        }
        return name.toString();
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '\\';
    }

    private Comparison.Operand operand() {
        skipBlanks();
        if (at >= text.length()) {
            throw wrong("a value");
        }
        char c = text.charAt(at);
        if (c == '.' || c == '{' || c == '$') {
            return new Comparison.Operand.Path(path());
        }
        if (c == '"' || c == '\'') {
            return new Comparison.Operand.Literal(Json.of(quoted()));
        }
        return new Comparison.Operand.Literal(word());
    }

    private Json word() {
        int begin = at;
        while (at < text.length() && isOfWord(text.charAt(at))) {
            at++;
        }
        String word = text.substring(begin, at);
        if (word.isEmpty()) {
            throw wrong("a value (in quotes, if it is more than a word)");
        }
        if (word.equals("true") || word.equals("false")) {
            return Json.of(word.equals("true"));
        }
        return NUMBER.matcher(word).matches() ? new Json.Dec(new BigDecimal(word)) : Json.of(word);
    }

    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,40}(\\.\\d{1,40})?");

    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || "_-.:/+%".indexOf(c) >= 0;
    }

    private String quoted() {
        char quote = text.charAt(at);
        int begin = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        if (at >= text.length()) {
            at = begin;
            throw wrong("a text that ends with " + quote);
        }
        at++;
        return value.toString();
    }

    private boolean take(String token) {
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    private void expect(String token, String expected) {
        if (!take(token)) {
            throw wrong(expected);
        }
    }

    private void skipBlanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private RuleException wrong(String expected) {
        String rest =
                at < text.length() ? "\"" + text.substring(at, Math.min(text.length(), at + 20)) + "\"" : "the end";
        return new RuleException("character " + (at + 1) + ": " + rest + " (expected: " + expected + ") in " + text);
    }
}
