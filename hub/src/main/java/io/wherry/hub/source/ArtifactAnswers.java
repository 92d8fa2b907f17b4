package io.wherry.hub.source;

import io.wherry.contract.Digest;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a registry said about one repository, kept in memory, so that sources share it. Its mirror's lock guards it. */
final class ArtifactAnswers {
    /** More refused artifacts than references are followed at a time. */
    private static final int MAX_REFUSED = 64;

    private final Map<String, Tag> tags = new HashMap<>();
    private final Map<Digest, SourceFailure> refused = new LinkedHashMap<>(16, 0.75f, true);
    private Instant quietUntil = Instant.MIN;

    private record Tag(Digest digest, Instant at) {}

    /** Where a tag was, if that was asked since then. */
    Optional<Digest> find(String tag, Instant since) {
        return Optional.ofNullable(tags.get(tag))
                .filter(known -> !known.at().isBefore(since))
                .map(Tag::digest);
    }

    void note(String tag, Digest digest, Instant at) {
        tags.put(tag, new Tag(digest, at));
    }

    /** An artifact stays what it is: what was refused once need not be fetched again to be refused. */
    Optional<SourceFailure> refusal(Digest digest) {
        return Optional.ofNullable(refused.get(digest));
    }

    void refuse(Digest digest, SourceFailure why) {
        refused.put(digest, why);
        if (refused.size() > MAX_REFUSED) {
            refused.remove(refused.keySet().iterator().next());
        }
    }

    /** Until when the registry wants not to be asked. */
    Instant quietUntil() {
        return quietUntil;
    }

    void quiet(Instant until) {
        quietUntil = until;
    }
}
