package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A network or a volume as it should be.
 *
 * @param kind     of object
 * @param key      its name in the model
 * @param name     its name on the engine
 * @param external it is somebody else's and must be there; nothing else of it is ours to say
 * @param hash     of what the model says about it
 * @param body     of the create call
 */
record SharedSpec(Kind kind, String key, String name, boolean external, String hash, Json.Obj body) {

    /** Both are named things that containers share, made before and removed after them. */
    enum Kind {
        NETWORK,
        VOLUME
    }

    String object() {
        return object(kind, key);
    }

    static String object(Kind kind, String key) {
        return (kind == Kind.NETWORK ? "network/" : "volume/") + key;
    }

    /** The networks of a model; the default one only where a service is on it. */
    static List<SharedSpec> networks(Deployment deployment, ComposeModel model, String owner) {
        String project = deployment.identity().project();
        TreeSet<String> keys = new TreeSet<>(model.networks().keySet());
        model.services().values().forEach(s -> keys.addAll(s.networks().keySet()));
        if (!model.usesDefaultNetwork()) {
            keys.remove(ComposeModel.DEFAULT_NETWORK); // Compose makes no network that nobody is on
        }
        List<SharedSpec> specs = new ArrayList<>();
        for (String key : keys) {
            Json.Obj raw = model.networks().getOrDefault(key, Json.object().build());
            String name = model.networkName(project, key);
            String hash = hash(name, raw);
            Map<String, String> labels = labels(deployment, raw, owner, hash);
            labels.put(Labels.NETWORK, key);
            specs.add(new SharedSpec(
                    Kind.NETWORK,
                    key,
                    name,
                    ComposeModel.isExternal(raw),
                    hash,
                    networkBody("networks." + key, name, raw, labels)));
        }
        return specs;
    }

    static List<SharedSpec> volumes(Deployment deployment, ComposeModel model, String owner) {
        List<SharedSpec> specs = new ArrayList<>();
        model.volumes().forEach((key, raw) -> {
            String name = model.volumeName(deployment.identity().project(), key);
            String hash = hash(name, raw);
            Map<String, String> labels = labels(deployment, raw, owner, hash);
            labels.put(Labels.VOLUME, key);
            Json.Obj body = Json.object()
                    .put("Name", name)
                    .put("Driver", raw.findString("driver").orElse("local"))
                    .put("DriverOpts", ContainerSpec.texts(raw, "driver_opts"))
                    .put("Labels", labels)
                    .build();
            specs.add(new SharedSpec(Kind.VOLUME, key, name, ComposeModel.isExternal(raw), hash, body));
        });
        return specs;
    }

    private static String hash(String name, Json.Obj raw) {
        return Digest.of(JsonWriter.canonical(
                        Json.object().put("name", name).put("object", raw).build()))
                .hex();
    }

    private static Map<String, String> labels(Deployment deployment, Json.Obj raw, String owner, String hash) {
        Map<String, String> labels = new TreeMap<>(ContainerSpec.texts(raw, "labels"));
        labels.put(Labels.PROJECT, deployment.identity().project());
        labels.put(Labels.VERSION, Labels.COMPOSE_VERSION);
        labels.put(Labels.CONFIG_HASH, hash);
        labels.putAll(ContainerSpec.own(deployment.identity(), owner));
        return labels;
    }

    private static Json.Obj networkBody(String path, String name, Json.Obj raw, Map<String, String> labels) {
        Json.Builder body = Json.object()
                .put("Name", name)
                .put("CheckDuplicate", true)
                .put("Driver", raw.findString("driver").orElse("bridge"))
                .put("Internal", raw.boolOr("internal", false))
                .put("Attachable", raw.boolOr("attachable", false))
                .put("Options", ContainerSpec.texts(raw, "driver_opts"))
                .put("Labels", labels);
        for (Map.Entry<String, String> family :
                Map.of("enable_ipv4", "EnableIPv4", "enable_ipv6", "EnableIPv6").entrySet()) {
            if (raw.find(family.getKey()).isPresent()) {
                body.put(family.getValue(), raw.bool(family.getKey()));
            }
        }
        nested(raw, "ipam").ifPresent(ipam -> {
            KnownFields.check(path + ".ipam", ipam, KnownFields.IPAM);
            List<Json> configs = new ArrayList<>();
            for (Json.Obj config : ipam.objects("config")) {
                KnownFields.check(path + ".ipam.config", config, KnownFields.IPAM_CONFIG);
                Json.Builder one = Json.object();
                config.findString("subnet").ifPresent(v -> one.put("Subnet", v));
                config.findString("gateway").ifPresent(v -> one.put("Gateway", v));
                config.findString("ip_range").ifPresent(v -> one.put("IPRange", v));
                one.put("AuxiliaryAddresses", ContainerSpec.texts(config, "aux_addresses"));
                configs.add(one.build());
            }
            body.put(
                    "IPAM",
                    Json.object()
                            .put("Driver", ipam.findString("driver").orElse("default"))
                            .put("Config", new Json.Arr(configs))
                            .build());
        });
        return body.build();
    }
}
