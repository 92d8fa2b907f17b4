package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.YamlException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads files of variables as Compose reads {@code .env} and {@code env_file}: {@code KEY=value} or {@code KEY: value}, optional
 * {@code export}, comments, quotes (single: as it is; double: escapes and interpolation; both over several lines), {@code KEY} alone: the
 * value that is known already.
 */
final class DotEnv {
    private final String file;
    private final String text;
    private final Lookup lookup;
    private final Map<String, String> earlier;
    private final Map<String, String> values = new LinkedHashMap<>();
    private int at;

    private DotEnv(String file, String text, Lookup lookup, Map<String, String> earlier) {
        this.earlier = earlier;
        this.file = file;
        this.text = text;
        this.lookup = lookup;
    }

    /**
     * The file's variables, in order.
     *
     * @param lookup what interpolation asks first; then come the file's own earlier lines
     * @throws YamlException if the file is malformed; the problem has its line
     */
    static Map<String, String> parse(String file, String text, Lookup lookup) {
        return parse(file, text, lookup, Map.of());
    }

    /** The same, where values may also refer to what earlier files said, until the file says it anew. */
    static Map<String, String> parse(String file, String text, Lookup lookup, Map<String, String> earlier) {
        if (SiteMark.isIn(text)) {
            throw new YamlException(
                    new Problem(Position.of(file), "characters U+E000 and U+E001 are reserved", "remove them"));
        }
        DotEnv parser = new DotEnv(file, text.startsWith("\uFEFF") ? text.substring(1) : text, lookup, earlier);
        while (parser.toStatement()) {
            parser.statement();
        }
        return parser.values;
    }

    private boolean toStatement() {
        while (at < text.length()) {
            if (text.charAt(at) == '#') {
                at = lineEnd();
            } else if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else {
                return true;
            }
        }
        return false;
    }

    private void statement() {
        if (text.startsWith("export", at) && at + 6 < text.length() && isBlank(text.charAt(at + 6))) {
            at += 6;
            skipBlanks();
        }
        int start = at;
        while (at < text.length() && "=:\n".indexOf(text.charAt(at)) < 0) {
            char c = text.charAt(at);
            if (!isBlank(c) && !Character.isLetterOrDigit(c) && "_.-[]".indexOf(c) < 0) {
                throw problem("unexpected character \"" + c + "\" in a variable's name", "write NAME=value");
            }
            at++;
        }
        String key = text.substring(start, at).stripTrailing();
        if (key.indexOf(' ') >= 0) {
            at = start;
            throw problem("a variable's name cannot hold a blank", "write NAME=value");
        }
        if (at == text.length() || text.charAt(at) == '\n') {
            lookup.find(key).ifPresent(value -> values.put(key, value));
            return;
        }
        at++;
        skipBlanks();
        values.put(key, value());
    }

    private String value() {
        char quote = at < text.length() ? text.charAt(at) : ' ';
        if (quote == '"' || quote == '\'') {
            return quoted(quote);
        }
        int start = at;
        at = lineEnd();
        String line = text.substring(start, at);
        int comment = line.indexOf(" #");
        return expanded((comment < 0 ? line : line.substring(0, comment)).stripTrailing(), start);
    }

    private String quoted(char quote) {
        int start = at++;
        StringBuilder value = new StringBuilder();
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == quote) {
                at++;
                return quote == '"' ? expanded(Escapes.expand(value.toString()), start) : value.toString();
            }
            if (c == '\\' && at + 1 < text.length()) {
                char next = text.charAt(++at);
                value.append(next == quote ? "" : "\\").append(next);
            } else {
                value.append(c);
            }
        }
        at = start;
        throw problem("a quote is never closed", "close it with " + quote);
    }

    private String expanded(String value, int start) {
        try {
            return Template.fill(value, new Lookup() {
                @Override
                public Optional<String> find(String name) {
                    return lookup.find(name)
                            .or(() -> Optional.ofNullable(values.getOrDefault(name, earlier.get(name))));
                }

                @Override
                public boolean isLate(String name) {
                    return lookup.isLate(name);
                }

                @Override
                public void unset(String name) {
                    lookup.unset(name);
                }
            });
        } catch (TemplateException e) {
            at = start;
            throw problem(String.valueOf(e.getMessage()), e.hint());
        }
    }

    private int lineEnd() {
        int end = text.indexOf('\n', at);
        return end < 0 ? text.length() : end;
    }

    private void skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c != '\n' && (Character.isWhitespace(c) || c == '\u00A0' || c == '\u0085');
    }

    private YamlException problem(String message, String hint) {
        String before = text.substring(0, at);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new YamlException(new Problem(new Position(file, line, at - before.lastIndexOf('\n')), message, hint));
    }
}
