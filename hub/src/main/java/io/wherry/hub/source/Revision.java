package io.wherry.hub.source;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One commit, as audit and people name it.
 *
 * @param commit    40 lower-case hexadecimal digits
 * @param author    {@code Name <mail>}
 * @param committer {@code Name <mail>}
 * @param time      when it was committed, by the committer's clock: it proves nothing
 * @param subject   first line of the message, at most {@link #MAX_SUBJECT} characters
 * @param parents   commits it follows; more than one for a merge
 * @param signature whose signature it carries, or the tag by which it was followed: {@code ssh SHA256:… (ada@example.org)}; {@link #UNCHECKED}
 *                  where its source wants none
 */
public record Revision(
        String commit,
        String author,
        String committer,
        Instant time,
        String subject,
        List<String> parents,
        String signature) {

    /** Nobody looked for one. */
    public static final String UNCHECKED = "unchecked";

    public Revision(
            String commit, String author, String committer, Instant time, String subject, List<String> parents) {
        this(commit, author, committer, time, subject, parents, UNCHECKED);
    }

    /** Longer subjects are cut: what fits one line of an audit record. */
    public static final int MAX_SUBJECT = 200;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{40}");

    public Revision {
        if (!ID.matcher(commit).matches()) {
            throw new IllegalArgumentException("commit: " + commit + " (expected: 40 lower-case hexadecimal digits)");
        }
        if (subject.length() > MAX_SUBJECT) {
            throw new IllegalArgumentException(
                    "subject: " + subject.length() + " characters (expected: at most " + MAX_SUBJECT + ")");
        }
        parents = List.copyOf(parents);
    }

    /** The same, as it was judged. */
    public Revision signed(String signer) {
        return new Revision(commit, author, committer, time, subject, parents, signer);
    }

    /** The first 12 digits, for people. */
    public String brief() {
        return commit.substring(0, 12);
    }
}
