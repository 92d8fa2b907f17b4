package io.wherry.agent.runtime.kubernetes.images;

/** What containerd calls an image that a pod names: with registry and path in full, and by a digest alone where there is one. */
final class NodeName {
    private NodeName() {}

    static String of(String reference) {
        int at = reference.indexOf('@');
        String named = at < 0 ? reference : reference.substring(0, at);
        int colon = named.indexOf(':', named.lastIndexOf('/') + 1); // one before a slash is a port's
        String repository = full(colon < 0 ? named : named.substring(0, colon));
        if (at >= 0) {
            return repository + reference.substring(at);
        }
        return repository + (colon < 0 ? ":latest" : named.substring(colon));
    }

    private static String full(String repository) {
        String first = repository.substring(0, Math.max(repository.indexOf('/'), 0));
        if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
            return repository;
        }
        return "docker.io/" + (first.isEmpty() ? "library/" : "") + repository;
    }
}
