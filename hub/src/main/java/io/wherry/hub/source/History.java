package io.wherry.hub.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;

/** Questions about the commits of a repository. */
final class History {

    /** Of a message, searched for change keys: a pattern given by a person shall not run over a book. */
    private static final int MAX_SEARCHED = 16 << 10;

    private History() {}

    static Revision revision(RevCommit commit) {
        PersonIdent committer = commit.getCommitterIdent();
        String subject = printable(commit.getShortMessage());
        List<String> parents = new ArrayList<>();
        for (RevCommit parent : commit.getParents()) {
            parents.add(parent.name());
        }
        return new Revision(
                commit.name(),
                person(commit.getAuthorIdent()),
                person(committer),
                committer.getWhenAsInstant(),
                subject.length() <= Revision.MAX_SUBJECT ? subject : subject.substring(0, Revision.MAX_SUBJECT),
                parents);
    }

    private static String person(PersonIdent person) {
        String text = printable(person.getName() + " <" + person.getEmailAddress() + ">");
        return text.length() <= Revision.MAX_SUBJECT ? text : text.substring(0, Revision.MAX_SUBJECT);
    }

    /** What a commit says goes to terminals and logs: no control characters, which could rewrite a screen or forge a line. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").strip();
    }

    /** One walk for all of them: ends when the last one was met, or at the end of what the mirror has. */
    static Set<ObjectId> notContained(Repository repository, ObjectId tip, Set<ObjectId> commits) throws IOException {
        Set<ObjectId> missing = new HashSet<>();
        commits.forEach(commit -> missing.add(commit.copy()));
        try (RevWalk walk = new RevWalk(repository)) {
            walk.setRetainBody(false);
            walk.markStart(walk.parseCommit(tip));
            for (RevCommit commit = walk.next(); commit != null && !missing.isEmpty(); commit = walk.next()) {
                missing.remove(commit);
            }
        }
        return missing;
    }

    /**
     * The commits reached from {@code to} and not from {@code from}, newest first, at most {@link Merged#MAX_COMMITS}; without {@code from}, the
     * newest commit alone. A {@code from} that the mirror has lost counts as not given.
     */
    static List<Merged> between(Repository repository, Optional<ObjectId> from, ObjectId to, Pattern changeKey)
            throws IOException {
        List<Merged> merged = new ArrayList<>();
        try (RevWalk walk = new RevWalk(repository)) {
            RevCommit tip = walk.parseCommit(to);
            if (from.isEmpty() || !repository.getObjectDatabase().has(from.get())) {
                return List.of(merged(tip, changeKey));
            }
            walk.sort(RevSort.TOPO);
            walk.markStart(tip);
            walk.markUninteresting(walk.parseCommit(from.get()));
            for (RevCommit commit = walk.next();
                    commit != null && merged.size() < Merged.MAX_COMMITS;
                    commit = walk.next()) {
                merged.add(merged(commit, changeKey));
            }
        }
        return List.copyOf(merged);
    }

    private static Merged merged(RevCommit commit, Pattern changeKey) {
        String message = commit.getFullMessage();
        Matcher found = changeKey.matcher(message.substring(0, Math.min(message.length(), MAX_SEARCHED)));
        Set<String> keys = new LinkedHashSet<>();
        while (keys.size() < Merged.MAX_KEYS && found.find()) {
            keys.add(printable(found.group()));
        }
        return new Merged(revision(commit), List.copyOf(keys));
    }
}
