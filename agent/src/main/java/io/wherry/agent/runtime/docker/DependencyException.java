package io.wherry.agent.runtime.docker;

/** What a container depends on ended, failed or did not become healthy in time: a verdict on the content. */
final class DependencyException extends RuntimeException {
    DependencyException(String detail) {
        super(detail);
    }
}
