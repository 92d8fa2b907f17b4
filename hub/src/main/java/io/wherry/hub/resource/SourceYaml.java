package io.wherry.hub.resource;

import io.wherry.hub.resource.Source.Check;
import io.wherry.hub.resource.Source.Repository;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code spec} of a source. */
final class SourceYaml {
    private enum Type {
        GIT
    }

    private SourceYaml() {}

    static Optional<Source> read(Metadata metadata, Strict spec) {
        if (!spec.has("type")) {
            spec.get().missing("type");
        }
        spec.choice("type", Map.of("git", Type.GIT), List.of("oci", "helm"));
        spec.later("proxy", "submodules", "verify");
        String url = spec.get().requireText("url");
        Optional<Ref> ref = RefYaml.read(spec);
        var credential = spec.get().text("credentialRef");
        var caBundle = spec.get().text("caBundle");
        var interval = spec.get().duration("interval", Check.DEFAULT_INTERVAL);
        var timeout = spec.get().duration("timeout", Check.DEFAULT_TIMEOUT);
        Optional<String> webhook = spec.has("webhook")
                ? Optional.of(spec.sub("webhook").get().requireText("credentialRef"))
                        .filter(name -> !name.isEmpty())
                : Optional.empty();
        boolean suspend = spec.get().bool("suspend", false);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Optional<Check> check = spec.build(() -> new Check(interval, timeout, webhook));
        return spec.build(() -> new Repository(url, credential, caBundle))
                .flatMap(repository ->
                        check.map(c -> new Source(metadata, repository, ref.orElse(Source.DEFAULT_REF), c, suspend)));
    }
}
