package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A stack's inventory by the ApplySet convention (KEP-3659), which kubectl understands: members carry a label, and a parent says where to look for them.
 *
 * <p>The parent is a ConfigMap in the stack's namespace whatever the members are: kubectl takes no kind of the cluster's own for one.
 *
 * @param owner     trust domain and agent id
 * @param former    owners that do not work here any more
 * @param namespace the stack's, where the parent stands
 */
record ApplySet(Deployment.Identity identity, String owner, Set<String> former, String namespace) {
    static final Kind CONFIG_MAP = new Kind("", "v1", "ConfigMap", "configmaps", true, Set.of("get"));

    /** Label of a parent. */
    static final String ID = "applyset.kubernetes.io/id";

    private static final String TOOLING = "applyset.kubernetes.io/tooling";
    private static final String KINDS = "applyset.kubernetes.io/contains-group-kinds";
    private static final String NAMESPACES = "applyset.kubernetes.io/additional-namespaces";

    /** Of the convention we follow: kubectl changes no set of another tool's. */
    private static final String TOOL = "wherry/v1";

    /** Where members are. */
    record Scope(Set<String> groupKinds, Set<String> namespaces) {
        Scope {
            groupKinds = new TreeSet<>(groupKinds);
            namespaces = new TreeSet<>(namespaces);
        }

        static Scope of(Collection<ObjectName> keys) {
            Set<String> kinds = keys.stream().map(Kind::groupKind).collect(Collectors.toSet());
            Set<String> namespaces = keys.stream()
                    .map(ObjectName::namespace)
                    .filter(namespace -> !namespace.isEmpty())
                    .collect(Collectors.toSet());
            return new Scope(kinds, namespaces);
        }

        Scope and(Scope other) {
            Set<String> kinds = new TreeSet<>(groupKinds);
            kinds.addAll(other.groupKinds);
            Set<String> all = new TreeSet<>(namespaces);
            all.addAll(other.namespaces);
            return new Scope(kinds, all);
        }
    }

    /** As it was while the stack had another namespace. */
    ApplySet in(String other) {
        return new ApplySet(identity, owner, former, other);
    }

    ObjectName parent() {
        return new ObjectName("ConfigMap", "", namespace, "wherry-" + identity.stackName());
    }

    /** {@code applyset-BASE64(SHA256(NAME.NAMESPACE.KIND.GROUP))-v1}. */
    String id() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((parent().name() + "." + namespace + ".ConfigMap.").getBytes(UTF_8));
            return "applyset-" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash) + "-v1";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: not there (expected: in every JDK)", e);
        }
    }

    /** The parent as it says that members are there. */
    Json.Obj parentFor(Scope scope) {
        Set<String> others = new TreeSet<>(scope.namespaces());
        others.remove(namespace);
        Json.Builder annotations = Json.object()
                .put(TOOLING, TOOL)
                .put(KINDS, String.join(",", scope.groupKinds()))
                .put(Marks.OWNER, owner);
        if (!others.isEmpty()) {
            annotations.put(NAMESPACES, String.join(",", others));
        }
        return Json.object()
                .put("apiVersion", "v1")
                .put("kind", "ConfigMap")
                .put(
                        "metadata",
                        Json.object()
                                .put("name", parent().name())
                                .put("namespace", namespace)
                                .put(
                                        "labels",
                                        Json.object()
                                                .put(ID, id())
                                                .put(
                                                        Marks.STACK,
                                                        identity.stack().toString())
                                                .build())
                                .put("annotations", annotations.build())
                                .build())
                .build();
    }

    /** What a parent says. */
    Scope scopeOf(Json.Obj parent) {
        Set<String> namespaces = split(Fields.annotation(parent, NAMESPACES));
        namespaces.add(namespace);
        return new Scope(split(Fields.annotation(parent, KINDS)), namespaces);
    }

    private static Set<String> split(String list) {
        return Arrays.stream(list.split(","))
                .filter(item -> !item.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a parent by this name is this agent's for this stack. */
    boolean isOurParent(Json.Obj parent) {
        return Fields.label(parent, Marks.STACK).equals(identity.stack().toString())
                && Fields.annotation(parent, Marks.OWNER).equals(owner);
    }

    /** Whether an agent that does not work here any more applied it last. */
    boolean isLeft(Json.Obj live) {
        return former.contains(Fields.annotation(live, Marks.OWNER));
    }
}
