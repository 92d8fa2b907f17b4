package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.docker.KnownFields;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.agent.runtime.docker.Units;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The model of a deployment for a swarm, checked: every attribute is carried out there, every reference is defined.
 *
 * @param services by name, as in the model; likewise the others
 */
record SwarmModel(
        SortedMap<String, Json.Obj> services,
        SortedMap<String, Json.Obj> networks,
        SortedMap<String, Json.Obj> volumes,
        SortedMap<String, Json.Obj> configs,
        SortedMap<String, Json.Obj> secrets) {

    static final String DEFAULT_NETWORK = "default";

    /** Tasks of one service: more is a mistake in a number, not a site. */
    static final long MAX_REPLICAS = 1000;

    /** The swarm's own rule, so that nothing is written before it would say so. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?");

    /** @throws ModelException naming what is wrong */
    static SwarmModel parse(Json.Obj model) {
        try {
            KnownFields.check("model", model, SwarmFields.PROJECT);
            SwarmModel parsed = new SwarmModel(
                    section(model, "services", SwarmFields.SERVICE),
                    section(model, "networks", SwarmFields.NETWORK),
                    section(model, "volumes", SwarmFields.VOLUME),
                    section(model, "configs", SwarmFields.CONFIG),
                    section(model, "secrets", SwarmFields.SECRET));
            parsed.services.forEach(parsed::check);
            parsed.networks.forEach(SwarmModel::checkNetwork);
            return parsed;
        } catch (JsonException e) {
            throw ModelException.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static SortedMap<String, Json.Obj> section(Json.Obj model, String name, Set<String> known) {
        SortedMap<String, Json.Obj> section = new TreeMap<>();
        Raw.nested(model, name).ifPresent(all -> all.fields().forEach((key, value) -> {
            Json.Obj object = value instanceof Json.Null ? Raw.NOTHING : all.object(key);
            KnownFields.check(name + "." + key, object, known);
            section.put(key, object);
        }));
        return section;
    }

    private void check(String name, Json.Obj service) {
        String path = "services." + name;
        if (!NAME.matcher(name).matches()) {
            throw ModelException.invalid(
                    path + ": not a service name (expected: letters, digits, dot, dash, underscore)");
        }
        if (service.findString("image").isEmpty()) {
            throw ModelException.invalid(path + ".image: missing (expected: an image; the agent builds none)");
        }
        networks(service).forEach((key, endpoint) -> {
            KnownFields.check(path + ".networks." + key, endpoint, SwarmFields.ENDPOINT);
            require(key.equals(DEFAULT_NETWORK) || networks.containsKey(key), path + ".networks." + key);
        });
        for (Json.Obj mount : Raw.objects(service, "volumes")) {
            if (mount.string("type").equals("volume")) {
                mount.findString("source")
                        .filter(source -> !source.isEmpty())
                        .ifPresent(source -> require(volumes.containsKey(source), path + ".volumes: " + source));
            }
        }
        Raw.objects(service, "configs")
                .forEach(grant -> require(
                        configs.containsKey(grant.string("source")), path + ".configs: " + grant.string("source")));
        Raw.objects(service, "secrets")
                .forEach(grant -> require(
                        secrets.containsKey(grant.string("source")), path + ".secrets: " + grant.string("source")));
        long replicas = replicas(name, service);
        if (replicas < 0 || replicas > MAX_REPLICAS) {
            throw ModelException.invalid(path + ": " + replicas + " replicas (expected: 0 to " + MAX_REPLICAS + ")");
        }
    }

    private static void checkNetwork(String key, Json.Obj network) {
        String driver = network.findString("driver").orElse("");
        if (Set.of("bridge", "host", "none", "null").contains(driver)) {
            throw ModelException.unsupported(
                    "networks." + key + ".driver", driver + " is of one engine only; a swarm needs overlay");
        }
    }

    private static void require(boolean defined, String path) {
        if (!defined) {
            throw ModelException.invalid(path + ": not defined in the model (expected: an entry at the top level)");
        }
    }

    /** By key, with what is asked for there; the default one where nothing is said. */
    static SortedMap<String, Json.Obj> networks(Json.Obj service) {
        SortedMap<String, Json.Obj> networks = new TreeMap<>();
        Raw.nested(service, "networks").ifPresent(all -> all.fields()
                .keySet()
                .forEach(key -> networks.put(key, Raw.nested(all, key).orElse(Raw.NOTHING))));
        if (networks.isEmpty()) {
            networks.put(DEFAULT_NETWORK, Raw.NOTHING);
        }
        return networks;
    }

    /** How many tasks a replicated service, or job, has. */
    static long replicas(String name, Json.Obj service) {
        return Raw.nested(service, "deploy")
                .flatMap(deploy -> Raw.value(deploy, "replicas"))
                .map(value -> Units.whole("services." + name + ".deploy.replicas", value))
                .orElse(1L);
    }

    static boolean isExternal(Json.Obj object) {
        return object.boolOr("external", false);
    }

    /** The swarm's name of a network of this model. */
    String networkName(String project, String key) {
        return name(project, key, networks.getOrDefault(key, Raw.NOTHING));
    }

    /** The engine's name of a volume of this model. */
    String volumeName(String project, String key) {
        return name(project, key, volumes.getOrDefault(key, Raw.NOTHING));
    }

    private static String name(String project, String key, Json.Obj object) {
        return object.findString("name").orElse(isExternal(object) ? key : project + "_" + key);
    }

    /** Networks that some service is on: those that are made, or must be there. */
    SortedMap<String, Json.Obj> usedNetworks() {
        SortedMap<String, Json.Obj> used = new TreeMap<>();
        for (Map.Entry<String, Json.Obj> service : services.entrySet()) {
            networks(service.getValue())
                    .keySet()
                    .forEach(key -> used.put(key, networks.getOrDefault(key, Raw.NOTHING)));
        }
        networks.forEach((key, network) -> {
            if (!key.equals(DEFAULT_NETWORK)) {
                used.put(key, network);
            }
        });
        return used;
    }
}
