package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Which kinds the API server serves: asked once for each version of a group that is needed, until {@link #forget}. */
final class Discovery {
    private final ClusterApi api;
    private final Map<String, Map<String, Kind>> byVersion = new ConcurrentHashMap<>();

    Discovery(ClusterApi api) {
        this.api = api;
    }

    /** New kinds may be there from now on. */
    void forget() {
        byVersion.clear();
    }

    /**
     * @param apiVersion {@code apps/v1}
     * @return empty where it is not served
     */
    Optional<Kind> find(String apiVersion, String kind) {
        return Optional.ofNullable(version(apiVersion).get(kind));
    }

    /**
     * In the version that the server prefers.
     *
     * @param groupKind {@code Deployment.apps}
     */
    Optional<Kind> find(String groupKind) {
        int dot = groupKind.indexOf('.');
        String kind = dot < 0 ? groupKind : groupKind.substring(0, dot);
        return (dot < 0 ? Stream.of("v1") : versions(groupKind.substring(dot + 1)).stream())
                .flatMap(version -> find(version, kind).stream())
                .findFirst();
    }

    /** The versions of a group that are served, preferred first; none where the group is not known. */
    List<String> versions(String group) {
        return api.find("/apis/" + Kind.segment(group), "look up API group " + group).stream()
                .flatMap(found -> Stream.concat(
                        Stream.of(Fields.text(found, "preferredVersion", "groupVersion")),
                        Fields.objects(found, "versions").stream().map(v -> Fields.text(v, "groupVersion"))))
                .filter(version -> !version.isEmpty())
                .distinct()
                .toList();
    }

    /** Every kind whose objects stand in namespaces and can be listed. */
    List<Kind> allNamespaced() {
        Json.Obj groups = api.get("/apis", "look up API groups");
        return Stream.concat(
                        Stream.of("v1"),
                        Fields.objects(groups, "groups").stream()
                                .map(group -> Fields.text(group, "preferredVersion", "groupVersion")))
                .flatMap(version -> version(version).values().stream())
                .filter(kind -> kind.namespaced() && kind.verbs().contains("list"))
                .toList();
    }

    private Map<String, Kind> version(String apiVersion) {
        Map<String, Kind> known = byVersion.get(apiVersion);
        if (known == null) {
            known = look(apiVersion);
            byVersion.put(apiVersion, known);
        }
        return known;
    }

    private Map<String, Kind> look(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        Map<String, Kind> kinds = new ConcurrentHashMap<>();
        Optional<Json.Obj> found = version.matches("[a-z0-9]+") && group.matches("[a-z0-9.-]*")
                ? api.find(Kind.root(apiVersion), "look up API version " + apiVersion)
                : Optional.empty();
        for (Json.Obj resource : found.stream()
                .flatMap(list -> Fields.objects(list, "resources").stream())
                .toList()) {
            String plural = Fields.text(resource, "name");
            if (!plural.contains("/")) { // no subresource such as deployments/scale
                Set<String> verbs = new HashSet<>(resource.strings("verbs"));
                String kind = Fields.text(resource, "kind");
                kinds.put(kind, new Kind(group, version, kind, plural, resource.boolOr("namespaced", false), verbs));
            }
        }
        return kinds;
    }
}
