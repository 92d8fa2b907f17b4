package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A service as it should be.
 *
 * @param key      its name in the model
 * @param name     its name in the swarm
 * @param image    reference as the model names it
 * @param spec     as the Engine API takes it, but with names in the place of ids, and without our own labels that change with every generation
 * @param digest   of the spec
 * @param task     digest of what its tasks are made of
 * @param isJob    whether its tasks end when they are done
 * @param mayEnd   whether a task that ends with 0 is not started again
 * @param replicas how many tasks; of a global one, which has one on each node, it says nothing
 */
record WantedService(
        String key,
        String name,
        String image,
        Json.Obj spec,
        String digest,
        String task,
        boolean isJob,
        boolean mayEnd,
        long replicas) {

    /**
     * @param image as the swarm shall know it, where possible with its digest
     * @param files names of configs and secrets in the swarm, see {@link TaskSection}
     */
    static WantedService of(
            Deployment.Identity identity,
            SwarmModel model,
            String key,
            String image,
            Map<String, String> files,
            String owner) {
        Json.Obj service = model.services().getOrDefault(key, Raw.NOTHING);
        String project = identity.project();
        DeploySection deploy = new DeploySection(key, service);
        Json.Builder template = Json.object()
                .put(
                        "ContainerSpec",
                        TaskSection.of(
                                key,
                                service,
                                image,
                                project,
                                files,
                                SwarmMounts.of(key, service, model, identity, owner)))
                .put("Resources", deploy.resources())
                .put("RestartPolicy", deploy.restart())
                .put("Placement", deploy.placement())
                .put("Networks", networks(project, model, key, service));
        deploy.logging().ifPresent(driver -> template.put("LogDriver", driver));
        Json.Obj task = template.build();
        Map<String, String> labels = new TreeMap<>(deploy.labels());
        labels.put(StackLabels.NAMESPACE, project);
        labels.put(StackLabels.IMAGE, service.string("image"));
        long replicas = SwarmModel.replicas(key, service);
        Json.Builder spec = Json.object()
                .put("Name", project + "_" + key)
                .put("Labels", labels)
                .put("TaskTemplate", task)
                .put("Mode", deploy.modeJson(replicas))
                .put("EndpointSpec", deploy.endpoint());
        if (!deploy.isJob()) { // a job is not updated in steps: the swarm refuses both
            spec.put("UpdateConfig", deploy.update("update_config"));
            spec.put("RollbackConfig", deploy.update("rollback_config"));
        }
        Json.Obj built = spec.build();
        return new WantedService(
                key,
                project + "_" + key,
                service.string("image"),
                built,
                digest(built),
                digest(task),
                deploy.isJob(),
                deploy.isJob() || !deploy.restartCondition().equals("any"),
                replicas);
    }

    private static String digest(Json.Obj json) {
        return Digest.of(JsonWriter.canonical(json)).hex();
    }

    /** With its aliases and its own name last, as {@code docker stack deploy} has them; sorted by network. */
    private static Json.Arr networks(String project, SwarmModel model, String key, Json.Obj service) {
        SortedMap<String, Json> networks = new TreeMap<>();
        SwarmModel.networks(service).forEach((network, endpoint) -> {
            List<String> aliases = new ArrayList<>(Raw.list(endpoint, "aliases"));
            aliases.add(key);
            Json.Builder attachment = Json.object()
                    .put("Target", model.networkName(project, network))
                    .put("Aliases", aliases);
            Map<String, String> options = Raw.textsOf(endpoint, "driver_opts");
            if (!options.isEmpty()) {
                attachment.put("DriverOpts", options);
            }
            networks.put(model.networkName(project, network), attachment.build());
        });
        return Raw.array(List.copyOf(networks.values()));
    }

    boolean isGlobal() {
        Json.Obj mode = spec.object("Mode");
        return mode.find("Global").isPresent() || mode.find("GlobalJob").isPresent();
    }

    String object() {
        return "service/" + key;
    }

    /**
     * The body of the create or update call.
     *
     * @param ids   of configs and secrets by their names in the swarm
     * @param force the counter that makes every task anew when it rises
     */
    Json.Obj body(Deployment.Identity identity, String owner, Map<String, String> ids, long force) {
        Map<String, String> labels = new TreeMap<>(Raw.textsOf(spec, "Labels"));
        labels.putAll(StackLabels.made(identity, owner, key, digest));
        Json.Obj template = spec.object("TaskTemplate");
        Json.Obj container = template.object("ContainerSpec");
        Map<String, String> marked = new TreeMap<>(Raw.textsOf(container, "Labels"));
        marked.put(StackLabels.TASK, task);
        container = container.with(
                "Labels", Json.object().put("Labels", marked).build().object("Labels"));
        container = container.with("Configs", identified(container, "Configs", "Config", ids));
        container = container.with("Secrets", identified(container, "Secrets", "Secret", ids));
        template = template.with("ContainerSpec", container);
        template = template.with("ForceUpdate", Json.of(force));
        Json.Obj body = spec.with("TaskTemplate", template);
        return body.with("Labels", Json.object().put("Labels", labels).build().object("Labels"));
    }

    private static Json.Arr identified(Json.Obj container, String field, String kind, Map<String, String> ids) {
        List<Json> grants = new ArrayList<>();
        for (Json.Obj grant : container.objects(field)) {
            String name = grant.string(kind + "Name");
            String id = ids.get(name);
            if (id == null) {
                throw new IllegalStateException("ids: none of " + name + " (expected: of all that are made before)");
            }
            grants.add(grant.with(kind + "ID", Json.of(id)));
        }
        return Raw.array(grants);
    }
}
