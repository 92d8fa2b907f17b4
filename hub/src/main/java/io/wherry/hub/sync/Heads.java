package io.wherry.hub.sync;

import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.SignatureRules;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.GitTree;
import io.wherry.hub.source.Revision;
import io.wherry.hub.source.SourceChecks;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The last good state of every reference that stacks follow, and why there is nothing newer. A failure never takes a state away. */
final class Heads {
    private final SourceChecks checks;
    private final Map<Key, Known> heads = new ConcurrentHashMap<>();

    Heads(SourceChecks checks) {
        this.checks = checks;
    }

    /** @param mirror another one begins anew: what was good there need not be good here */
    private record Key(String source, String mirror, Ref ref) {}

    /** A commit and its tree. */
    record State(Revision revision, GitTree tree) {}

    /** @param rules those of signatures by which it was judged: under others it is not known */
    private record Known(Head head, Optional<SignatureRules> rules) {}

    /**
     * One reference of one source.
     *
     * @param state   the last good one; absent if there never was one
     * @param failure why the last check gave nothing
     */
    record Head(Optional<State> state, Optional<Fetch.Failed> failure) {}

    /** Notes what a check gave. False if all of it was known already. */
    boolean note(GitSource source, Map<Ref, Fetch> fetches) {
        boolean news = false;
        for (Map.Entry<Ref, Fetch> fetch : fetches.entrySet()) {
            Key key = new Key(source.id(), source.mirror(), fetch.getKey());
            Optional<Head> before = known(source, key);
            Head now = head(source, fetch.getKey(), fetch.getValue(), before.flatMap(Head::state));
            heads.put(key, new Known(now, rules(source)));
            news |= !before.equals(Optional.of(now));
        }
        return news;
    }

    private static Optional<SignatureRules> rules(GitSource source) {
        return source.repository().rules().signatures();
    }

    private Optional<Head> known(GitSource source, Key key) {
        return Optional.ofNullable(heads.get(key))
                .filter(known -> known.rules().equals(rules(source)))
                .map(Known::head);
    }

    private Head head(GitSource source, Ref ref, Fetch fetch, Optional<State> known) {
        return switch (fetch) {
            case Fetch.Fetched(Revision revision, GitTree tree) ->
                new Head(Optional.of(new State(revision, tree)), Optional.empty());
            case Fetch.Unchanged(Revision revision) ->
                new Head(
                        known.filter(state -> state.revision().equals(revision)).or(() -> open(source, revision)),
                        Optional.empty());
            case Fetch.Failed failed -> new Head(known.or(() -> lastGood(source, ref)), Optional.of(failed));
        };
    }

    /** What is known of a reference; after a restart, what was known before. Empty if it was never fetched. */
    Optional<Head> find(GitSource source, Ref ref) {
        Key key = new Key(source.id(), source.mirror(), ref);
        return known(source, key).or(() -> lastGood(source, ref).map(state -> {
            Head head = new Head(Optional.of(state), Optional.empty());
            heads.put(key, new Known(head, rules(source)));
            return head;
        }));
    }

    private Optional<State> lastGood(GitSource source, Ref ref) {
        return checks.lastGood(source, ref).flatMap(revision -> open(source, revision));
    }

    private Optional<State> open(GitSource source, Revision revision) {
        return checks.tree(source, revision.commit()).map(tree -> new State(revision, tree));
    }
}
