package io.wherry.hub.resource;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of SSH's allowed signers (ssh-keygen(1)): {@code PRINCIPALS [OPTIONS] TYPE BASE64 [COMMENT]}.
 *
 * @param principals whose key it is: names or mail addresses, for people; a signature says a key and no name
 * @param namespaces patterns of what it may sign ({@code git} are commits and tags); empty: all
 * @param after      from when on it counts
 * @param before     until when it counts
 */
public record AllowedSigner(
        String principals,
        List<String> namespaces,
        Optional<Instant> after,
        Optional<Instant> before,
        SshPublicKey key) {
    /** 64 Ki: some five hundred people. */
    static final int MAX_CHARS = 64 << 10;

    /** Two words, or one in quotation marks, then the rest. */
    private static final Pattern FIRST = Pattern.compile("(\"[^\"]*\"|\\S+)\\s+(.*)");

    private static final Pattern OPTION = Pattern.compile("([A-Za-z-]+)(?:=(\"[^\"]*\"|[^\",\\s]*))?(,|\\s+)(.*)");

    private static final Pattern TIME = Pattern.compile("([0-9]{8})([0-9]{4})?([0-9]{2})?Z");

    public AllowedSigner {
        namespaces = List.copyOf(namespaces);
    }

    /**
     * At least one line that counts.
     *
     * @throws IllegalArgumentException with the line and what is wrong with it
     */
    static List<AllowedSigner> parse(String text) {
        Names.require(
                text.length() <= MAX_CHARS, "allowedSigners", text.length() + " characters", "at most " + MAX_CHARS);
        List<AllowedSigner> signers = new ArrayList<>();
        List<String> lines = text.lines().map(String::strip).toList();
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1);
            if (!line.isEmpty() && !line.startsWith("#")) {
                try {
                    signers.add(line(line));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("allowedSigners: line " + number + " " + e.getMessage(), e);
                }
            }
        }
        Names.require(!signers.isEmpty(), "allowedSigners", "no line", "PRINCIPALS TYPE BASE64");
        return List.copyOf(signers);
    }

    private static AllowedSigner line(String line) {
        Matcher first = FIRST.matcher(line);
        if (!first.matches() || first.group(1).startsWith("ssh-")) {
            throw new IllegalArgumentException("names nobody (expected: PRINCIPALS [OPTIONS] TYPE BASE64)");
        }
        String principals = first.group(1).replace("\"", "");
        if (principals.isEmpty() || principals.length() > 256 || !principals.matches("[!-~][ -~]*")) {
            throw new IllegalArgumentException("names nobody in plain text (expected: ada@example.org TYPE BASE64)");
        }
        List<String> namespaces = new ArrayList<>();
        Optional<Instant> after = Optional.empty();
        Optional<Instant> before = Optional.empty();
        String rest = first.group(2);
        while (!isKey(rest)) {
            if (rest.startsWith("sk-")) {
                throw new IllegalArgumentException("has a key of a security device (" + rest.split("\\s", 2)[0]
                        + "), which is not in this version");
            }
            Matcher option = OPTION.matcher(rest);
            if (!option.matches()) {
                throw new IllegalArgumentException("has no key of a type that is taken (expected: one of "
                        + String.join(", ", SshPublicKey.TYPES) + " after the principals and options)");
            }
            String value = option.group(2) == null ? "" : option.group(2).replace("\"", "");
            switch (option.group(1).toLowerCase(Locale.ROOT)) {
                case "namespaces" -> namespaces.addAll(namespaces(value));
                case "valid-after" -> after = Optional.of(time(value));
                case "valid-before" -> before = Optional.of(time(value));
                case "cert-authority" ->
                    throw new IllegalArgumentException(
                            "is an authority of certificates, which is not in this version (write the signers' own keys)");
                default -> throw unknown(option.group(1));
            }
            rest = option.group(4).strip();
        }
        String[] key = rest.split("\\s+");
        if (key.length < 2) {
            throw new IllegalArgumentException("has a type and no key (expected: TYPE BASE64)");
        }
        return new AllowedSigner(principals, namespaces, after, before, new SshPublicKey(key[0], key[1]));
    }

    private static boolean isKey(String rest) {
        return SshPublicKey.TYPES.contains(rest.split("\\s", 2)[0]);
    }

    private static IllegalArgumentException unknown(String word) {
        return new IllegalArgumentException("has the unknown option or type \"" + word
                + "\" (expected: namespaces, valid-after, valid-before, then a key of type "
                + String.join(", ", SshPublicKey.TYPES) + ")");
    }

    private static List<String> namespaces(String value) {
        List<String> patterns = List.of(value.split(","));
        for (String pattern : patterns) {
            if (!pattern.matches("[A-Za-z0-9@._*?-]+")) {
                throw new IllegalArgumentException(
                        "has the namespace \"" + pattern + "\" (expected: names like git, with * and ?)");
            }
        }
        return patterns;
    }

    /** ssh-keygen takes a time without Z as that of the machine it runs on: here that is refused, since nobody sees which one that is. */
    private static Instant time(String value) {
        Matcher found = TIME.matcher(value);
        if (!found.matches()) {
            throw new IllegalArgumentException(
                    "has the time \"" + value + "\" (expected: YYYYMMDDZ or YYYYMMDDHHMM[SS]Z, in UTC)");
        }
        String full = found.group(1)
                + (found.group(2) == null ? "0000" : found.group(2))
                + (found.group(3) == null ? "00" : found.group(3));
        try {
            return LocalDateTime.parse(full, DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("has the time \"" + value + "\", which is none", e);
        }
    }

    /** Whether the key may sign for this. */
    public boolean mayFor(String namespace) {
        return namespaces.isEmpty() || namespaces.stream().anyMatch(pattern -> namespace.matches(expression(pattern)));
    }

    private static String expression(String pattern) {
        StringBuilder expression = new StringBuilder();
        pattern.chars()
                .forEach(c -> expression.append(
                        switch (c) {
                            case '*' -> ".*";
                            case '?' -> ".";
                            default -> Pattern.quote(String.valueOf((char) c));
                        }));
        return expression.toString();
    }

    /** Whether the key counts at that moment. */
    public boolean validAt(Instant time) {
        return after.filter(from -> time.isBefore(from)).isEmpty()
                && before.filter(end -> !time.isBefore(end)).isEmpty();
    }
}
