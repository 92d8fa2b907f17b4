package io.wherry.agent.runtime.kubernetes;

import java.util.Set;

/**
 * Lists of a stack that are watched, and of which no watch has told a change since they were read. A change of a moment ago may still be on its way: by
 * this alone nothing is called as declared, only an apply may go by it, after which everything is looked at.
 */
record Unchanged(Set<Query> lists) {
    static final Unchanged NONE = new Unchanged(Set.of());

    Unchanged {
        lists = Set.copyOf(lists);
    }

    /**
     * A list as it is asked for.
     *
     * @param path     of the kind, in its namespace
     * @param selector encoded
     */
    record Query(String path, String selector) {}

    /** Whether every object of a model stands in one of them. */
    boolean covers(KubernetesModel model, Discovery discovery, String selector) {
        return !lists.isEmpty()
                && model.objects().stream().allMatch(object -> {
                    String namespace = Fields.text(object, "metadata", "namespace");
                    return discovery
                            .find(object.string("apiVersion"), object.string("kind"))
                            .filter(kind -> covers(
                                    kind,
                                    kind.namespaced() && namespace.isEmpty() ? model.namespace() : namespace,
                                    selector))
                            .isPresent();
                });
    }

    /** Whether the list that holds the objects of a kind in a namespace is among them. */
    boolean covers(Kind kind, String namespace, String selector) {
        return lists.contains(new Query(kind.path(namespace), selector));
    }
}
