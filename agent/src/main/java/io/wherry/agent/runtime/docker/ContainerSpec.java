package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * One container as it should be. Built purely from the model.
 *
 * @param name      Compose's, or the file's {@code container_name}
 * @param hash      of what the model says about it: another hash means it is made anew
 * @param image     reference as the model names it
 * @param config    body of the create call without {@code HostConfig}
 * @param host      its {@code HostConfig}
 * @param endpoints networks by the engine's name, the first is the one it is created with; empty with a network mode
 * @param sharing   what it has of other containers of the stack
 * @param ports     on the host, as far as they are fixed
 */
record ContainerSpec(
        String service,
        int number,
        String name,
        String hash,
        String image,
        Json.Obj config,
        Json.Obj host,
        SequencedMap<String, Json.Obj> endpoints,
        Sharing sharing,
        Set<HostPort> ports,
        String restart,
        boolean mayComplete,
        Map<String, ComposeService.Dependency> dependencies) {

    /** Attributes that say how many, when and from where, not what: changing them makes no container anew. */
    private static final Set<String> NOT_CONFIGURATION = Set.of("pull_policy", "scale", "depends_on", "profiles");

    /** Rises only if the hash must change although the model does not: it would make every container of every site anew. */
    private static final int HASH_FORMAT = 1;

    /** The specs of all containers of the model, by name of service and number. */
    static List<ContainerSpec> all(Deployment deployment, ComposeModel model, String owner) {
        List<ContainerSpec> specs = new ArrayList<>();
        for (ComposeService service : model.services().values()) {
            for (int number = 1; number <= service.replicas(); number++) {
                specs.add(of(deployment, model, service, number, owner));
            }
        }
        return specs;
    }

    static ContainerSpec of(
            Deployment deployment, ComposeModel model, ComposeService service, int number, String owner) {
        Deployment.Identity identity = deployment.identity();
        String project = identity.project();
        String name = service.containerName(project, number);
        List<String> links = Links.of(project, model, service, number);
        SequencedMap<String, Json.Obj> endpoints = Endpoints.of(project, model, service, name, links);
        String hash = hash(project, model, service);
        PublishedPorts ports = PublishedPorts.of(service);
        return new ContainerSpec(
                service.name(),
                number,
                name,
                hash,
                service.image(),
                ConfigSection.of(service, ports, labels(identity, service, number, hash, owner)),
                HostSection.of(identity, model, service, ports, endpoints, links),
                endpoints,
                service.sharing(),
                ports.fixed(),
                service.restart(),
                service.mayComplete(),
                Map.copyOf(service.dependencies()));
    }

    /** Over the model and not over the call's body, so that a newer agent does not find every container different. */
    private static String hash(String project, ComposeModel model, ComposeService service) {
        SequencedMap<String, Json> kept = new LinkedHashMap<>(service.raw().fields());
        kept.keySet().removeAll(NOT_CONFIGURATION);
        ComposeService.nested(service.raw(), "deploy").ifPresent(deploy -> {
            SequencedMap<String, Json> rest = new LinkedHashMap<>(deploy.fields());
            rest.remove("replicas");
            rest.remove("update_config");
            kept.put("deploy", new Json.Obj(rest));
        });
        Json.Builder networks = Json.object();
        service.networks().keySet().forEach(key -> networks.put(key, model.networkName(project, key)));
        Json.Builder volumes = Json.object();
        service.volumeNames().forEach(key -> volumes.put(key, model.volumeName(project, key)));
        Json.Builder all = Json.object()
                .put("format", HASH_FORMAT)
                .put("service", new Json.Obj(kept))
                .put("networks", networks.build())
                .put("volumes", volumes.build());
        SortedMap<String, String> secrets = new TreeMap<>();
        for (Json.Obj grant : service.raw().objects("secrets")) {
            // The path holds the version: what reads its secret once, at its start, is made anew with the new value.
            ConfigFiles.brought(grant, model.secrets()).ifPresent(file -> secrets.put(grant.string("source"), file));
        }
        if (!secrets.isEmpty()) {
            all.put("secrets", secrets); // only then: others shall not find every container different
        }
        SortedMap<String, String> contents = ConfigFiles.written(service, model);
        if (!contents.isEmpty()) {
            all.put("contents", contents);
        }
        return Digest.of(JsonWriter.canonical(all.build())).hex();
    }

    private static Map<String, String> labels(
            Deployment.Identity identity, ComposeService service, int number, String hash, String owner) {
        Map<String, String> labels = new TreeMap<>(texts(service.raw(), "labels"));
        String dependencies = String.join(
                ",",
                service.dependencies().entrySet().stream()
                        .map(e -> e.getValue().label(e.getKey()))
                        .toList());
        String directory = identity.directory().toString();
        labels.put(Labels.PROJECT, identity.project());
        labels.put(Labels.SERVICE, service.name());
        labels.put(Labels.NUMBER, Integer.toString(number));
        labels.put(Labels.ONE_OFF, "False");
        labels.put(Labels.CONFIG_HASH, hash);
        labels.put(Labels.CONFIG_FILES, directory + "/compose.yaml");
        labels.put(Labels.WORKING_DIR, directory);
        labels.put(Labels.VERSION, Labels.COMPOSE_VERSION);
        labels.put(Labels.DEPENDS_ON, dependencies);
        labels.putAll(own(identity, owner));
        labels.put(Labels.RESTART, service.restart());
        Hooks.of(service).label().ifPresent(hooks -> labels.put(Labels.HOOKS, hooks));
        return labels;
    }

    /** The labels that make an object ours. */
    static Map<String, String> own(Deployment.Identity identity, String owner) {
        return Map.of(
                Labels.OWNER, owner,
                Labels.STACK, identity.stack().value(),
                Labels.STACK_NAME, identity.stackName(),
                Labels.BUNDLE, identity.bundle().toString(),
                Labels.GENERATION, Long.toString(identity.generation()));
    }

    /** A map of the model whose values may be any single value. */
    static Map<String, String> texts(Json.Obj object, String key) {
        Map<String, String> texts = new TreeMap<>();
        ComposeService.nested(object, key)
                .ifPresent(map -> map.fields().forEach((k, v) -> texts.put(k, Units.text(key + "." + k, v))));
        return texts;
    }

    /** The same, connected otherwise. */
    ContainerSpec with(SequencedMap<String, Json.Obj> otherEndpoints) {
        return new ContainerSpec(
                service,
                number,
                name,
                hash,
                image,
                config,
                host,
                otherEndpoints,
                sharing,
                ports,
                restart,
                mayComplete,
                dependencies);
    }

    Json.Obj endpoint(String network) {
        return Objects.requireNonNull(endpoints.get(network), network);
    }

    String object() {
        return Names.object(service, number);
    }

    /**
     * What a container is made of.
     *
     * @param imageId the image
     * @param by      how it is called in the create call: its reference, or its id where that means another one by now
     */
    record Made(String imageId, String by) {}

    /**
     * The body of the create call.
     *
     * @param of        its image
     * @param moved     anonymous volumes of the container before this one: path in the container to the engine's name
     * @param idOf      id of a service's first container
     * @param engine    an older one takes the address of the card from the container, a newer one from its endpoint
     */
    Json.Obj body(Made of, Map<String, String> moved, UnaryOperator<String> idOf, ApiVersion engine) {
        SequencedMap<String, Json> body = new LinkedHashMap<>(config.fields());
        body.put("Image", Json.of(of.by()));
        SequencedMap<String, Json> labels =
                new LinkedHashMap<>(config.object("Labels").fields());
        labels.put(Labels.IMAGE, Json.of(of.imageId()));
        String shares = sharing.label(idOf);
        if (!shares.isEmpty()) {
            labels.put(Labels.SHARES, Json.of(shares));
        }
        body.put("Labels", new Json.Obj(labels));
        body.put("HostConfig", HostSection.withShared(host, moved, sharing, idOf));
        if (!endpoints.isEmpty()) {
            Map.Entry<String, Json.Obj> first = MacAddresses.place(endpoints.firstEntry(), body, engine);
            body.put(
                    "NetworkingConfig",
                    Json.object()
                            .put(
                                    "EndpointsConfig",
                                    Json.object()
                                            .put(first.getKey(), first.getValue())
                                            .build())
                            .build());
        }
        return new Json.Obj(body);
    }

    /** How long it has to end by itself, as the model says; ten seconds is the engine's own. */
    static Duration stopGrace(ComposeService service) {
        return service.raw()
                .findString("stop_grace_period")
                .map(t -> Units.duration("services." + service.name() + ".stop_grace_period", t))
                .orElse(Duration.ofSeconds(10));
    }
}
