package io.wherry.hub.api;

import io.wherry.contract.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Entity tags: {@code "VERSION-HASH"} for one object, {@code "HASH"} for anything else.
 *
 * <p>The answer to a GET holds the status besides what was declared, and the status changes by itself. So the whole tag decides whether a reader
 * has the newest answer ({@code If-None-Match}), and its version alone whether a writer saw the newest declaration ({@code If-Match}): a change must
 * not be refused because a site reported meanwhile.
 */
final class Etags {
    /** 64 bits: two answers of one address that differ and have the same tag will not be seen. */
    private static final int HASH_CHARS = 16;

    private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7e]*)\"\\s*(?:,|$)");

    private Etags() {}

    /** @param version the object's resource version, where the answer is one object */
    static String of(byte[] answer, Optional<Long> version) {
        String hash = Digest.of(answer).hex().substring(0, HASH_CHARS);
        return '"' + version.map(v -> v + "-" + hash).orElse(hash) + '"';
    }

    /** Whether a reader that has answers with these tags has this one. Weak tags count: bytes in another encoding are the same answer. */
    static boolean hasNewest(String ifNoneMatch, String tag) {
        return ifNoneMatch.strip().equals("*")
                || parse("If-None-Match", ifNoneMatch).stream()
                        .anyMatch(shown -> ('"' + shown.text() + '"').equals(tag));
    }

    /** Whether a tag of this version is among those of the header. {@code *} is any version. Weak tags never count. */
    static boolean names(String header, String value, long version) {
        return value.strip().equals("*")
                || parse(header, value).stream()
                        .filter(shown -> !shown.weak())
                        .anyMatch(shown -> shown.text().split("-", 2)[0].equals(Long.toString(version)));
    }

    private record Shown(boolean weak, String text) {}

    private static List<Shown> parse(String header, String value) {
        List<Shown> tags = new ArrayList<>();
        Matcher tag = TAG.matcher(value);
        int end = 0;
        while (end < value.length() && tag.find(end) && tag.start() == end) {
            tags.add(new Shown(tag.group(1) != null, tag.group(2)));
            end = tag.end();
        }
        if (tags.isEmpty() || end < value.length()) {
            throw Bodies.bad(header + ": " + value + " (expected: * or tags in quotes, as ETag gave them)");
        }
        return tags;
    }
}
