package io.wherry.hub.sync;

import io.wherry.hub.resource.Ref;
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

    private record Key(String source, Ref ref) {}

    /** A commit and its tree. */
    record State(Revision revision, GitTree tree) {}

    /**
     * One reference of one source.
     *
     * @param state   the last good one; absent if there never was one
     * @param failure why the last check gave nothing
     */
    record Head(Optional<State> state, Optional<Fetch.Failed> failure) {}

    /** Notes what a check gave. */
    void note(GitSource source, Map<Ref, Fetch> fetches) {
        fetches.forEach((ref, fetch) -> heads.compute(new Key(source.id(), ref), (key, before) -> {
            Optional<State> known = Optional.ofNullable(before).flatMap(Head::state);
            return switch (fetch) {
                case Fetch.Fetched(Revision revision, GitTree tree) ->
                    new Head(Optional.of(new State(revision, tree)), Optional.empty());
                case Fetch.Unchanged(Revision revision) ->
                    new Head(known.or(() -> open(source, revision.commit())), Optional.empty());
                case Fetch.Failed failed -> new Head(known.or(() -> lastGood(source, ref)), Optional.of(failed));
            };
        }));
    }

    /** Empty if the reference was not checked since this hub started. */
    Optional<Head> find(String source, Ref ref) {
        return Optional.ofNullable(heads.get(new Key(source, ref)));
    }

    private Optional<State> lastGood(GitSource source, Ref ref) {
        return checks.status(source.id()).stream()
                .flatMap(status -> status.refs().stream())
                .filter(known -> known.ref().equals(ref))
                .flatMap(known -> known.commit().stream())
                .findFirst()
                .flatMap(commit -> open(source, commit));
    }

    private Optional<State> open(GitSource source, String commit) {
        return checks.revision(source, commit)
                .flatMap(revision -> checks.tree(source, commit).map(tree -> new State(revision, tree)));
    }
}
