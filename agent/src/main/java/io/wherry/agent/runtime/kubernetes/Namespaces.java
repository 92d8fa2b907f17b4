package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The namespaces that one call of the runtime has to do with, each asked for once however many objects are in it. For several threads. */
final class Namespaces {
    private final ClusterApi api;
    private final Map<String, Optional<Json.Obj>> seen = new ConcurrentHashMap<>();

    Namespaces(ClusterApi api) {
        this.api = api;
    }

    /** Whether it is there, and something can be made in it. @throws PendingException if it is on its way out */
    boolean isOpen(String name) {
        Optional<Json.Obj> found = find(name);
        found.ifPresent(live -> Ending.refuse(new ObjectName("Namespace", "", "", name), live));
        return found.isPresent();
    }

    /** Whether it is there, on its way out or not. One that was not there is looked for again. */
    boolean isThereByNow(String name) {
        seen.remove(name, Optional.empty());
        return find(name).isPresent();
    }

    private Optional<Json.Obj> find(String name) {
        return seen.computeIfAbsent(
                name, _ -> api.find(Kind.root("v1") + "/namespaces/" + Kind.segment(name), "get Namespace//" + name));
    }

    /** Namespaces were made meanwhile. */
    void forget() {
        seen.clear();
    }
}
