package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.hub.approval.Ask;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.AuditRecord;
import io.wherry.hub.audit.AuditStream;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Who made what targets would get: authors and committers of the commits that are new to one of them, and who changed the stack since. */
final class Authors {
    private static final String USER = "user:";

    /** Changes of one stack between two revisions that are looked at: the newest. */
    private static final int MAX_CHANGES = 100;

    private static final Set<String> CHANGES = Set.of("create", "change");

    private final CommitLog commits;

    Authors(CommitLog commits) {
        this.commits = commits;
    }

    List<String> of(Handle handle, StackInput input, Collection<Ask> asks, Optional<Origin> origin) {
        Optional<HistoryEntry> since = oldest(handle, input, asks);
        Stream<String> committed = origin.stream()
                .flatMap(from -> commits
                        .until(handle, from, since.map(HistoryEntry::commit).orElse(""))
                        .stream())
                .flatMap(merged ->
                        Stream.of(merged.revision().author(), merged.revision().committer()));
        Stream<String> applied =
                changed(handle, input.name(), since.map(HistoryEntry::madeAt).orElse(Instant.EPOCH));
        return List.copyOf(Stream.concat(committed, applied)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** What the target runs that is furthest behind; empty if one has nothing yet. */
    private static Optional<HistoryEntry> oldest(Handle handle, StackInput input, Collection<Ask> asks) {
        Set<AgentId> agents = asks.stream().map(Ask::agent).collect(Collectors.toSet());
        List<PlacedEntry> running = EntryRepository.ofStack(handle, input.id()).stream()
                .filter(entry -> entry.runs() && agents.contains(entry.agent()))
                .toList();
        return running.size() < agents.size()
                ? Optional.empty()
                : RevisionRepository.list(handle, input.id()).stream()
                        .filter(entry -> running.stream().anyMatch(one -> one.revision() == entry.number()))
                        .reduce((_, older) -> older);
    }

    private static Stream<String> changed(Handle handle, String stack, Instant since) {
        AuditQuery query = new AuditQuery(
                Optional.of(AuditStream.USER),
                Optional.empty(),
                Optional.empty(),
                Optional.of("Stack/" + stack),
                new AuditQuery.Between(Optional.of(since), Optional.empty()));
        return AuditLog.newest(handle, query, MAX_CHANGES).stream()
                .map(AuditRecord::event)
                .filter(event -> CHANGES.contains(event.string("action")))
                .map(event -> event.string("actor"))
                .filter(actor -> actor.startsWith(USER))
                .map(actor -> actor.substring(USER.length()));
    }
}
