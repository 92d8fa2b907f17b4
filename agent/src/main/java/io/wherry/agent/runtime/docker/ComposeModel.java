package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.SecretFile;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The model of a deployment, checked: every attribute is known, every reference is defined, dependencies have no cycle.
 *
 * @param order services in levels: each needs only services of levels before it
 */
record ComposeModel(
        SortedMap<String, ComposeService> services,
        SortedMap<String, Json.Obj> networks,
        SortedMap<String, Json.Obj> volumes,
        SortedMap<String, Json.Obj> configs,
        SortedMap<String, Json.Obj> secrets,
        List<List<String>> order) {

    /** More is a mistake in a number, not a site: a host runs out of addresses of a bridge network (65,534) long before ports. */
    static final int MAX_CONTAINERS = 1000;

    static final String DEFAULT_NETWORK = "default";

    /** @throws ModelException naming what is wrong */
    static ComposeModel parse(Json.Obj model) {
        try {
            KnownFields.check("model", model, KnownFields.PROJECT);
            SortedMap<String, Json.Obj> networks = section(model, "networks", KnownFields.NETWORK);
            SortedMap<String, Json.Obj> volumes = section(model, "volumes", KnownFields.VOLUME);
            SortedMap<String, Json.Obj> configs = section(model, "configs", KnownFields.FILE_OBJECT);
            SortedMap<String, Json.Obj> secrets = section(model, "secrets", KnownFields.SECRET_OBJECT);
            SortedMap<String, ComposeService> services = new TreeMap<>();
            section(model, "services", KnownFields.SERVICE)
                    .forEach((name, raw) -> services.put(name, ComposeService.parse(name, raw)));
            int containers = services.values().stream()
                    .mapToInt(ComposeService::replicas)
                    .sum();
            if (containers > MAX_CONTAINERS) {
                throw ModelException.invalid("services: " + containers + " containers in all (expected: at most "
                        + MAX_CONTAINERS + " on one host)");
            }
            services.values().forEach(s -> checkReferences(s, services, networks, volumes, configs, secrets));
            return new ComposeModel(services, networks, volumes, configs, secrets, levels(services));
        } catch (JsonException e) {
            throw ModelException.invalid(String.valueOf(e.getMessage()));
        }
    }

    /**
     * The same with the places of those secrets whose values the entry brought. The file comes from here alone: what a model says of itself about an
     * external one would name any file of the host, past the site's policy.
     *
     * @throws ModelException if it names an external one that the entry did not bring, or says where it lies
     */
    ComposeModel with(List<SecretFile> brought) {
        SortedMap<String, Json.Obj> placed = new TreeMap<>(secrets);
        placed.replaceAll((name, secret) -> {
            if (!isExternal(secret)) {
                return secret;
            }
            if (secret.find("file").isPresent() || secret.find("content").isPresent()) {
                throw ModelException.invalid("secrets." + name + ": external, and with a file or content of its own");
            }
            SecretFile file = brought.stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> ModelException.invalid(
                            "secrets." + name + ": external, and the entry brings no value for it"));
            return Json.object()
                    .put("external", true)
                    .put("file", file.base().toString())
                    .build();
        });
        return new ComposeModel(services, networks, volumes, configs, placed, order);
    }

    private static SortedMap<String, Json.Obj> section(Json.Obj model, String name, java.util.Set<String> known) {
        SortedMap<String, Json.Obj> section = new TreeMap<>();
        Json value = model.find(name).orElse(new Json.Null());
        if (value instanceof Json.Null) {
            return section;
        }
        model.object(name).fields().forEach((key, item) -> {
            Json.Obj object =
                    switch (item) {
                        case Json.Obj o -> o;
                        case Json.Null _ -> Json.object().build();
                        case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Arr _ ->
                            throw ModelException.invalid(name + "." + key + ": not an object (expected: an object)");
                    };
            KnownFields.check(name + "." + key, object, known);
            section.put(key, object);
        });
        return section;
    }

    private static void checkReferences(
            ComposeService service,
            SortedMap<String, ComposeService> services,
            SortedMap<String, Json.Obj> networks,
            SortedMap<String, Json.Obj> volumes,
            SortedMap<String, Json.Obj> configs,
            SortedMap<String, Json.Obj> secrets) {
        String path = "services." + service.name();
        service.networks().keySet().forEach(n -> {
            if (!networks.containsKey(n) && !n.equals(DEFAULT_NETWORK)) {
                throw undefined(path + ".networks." + n);
            }
        });
        service.volumeNames().forEach(v -> require(volumes.containsKey(v), path + ".volumes: " + v));
        service.raw().objects("configs").forEach(c -> {
            KnownFields.check(path + ".configs", c, KnownFields.FILE_GRANT);
            require(configs.containsKey(c.string("source")), path + ".configs: " + c.string("source"));
        });
        service.raw().objects("secrets").forEach(s -> {
            KnownFields.check(path + ".secrets", s, KnownFields.FILE_GRANT);
            require(secrets.containsKey(s.string("source")), path + ".secrets: " + s.string("source"));
        });
        service.dependencies()
                .forEach((other, dependency) ->
                        require(services.containsKey(other) || !dependency.required(), path + ".depends_on." + other));
    }

    private static void require(boolean defined, String path) {
        if (!defined) {
            throw undefined(path);
        }
    }

    private static ModelException undefined(String path) {
        return ModelException.invalid(path + ": not defined in the model (expected: an entry at the top level)");
    }

    private static List<List<String>> levels(SortedMap<String, ComposeService> services) {
        Map<String, ComposeService> rest = new TreeMap<>(services);
        List<List<String>> levels = new ArrayList<>();
        while (!rest.isEmpty()) {
            List<String> level = rest.values().stream()
                    .filter(s -> s.dependencies().keySet().stream().noneMatch(rest::containsKey))
                    .map(ComposeService::name)
                    .toList();
            if (level.isEmpty()) {
                throw ModelException.invalid(
                        "services: " + String.join(", ", rest.keySet()) + " depend on each other in a circle");
            }
            level.forEach(rest::remove);
            levels.add(level);
        }
        return List.copyOf(levels);
    }

    /** A service that is known to be there. */
    ComposeService service(String name) {
        ComposeService service = services.get(name);
        if (service == null) {
            throw new NoSuchElementException("service: " + name + " (expected: one of the model)");
        }
        return service;
    }

    /** The engine's name of a network of this model. */
    String networkName(String project, String key) {
        Json.Obj network = networks.get(key);
        return network == null
                ? project + "_" + key
                : network.findString("name").orElse(isExternal(network) ? key : project + "_" + key);
    }

    /** The engine's name of a volume of this model. */
    String volumeName(String project, String key) {
        Json.Obj volume = volumes.get(key);
        return volume == null
                ? project + "_" + key
                : volume.findString("name").orElse(isExternal(volume) ? key : project + "_" + key);
    }

    static boolean isExternal(Json.Obj object) {
        return object.find("external")
                .map(e -> e instanceof Json.Bool(boolean b) && b)
                .orElse(false);
    }

    /** Whether any service is on the default network, which need not be declared. */
    boolean usesDefaultNetwork() {
        return services.values().stream().anyMatch(s -> s.networks().containsKey(DEFAULT_NETWORK));
    }
}
