package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** What this agent writes on each object: whose it is, and where it came from. */
final class Marks {
    static final String PART_OF = "applyset.kubernetes.io/part-of";
    static final String STACK = "wherry.io/stack";
    static final String OWNER = "wherry.io/owner";
    static final String BUNDLE = "wherry.io/bundle";
    static final String GENERATION = "wherry.io/generation";

    /** Generation that made the object: on a way back it is what tells apart what came with the failed one. */
    static final String CREATED = "wherry.io/created";

    /** On a declared object: {@code true} takes over one by that name that somebody else made. */
    static final String ADOPT = "wherry.io/adopt";

    /** On a declared object: {@code allowed} lets it be deleted and made anew where it cannot be changed. */
    static final String REPLACE = "wherry.io/replace";

    /** On a declared object: kinds that a controller makes because of it, as {@code KIND.GROUP}, with commas between. */
    static final String MAKES = "wherry.io/makes";

    /** On an object: {@code disabled} keeps it from ever being deleted by this agent. */
    static final String PRUNE = "wherry.io/prune";

    /** On an object, as charts have it: {@code keep} means the same; Helm leaves it when the chart has it no more, and when the release goes. */
    static final String HELM_POLICY = "helm.sh/resource-policy";

    /** On a Secret that this agent made of sealed values: which credentials in which version. */
    static final String CREDENTIALS = "wherry.io/credentials";

    private final ApplySet set;

    Marks(ApplySet set) {
        this.set = set;
    }

    /** Of the deployment at hand. */
    String generation() {
        return String.valueOf(set.identity().generation());
    }

    /** For lists of the set's members, encoded. */
    String selector() {
        return "labelSelector=" + Kind.segment(PART_OF + "=" + set.id());
    }

    /**
     * Whether it is of this set, or of the same stack's from when it had another namespace. A set is named by its place, so what a former agent left in it
     * carries the same label: that is not ours before it is taken over.
     */
    boolean isOurs(Json.Obj live) {
        if (set.isLeft(live)) {
            return false;
        }
        String of = Fields.label(live, PART_OF);
        return of.equals(set.id())
                || (!of.isEmpty()
                        && Fields.label(live, STACK)
                                .equals(set.identity().stack().toString())
                        && Fields.annotation(live, OWNER).equals(set.owner()));
    }

    /** Whether it is a member of a set of a former agent. */
    boolean isLeft(Json.Obj live) {
        return set.isLeft(live) && !Fields.label(live, PART_OF).isEmpty();
    }

    /** Whether people want it never to be deleted. */
    static boolean isKept(Json.Obj live) {
        return Fields.annotation(live, PRUNE).equals("disabled")
                || Fields.annotation(live, HELM_POLICY).strip().equalsIgnoreCase("keep");
    }

    /**
     * As it is made, or changed, by this generation.
     *
     * @param created empty: the agent did not make it
     */
    Json.Obj fresh(Json.Obj object, String created) {
        return marked(object, set.identity().bundle().toString(), generation(), created);
    }

    /** As it would be if nothing of it changed: what only tells of the last change stays as it was. */
    Json.Obj asBefore(Json.Obj object, Json.Obj live) {
        return marked(
                object,
                Fields.annotation(live, BUNDLE),
                Fields.annotation(live, GENERATION),
                Fields.annotation(live, CREATED));
    }

    private Json.Obj marked(Json.Obj object, String bundle, String generation, String created) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(PART_OF, set.id());
        labels.put(STACK, set.identity().stack().toString());
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(OWNER, set.owner());
        annotations.put(BUNDLE, bundle);
        annotations.put(GENERATION, generation);
        if (!created.isEmpty()) {
            annotations.put(CREATED, created);
        }
        return Fields.withAll(
                Fields.withAll(object, labels, "metadata", "labels"), annotations, "metadata", "annotations");
    }
}
