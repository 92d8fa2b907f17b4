package io.wherry.hub.sync;

import io.wherry.contract.SourceRef;
import io.wherry.hub.source.Revision;
import java.util.List;

/** Which commit of which source some content came from. */
record Origin(SourceRef source, Revision revision) {

    /** An earlier commit of the same source, as far as the history has kept it: neither committer nor parents. */
    Origin at(HistoryEntry entry) {
        return new Origin(
                new SourceRef(source.name(), source.url(), source.ref(), entry.commit(), source.path()),
                new Revision(
                        entry.commit(),
                        entry.author(),
                        "",
                        entry.committedAt(),
                        entry.subject(),
                        List.of(),
                        entry.from().signature()));
    }
}
