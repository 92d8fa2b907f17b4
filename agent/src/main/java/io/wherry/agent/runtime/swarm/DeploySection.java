package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.docker.KnownFields;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.agent.runtime.docker.Units;
import io.wherry.contract.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a service's {@code deploy} says, in the words of the Engine API. The engine's own values are written down where the model says nothing, so that a
 * look at the service finds what was asked for and nothing else.
 */
final class DeploySection {
    private static final Duration RESTART_DELAY = Duration.ofSeconds(5);
    private static final Pattern CONSTRAINT = Pattern.compile("\\s*[A-Za-z_][A-Za-z0-9_.-]+\\s*[!=]=\\s*[^=!]+");

    private static final Duration MONITOR = Duration.ofSeconds(5);

    private final String path;
    private final Json.Obj service;
    private final Json.Obj deploy;

    DeploySection(String name, Json.Obj service) {
        this.path = "services." + name + ".deploy";
        this.service = service;
        this.deploy = Raw.nested(service, "deploy").orElse(Raw.NOTHING);
        KnownFields.check(path, deploy, SwarmFields.DEPLOY);
    }

    String mode() {
        return deploy.findString("mode").filter(mode -> !mode.isEmpty()).orElse("replicated");
    }

    /** Whether it is done when its tasks are. */
    boolean isJob() {
        return mode().endsWith("-job");
    }

    Json.Obj modeJson(long replicas) {
        return switch (mode()) {
            case "replicated" ->
                Json.object()
                        .put(
                                "Replicated",
                                Json.object().put("Replicas", replicas).build())
                        .build();
            case "replicated-job" ->
                Json.object()
                        .put(
                                "ReplicatedJob",
                                Json.object()
                                        .put("MaxConcurrent", replicas)
                                        .put("TotalCompletions", replicas)
                                        .build())
                        .build();
            case "global" -> Json.object().put("Global", Raw.NOTHING).build();
            case "global-job" -> Json.object().put("GlobalJob", Raw.NOTHING).build();
            default ->
                throw ModelException.unsupported(
                        path + ".mode", mode() + " (expected: replicated, global, replicated-job or global-job)");
        };
    }

    /** {@code none}, {@code on-failure} or {@code any}. */
    String restartCondition() {
        return restart().string("Condition");
    }

    /** Of {@code deploy.restart_policy}, else of {@code restart}. */
    Json.Obj restart() {
        Optional<Json.Obj> policy = Raw.nested(deploy, "restart_policy");
        if (policy.isEmpty()) {
            return plainRestart();
        }
        KnownFields.check(path + ".restart_policy", policy.get(), KnownFields.RESTART_POLICY);
        String condition =
                policy.get().findString("condition").filter(c -> !c.isEmpty()).orElse("any");
        Json.Builder restart = Json.object()
                .put(
                        "Condition",
                        switch (condition) {
                            case "none", "no" -> "none";
                            case "on-failure" -> condition;
                            case "any", "always", "unless-stopped" -> "any";
                            default -> throw ModelException.invalid(path + ".restart_policy.condition: " + condition);
                        })
                .put("Delay", nanos(policy.get(), "restart_policy.delay").orElse(RESTART_DELAY.toNanos()))
                .put(
                        "MaxAttempts",
                        Raw.value(policy.get(), "max_attempts")
                                .map(n -> Units.whole(path + ".restart_policy.max_attempts", n))
                                .orElse(0L));
        nanos(policy.get(), "restart_policy.window").ifPresent(window -> restart.put("Window", window));
        return restart.build();
    }

    private Json.Obj plainRestart() {
        String restart = service.findString("restart").orElse("");
        String condition =
                switch (restart.replaceAll(":.*", "")) {
                    case "", "always", "unless-stopped" -> "any";
                    case "on-failure" -> "on-failure";
                    default ->
                        throw ModelException.unsupported(
                                path.replace(".deploy", ".restart"),
                                restart + " (expected: deploy.restart_policy, which a swarm obeys)");
                };
        long attempts = restart.contains(":")
                ? Units.whole("restart", Json.of(restart.substring(restart.indexOf(':') + 1)))
                : 0;
        return Json.object()
                .put("Condition", condition)
                .put("Delay", RESTART_DELAY.toNanos())
                .put("MaxAttempts", attempts)
                .build();
    }

    /** @param key {@code update_config} or {@code rollback_config} */
    Json.Obj update(String key) {
        Json.Obj config = Raw.nested(deploy, key).orElse(Raw.NOTHING);
        KnownFields.check(path + "." + key, config, KnownFields.UPDATE_CONFIG);
        Json.Builder update = Json.object()
                .put(
                        "Parallelism",
                        Raw.value(config, "parallelism")
                                .map(n -> Units.whole(path + "." + key + ".parallelism", n))
                                .orElse(1L))
                .put(
                        "FailureAction",
                        config.findString("failure_action")
                                .filter(a -> !a.isEmpty())
                                .orElse("pause"))
                .put(
                        "Monitor",
                        nanos(config, key + ".monitor").filter(n -> n > 0).orElse(MONITOR.toNanos()))
                .put("MaxFailureRatio", ratio(config))
                .put("Order", config.findString("order").orElse("stop-first"));
        nanos(config, key + ".delay").ifPresent(delay -> update.put("Delay", delay));
        return update.build();
    }

    private static Json ratio(Json.Obj config) {
        return Raw.value(config, "max_failure_ratio").orElse(new Json.Dec(BigDecimal.ZERO));
    }

    private Optional<Long> nanos(Json.Obj object, String where) {
        String key = where.substring(where.indexOf('.') + 1);
        return object.findString(key)
                .filter(text -> !text.isEmpty())
                .map(text -> Units.duration(path + "." + where, text).toNanos());
    }

    Json.Obj placement() {
        Json.Obj placement = Raw.nested(deploy, "placement").orElse(Raw.NOTHING);
        KnownFields.check(path + ".placement", placement, KnownFields.PLACEMENT);
        Json.Builder built = Json.object();
        List<String> constraints = Raw.list(placement, "constraints");
        for (String constraint :
                constraints) { // the engine would say so in the middle of the apply, and call it a failure of its own
            if (!CONSTRAINT.matcher(constraint).matches()) {
                throw ModelException.invalid(path + ".placement.constraints: " + constraint
                        + " (expected: KEY==VALUE or KEY!=VALUE, such as node.role==manager)");
            }
        }
        if (!constraints.isEmpty()) {
            built.put("Constraints", constraints);
        }
        List<Json> preferences = new ArrayList<>();
        for (Json.Obj preference : Raw.objects(placement, "preferences")) {
            preferences.add(Json.object()
                    .put(
                            "Spread",
                            Json.object()
                                    .put("SpreadDescriptor", preference.string("spread"))
                                    .build())
                    .build());
        }
        if (!preferences.isEmpty()) {
            built.put("Preferences", Raw.array(preferences));
        }
        Raw.value(placement, "max_replicas_per_node")
                .ifPresent(n -> built.put("MaxReplicas", Units.whole(path + ".placement.max_replicas_per_node", n)));
        return built.build();
    }

    Json.Obj resources() {
        Json.Obj resources = Raw.nested(deploy, "resources").orElse(Raw.NOTHING);
        KnownFields.check(path + ".resources", resources, KnownFields.RESOURCES);
        Json.Builder built = Json.object();
        Raw.nested(resources, "limits").ifPresent(limits -> {
            KnownFields.check(path + ".resources.limits", limits, KnownFields.LIMITS);
            Json.Builder one = amounts(limits, ".resources.limits");
            Raw.value(limits, "pids").ifPresent(n -> one.put("Pids", Units.whole(path + ".resources.limits.pids", n)));
            built.put("Limits", one.build());
        });
        Raw.nested(resources, "reservations").ifPresent(reservations -> {
            KnownFields.check(path + ".resources.reservations", reservations, SwarmFields.RESERVATIONS);
            Json.Builder one = amounts(reservations, ".resources.reservations");
            List<Json> generic = new ArrayList<>();
            for (Json.Obj resource : Raw.objects(reservations, "generic_resources")) {
                Json.Obj discrete = resource.object("discrete_resource_spec");
                generic.add(Json.object()
                        .put(
                                "DiscreteResourceSpec",
                                Json.object()
                                        .put("Kind", discrete.string("kind"))
                                        .put("Value", discrete.integer("value"))
                                        .build())
                        .build());
            }
            if (!generic.isEmpty()) {
                one.put("GenericResources", Raw.array(generic));
            }
            built.put("Reservations", one.build());
        });
        return built.build();
    }

    private Json.Builder amounts(Json.Obj object, String where) {
        Json.Builder amounts = Json.object();
        Raw.value(object, "cpus").ifPresent(n -> amounts.put("NanoCPUs", Units.nanoCpus(path + where + ".cpus", n)));
        Raw.value(object, "memory")
                .ifPresent(n -> amounts.put("MemoryBytes", Units.bytes(path + where + ".memory", n)));
        return amounts;
    }

    /** Ports in order of what is published, as {@code docker stack deploy} has them. */
    Json.Obj endpoint() {
        List<Json.Obj> ports = new ArrayList<>();
        String where = path.replace(".deploy", ".ports");
        for (Json.Obj port : Raw.objects(service, "ports")) {
            KnownFields.check(where, port, SwarmFields.PORT);
            Json.Builder one = Json.object()
                    .put("Protocol", port.findString("protocol").orElse("tcp"))
                    .put("TargetPort", port.integer("target"))
                    .put("PublishMode", port.findString("mode").orElse("ingress"));
            port.findString("name").ifPresent(name -> one.put("Name", name));
            Raw.value(port, "published")
                    .filter(published -> !Units.text(where, published).isEmpty())
                    .ifPresent(published -> one.put("PublishedPort", Units.whole(where + ".published", published)));
            ports.add(one.build());
        }
        ports.sort(Comparator.comparingLong(port -> port.integerOr("PublishedPort", 0)));
        Json.Builder endpoint = Json.object()
                .put(
                        "Mode",
                        deploy.findString("endpoint_mode")
                                .filter(m -> !m.isEmpty())
                                .orElse("vip"));
        if (!ports.isEmpty()) {
            endpoint.put("Ports", Raw.array(ports));
        }
        return endpoint.build();
    }

    /** Of the service itself; those of its tasks stand beside {@code deploy}. */
    Map<String, String> labels() {
        return Raw.textsOf(deploy, "labels");
    }

    Optional<Json.Obj> logging() {
        return Raw.nested(service, "logging").map(logging -> {
            KnownFields.check(path.replace(".deploy", ".logging"), logging, KnownFields.LOGGING);
            Json.Builder driver = Json.object();
            logging.findString("driver").ifPresent(name -> driver.put("Name", name));
            return driver.put("Options", Raw.textsOf(logging, "options")).build();
        });
    }
}
