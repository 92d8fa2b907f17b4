package io.wherry.hub.resource;

import io.wherry.hub.resource.Source.Check;
import io.wherry.hub.resource.Source.Repository;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads the {@code spec} of a source. */
final class SourceYaml {
    private static final Map<String, Source.Type> TYPES =
            new TreeMap<>(Map.of("git", Source.Type.GIT, "helm", Source.Type.HELM, "oci", Source.Type.OCI));

    private SourceYaml() {}

    static Optional<Source> read(Metadata metadata, Strict spec) {
        if (!spec.has("type")) {
            spec.get().missing("type");
        }
        Source.Type word = spec.choice("type", TYPES, List.of()).orElse(Source.Type.GIT);
        Source.Type type = word == Source.Type.OCI && spec.has("ref") ? Source.Type.ARTIFACTS : word;
        if (type.holdsCharts()) {
            refuseWhatMoves(spec);
        }
        spec.later("submodules");
        String url = spec.get().requireText("url");
        Optional<Ref> ref =
                switch (type) {
                    case GIT -> RefYaml.ofGit(spec);
                    case ARTIFACTS -> RefYaml.ofRegistry(spec);
                    case HELM, OCI -> Optional.empty();
                };
        var credential = spec.get().text("credentialRef");
        var caBundle = spec.get().text("caBundle");
        var proxy = spec.get().text("proxy");
        SourceRules rules =
                switch (type) {
                    case GIT -> gitRules(spec);
                    case ARTIFACTS -> SourceRules.of(spec.has("verify") ? CosignYaml.read(spec) : Optional.empty());
                    case HELM, OCI -> SourceRules.NONE;
                };
        var interval = spec.get().duration("interval", Check.DEFAULT_INTERVAL);
        var timeout = spec.get().duration("timeout", Check.DEFAULT_TIMEOUT);
        Optional<String> webhook = spec.has("webhook")
                ? Optional.of(spec.sub("webhook").get().requireText("credentialRef"))
                        .filter(name -> !name.isEmpty())
                : Optional.empty();
        boolean suspend = spec.get().bool("suspend", false);
        if (url.isEmpty() || (type == Source.Type.ARTIFACTS && ref.isEmpty())) {
            return Optional.empty(); // said already
        }
        Optional<Check> check = spec.build(() -> new Check(interval, timeout, webhook));
        return spec.build(() -> new Repository(type, url, credential, caBundle, proxy, rules))
                .flatMap(repository -> check.flatMap(c -> spec.build(
                        () -> new Source(metadata, repository, ref.orElse(Source.DEFAULT_REF), c, suspend))));
    }

    private static SourceRules gitRules(Strict spec) {
        Optional<String> hostKeys = spec.get().text("hostKeys");
        if (!spec.has("verify")) {
            return SourceRules.of(hostKeys, Optional.empty());
        }
        Strict verify = spec.sub("verify");
        verify.refused("cosign", "is not for Git", "write commitSignatures or tagSignatures");
        boolean commits = verify.get().bool("commitSignatures", false);
        boolean tags = verify.get().bool("tagSignatures", false);
        Optional<String> openpgp = verify.get().text("openpgpKeys");
        Optional<String> allowed = verify.get().text("allowedSigners");
        return SourceRules.of(hostKeys, verify.build(() -> new SignatureRules(commits, tags, openpgp, allowed)));
    }

    /** A chart is taken in one exact version, of which there is no news. */
    private static void refuseWhatMoves(Strict spec) {
        for (String key : List.of("ref", "interval", "webhook")) {
            spec.refused(
                    key,
                    "belongs to type: git, and to type: oci with a ref",
                    "remove it: a chart's version stands in the stack, and is fetched once");
        }
        spec.refused("hostKeys", "belongs to type: git", "remove it: charts are not fetched over SSH");
        spec.refused("verify", "stands in the stack", "write helm.chartFrom.verify");
    }
}
