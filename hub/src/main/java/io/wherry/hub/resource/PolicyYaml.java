package io.wherry.hub.resource;

import io.wherry.base.yaml.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the {@code spec} of a policy. */
final class PolicyYaml {
    private static final List<String> FORMATS = List.of("compose", "kubernetes", "kustomize", "helm");

    private PolicyYaml() {}

    static Optional<Policy> read(Metadata metadata, Strict spec) {
        spec.later("syncWindows");
        Optional<Selector> selector = SelectorYaml.read(spec, "agentSelector");
        if (!spec.has("agentSelector")) {
            spec.get().missing("agentSelector");
        }
        Policy.Require require = require(spec.sub("require"));
        Optional<Policy.Allow> allow = allow(spec.sub("allow"));
        Policy.Deny deny = deny(spec.sub("deny"));
        if (selector.isEmpty() || allow.isEmpty()) {
            return Optional.empty();
        }
        return spec.build(() -> new Policy(metadata, selector.get(), require, allow.get(), deny));
    }

    private static Policy.Require require(Strict fields) {
        fields.later("approvals");
        return new Policy.Require(
                fields.get().bool("pinnedRefs", false),
                fields.get().bool("manualSync", false),
                fields.get().bool("changeRecord", false),
                fields.get().bool("signedCommits", false),
                fields.get().bool("imageDigests", false));
    }

    private static Optional<Policy.Allow> allow(Strict fields) {
        List<String> registries = some(fields, "registries");
        List<String> sources = some(fields, "sources");
        List<String> formats = some(fields, "formats");
        for (String format : formats) {
            if (!FORMATS.contains(format)) {
                fields.get().problem("formats", "\"" + format + "\" is not known", Fields.suggestion(format, FORMATS));
                return Optional.empty();
            }
        }
        return fields.build(() ->
                new Policy.Allow(registries.stream().map(ImagePrefix::parse).toList(), sources, formats));
    }

    /** An empty list would allow nothing, which a stop of the stacks says better, or all, which its absence does. */
    private static List<String> some(Strict fields, String key) {
        List<String> values = new ArrayList<>(fields.get().texts(key));
        if (fields.has(key) && values.isEmpty()) {
            fields.get().problem(key, "names none", "name what is allowed, or remove it to allow all");
        }
        return values;
    }

    private static Policy.Deny deny(Strict fields) {
        return new Policy.Deny(
                fields.get().bool("rawSecrets", false),
                fields.get().bool("privileged", false),
                fields.get().bool("hostPaths", false),
                fields.get().bool("capabilities", false));
    }
}
