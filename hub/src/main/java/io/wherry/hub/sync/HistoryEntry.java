package io.wherry.hub.sync;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One revision of a stack: what was offered at one moment.
 *
 * @param number      1, 2, 3 … within the stack
 * @param commit      empty if it came from no commit
 * @param cause       {@code commit}, {@code sync}, {@code rollback} …
 * @param actor       who caused it; {@code hub} if nobody had to
 * @param from        the source as it was then, and the change keys of what was offered
 * @param outcomes    how many targets reported which outcome; the empty text counts those that have not reported
 */
public record HistoryEntry(
        long number,
        String commit,
        String author,
        Instant committedAt,
        String subject,
        String cause,
        String actor,
        Instant madeAt,
        From from,
        Map<String, Integer> outcomes) {
    public HistoryEntry {
        outcomes = Map.copyOf(outcomes);
    }

    HistoryEntry with(Map<String, Integer> reported) {
        return new HistoryEntry(number, commit, author, committedAt, subject, cause, actor, madeAt, from, reported);
    }

    /**
     * Where a revision came from.
     *
     * @param source     name of the source; empty if it came from none
     * @param url        its address, without credential
     * @param ref        what was followed
     * @param changeKeys of all commits since the revision before, and what a person named
     * @param signature  of its commit as it was judged then ({@code Revision.signature})
     */
    public record From(String source, String url, String ref, List<String> changeKeys, String signature) {
        public From {
            changeKeys = List.copyOf(changeKeys);
        }
    }
}
