package io.wherry.hub.source;

import io.wherry.hub.registry.ArtifactRepository;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** What an artifact says of itself. Nobody vouches for it: it is shown, and decides nothing. */
final class ArtifactFacts {
    private static final String PREFIX = "org.opencontainers.image.";

    /** Before there were containers, or when nobody reads this any longer: a clock was wrong. */
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

    private ArtifactFacts() {}

    /** @param now the time that stands where it says none */
    static ArtifactStore.Facts of(ArtifactRepository.Manifest manifest, String signature, Instant now) {
        Map<String, String> says = manifest.annotations();
        Optional<String> revision = said(says, "revision");
        Optional<String> source = said(says, "source");
        String subject = revision.isEmpty() && source.isEmpty()
                ? "an artifact that does not say what it was made from"
                : "says it is " + revision.orElse("made")
                        + source.map(from -> " of " + from).orElse("");
        return new ArtifactStore.Facts(
                subject.length() <= Revision.MAX_SUBJECT ? subject : subject.substring(0, Revision.MAX_SUBJECT),
                made(says).orElse(now),
                signature);
    }

    private static Optional<String> said(Map<String, String> says, String name) {
        return Optional.ofNullable(says.get(PREFIX + name))
                .map(text -> text.replaceAll("[\\p{Cntrl}\\p{Cf}\\s]+", " ").strip())
                .filter(text -> !text.isEmpty());
    }

    private static Optional<Instant> made(Map<String, String> says) {
        try {
            return said(says, "created").map(Instant::parse).filter(at -> at.isAfter(EARLIEST) && at.isBefore(LATEST));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // it says nothing that can be understood
        }
    }
}
