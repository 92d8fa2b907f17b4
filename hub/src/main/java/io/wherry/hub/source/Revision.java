package io.wherry.hub.source;

import io.wherry.hub.audit.SyncFacts;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One commit, or one artifact of a registry, as audit and people name it.
 *
 * <p>Of an artifact, author, committer and parents are empty, and time and subject are what it says of itself.
 *
 * @param commit    40 lower-case hexadecimal digits; of an artifact, the digest of its manifest: {@code sha256:…}
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

    /** Longer subjects are cut: what fits one line of an audit record. */
    public static final int MAX_SUBJECT = 200;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{40}|sha256:[0-9a-f]{64}");

    /** One whose signature nobody asked for. */
    public Revision(
            String commit, String author, String committer, Instant time, String subject, List<String> parents) {
        this(commit, author, committer, time, subject, parents, UNCHECKED);
    }

    public Revision {
        if (!ID.matcher(commit).matches()) {
            throw new IllegalArgumentException(
                    "commit: " + commit + " (expected: 40 lower-case hexadecimal digits, or sha256: and 64)");
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

    /** As the audit log names it. */
    public SyncFacts.Commit facts() {
        return new SyncFacts.Commit(commit, author, committer, time, subject, parents, signature);
    }

    /** The first 12 digits, for people. */
    public String brief() {
        return commit.startsWith("sha256:") ? commit.substring(0, "sha256:".length() + 12) : commit.substring(0, 12);
    }
}
