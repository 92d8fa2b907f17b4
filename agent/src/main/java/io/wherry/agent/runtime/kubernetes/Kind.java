package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.ObjectName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * A kind as the API server serves it.
 *
 * @param group      empty for the core
 * @param plural     as in paths: {@code deployments}
 * @param namespaced whether its objects stand in a namespace
 * @param verbs      what can be done with them, such as {@code list}
 */
record Kind(String group, String version, String kind, String plural, boolean namespaced, Set<String> verbs) {
    Kind {
        verbs = Set.copyOf(verbs);
    }

    /** One that every cluster has, in namespaces, to be read. */
    static Kind read(String group, String version, String kind, String plural) {
        return new Kind(group, version, kind, plural, true, Set.of("get", "list"));
    }

    /** One that nobody serves or defines yet: a controller is to make it. */
    static Kind toBeMade(String group, String version, String kind) {
        return new Kind(group, version, kind, "", true, Set.of());
    }

    boolean isToBeMade() {
        return plural.isEmpty();
    }

    /** {@code apps/v1}, {@code v1}. */
    String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code Deployment.apps}, {@code ConfigMap}: as an ApplySet names kinds. */
    String groupKind() {
        return group.isEmpty() ? kind : kind + "." + group;
    }

    /** As {@link #groupKind()}, of a name. */
    static String groupKind(ObjectName name) {
        return name.group().isEmpty() ? name.kind() : name.kind() + "." + name.group();
    }

    /**
     * The name of one of its objects.
     *
     * @param namespace of a kind without namespaces it does not matter
     */
    ObjectName name(String namespace, String name) {
        return new ObjectName(kind, group, namespaced ? namespace : "", name);
    }

    static String root(String apiVersion) {
        return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion;
    }

    /**
     * @param namespace empty: the whole cluster's
     */
    String path(String namespace) {
        return root(apiVersion())
                + (namespaced && !namespace.isEmpty() ? "/namespaces/" + segment(namespace) : "")
                + "/" + plural;
    }

    String path(String namespace, String name) {
        return path(namespace) + "/" + segment(name);
    }

    /** Names such as {@code system:node} hold what a path does not. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
