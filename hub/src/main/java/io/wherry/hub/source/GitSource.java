package io.wherry.hub.source;

import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.Source;
import java.time.Duration;
import java.util.Optional;

/**
 * One repository to check, of Git or of a registry, with what it takes to reach it.
 *
 * @param id         the source's uid: its state is kept under it
 * @param name       for messages
 * @param repository URL, credential and certificate authorities; the URL is checked again when used
 * @param timeout    of one check, fetch included
 */
public record GitSource(String id, String name, Source.Repository repository, Duration timeout) {

    /**
     * As the resource says.
     *
     * @param uid never used again for another source, unlike its name
     */
    public static GitSource of(String uid, Source source) {
        return new GitSource(uid, source.name(), source.repository(), source.timeout());
    }

    /** Whether it is a repository of a registry, and none of Git. */
    boolean isOfArtifacts() {
        return repository.type() == Source.Type.ARTIFACTS;
    }

    /** Of artifacts: where they are, and what it takes to reach them. */
    ChartFrom.Place place() {
        return new ChartFrom.Place(
                repository.url(),
                repository.credentialRef(),
                repository.caBundle(),
                repository.proxy(),
                timeout,
                Optional.of(name));
    }

    String url() {
        return repository.url();
    }

    Optional<String> credential() {
        return repository.credentialRef();
    }
}
