package io.wherry.hub.sync;

import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.Merged;
import io.wherry.hub.source.SourceChecks;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which commits a stack moves over. Of the one turn that runs: not to be shared between threads. */
final class CommitLog {
    private final ResourceRepository resources;
    private final SourceChecks checks;
    private @Nullable Span lastSpan;
    private List<Merged> last = List.of();

    CommitLog(ResourceRepository resources, SourceChecks checks) {
        this.resources = resources;
        this.checks = checks;
    }

    /** The commits between two. */
    private record Span(String source, String from, String to) {}

    /**
     * Newest first.
     *
     * @param from the commit before the first; empty: the newest commit alone
     */
    List<Merged> until(Handle handle, Origin origin, String from) {
        Span span = new Span(origin.source().name(), from, origin.revision().commit());
        if (span.equals(lastSpan)) {
            return last; // a thousand stacks of one repository mostly come from the same commit
        }
        List<Merged> commits = resources
                .find(handle, Source.class, span.source())
                .filter(source -> !source.resource().type().holdsCharts())
                .map(source -> checks.merged(
                        GitSource.of(source.uid(), source.resource()),
                        Optional.of(from).filter(commit -> !commit.isEmpty()),
                        span.to(),
                        SourceChecks.CHANGE_KEY))
                .orElse(List.of());
        lastSpan = span;
        last = commits;
        return commits;
    }
}
