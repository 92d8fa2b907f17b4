package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.docker.Labels;
import io.wherry.contract.json.Json;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the swarm has, foreign objects too.
 *
 * @param owner        who we are
 * @param project      the stack that is looked at
 * @param services     by name, as the engine shows them; likewise the others
 * @param files        configs and secrets by name
 * @param networkNames by id
 */
record SwarmState(
        String owner,
        String project,
        SortedMap<String, Json.Obj> services,
        SortedMap<String, Json.Obj> networks,
        Map<FileObject.Kind, SortedMap<String, Json.Obj>> files,
        Map<String, String> networkNames) {

    static SwarmState look(SwarmApi swarm, String owner, String project) {
        SortedMap<String, Json.Obj> services = new TreeMap<>();
        swarm.services().forEach(service -> services.put(service.object("Spec").string("Name"), service));
        SortedMap<String, Json.Obj> networks = new TreeMap<>();
        Map<String, String> names = new TreeMap<>();
        swarm.networks().forEach(network -> {
            networks.put(network.string("Name"), network);
            names.put(network.string("Id"), network.string("Name"));
        });
        Map<FileObject.Kind, SortedMap<String, Json.Obj>> files = new EnumMap<>(FileObject.Kind.class);
        for (FileObject.Kind kind : FileObject.Kind.values()) {
            SortedMap<String, Json.Obj> all = new TreeMap<>();
            swarm.files(kind).forEach(file -> all.put(file.object("Spec").string("Name"), file));
            files.put(kind, all);
        }
        SwarmState state = new SwarmState(owner, project, services, networks, files, names);
        // host and none have another id in the swarm than on the engine, and are in no list.
        state.ours(services).values().stream()
                .flatMap(service -> Raw.objects(template(service), "Networks").stream())
                .map(network -> network.string("Target"))
                .filter(id -> !names.containsKey(id))
                .distinct()
                .forEach(id -> swarm.inspectNetwork(id).ifPresent(network -> names.put(id, network.string("Name"))));
        return state;
    }

    static Json.Obj template(Json.Obj service) {
        return service.object("Spec").object("TaskTemplate");
    }

    SortedMap<String, Json.Obj> files(FileObject.Kind kind) {
        return files.getOrDefault(kind, new TreeMap<>());
    }

    /** Labels of an object of any kind: of services, configs and secrets they stand in the spec. */
    static Map<String, String> labels(Json.Obj object) {
        return StackLabels.of(object.findObject("Spec").orElse(object));
    }

    boolean isOurs(Json.Obj object) {
        Map<String, String> labels = labels(object);
        return owner.equals(labels.get(Labels.OWNER)) && project.equals(labels.get(StackLabels.NAMESPACE));
    }

    /** Those of this stack that we made. */
    SortedMap<String, Json.Obj> ours(SortedMap<String, Json.Obj> objects) {
        SortedMap<String, Json.Obj> ours = new TreeMap<>();
        objects.forEach((name, object) -> {
            if (isOurs(object)) {
                ours.put(name, object);
            }
        });
        return ours;
    }

    /** Our own service of that name. */
    Optional<Json.Obj> service(String name) {
        return Optional.ofNullable(services.get(name)).filter(this::isOurs);
    }

    static String key(Json.Obj object) {
        return labels(object).getOrDefault(StackLabels.KEY, "");
    }

    static boolean madeBy(Json.Obj object, long generation) {
        return Long.toString(generation).equals(labels(object).get(Labels.GENERATION));
    }

    /** Whether a service, of anybody, uses a config or secret now. */
    boolean inUse(FileObject.Kind kind, String id) {
        String kinds = kind == FileObject.Kind.CONFIG ? "Config" : "Secret";
        return services.values().stream()
                .flatMap(service -> Raw.nested(template(service), "ContainerSpec").stream())
                .flatMap(container -> Raw.objects(container, kinds + "s").stream())
                .anyMatch(grant ->
                        grant.findString(kinds + "ID").filter(id::equals).isPresent());
    }
}
