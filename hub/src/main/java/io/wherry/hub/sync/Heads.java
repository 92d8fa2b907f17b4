package io.wherry.hub.sync;

import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
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
    private final Map<Key, Head> heads = new ConcurrentHashMap<>();

    Heads(SourceChecks checks) {
        this.checks = checks;
    }

    /** @param repository with whom it believes: another place or other rules begin anew, since what was good by those need not be good by these */
    private record Key(String source, Source.Repository repository, Ref ref) {
        static Key of(GitSource source, Ref ref) {
            return new Key(source.id(), source.repository(), ref);
        }
    }

    /** A commit and its tree. */
    record State(Revision revision, GitTree tree) {}

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
            Key key = Key.of(source, fetch.getKey());
            Optional<Head> before = Optional.ofNullable(heads.get(key));
            Head now = head(source, fetch.getKey(), fetch.getValue(), before.flatMap(Head::state));
            heads.put(key, now);
            news |= !before.equals(Optional.of(now));
        }
        return news;
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
        Key key = Key.of(source, ref);
        return Optional.ofNullable(heads.get(key))
                .or(() -> lastGood(source, ref).map(state -> {
                    Head head = new Head(Optional.of(state), Optional.empty());
                    heads.put(key, head);
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
