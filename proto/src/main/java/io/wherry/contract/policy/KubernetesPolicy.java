package io.wherry.contract.policy;

import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/**
 * Judges the objects of a Kubernetes stack by a site's policy: whatever their pods ask of the nodes. Pods are found wherever an object holds them, so that
 * a kind of one's own that makes pods of a template is judged too. The rules are those of containers on Docker: each container is judged as a service that
 * asks for the same.
 */
public final class KubernetesPolicy {
    private static final List<String> CONTAINERS = List.of("initContainers", "containers", "ephemeralContainers");

    private final SequencedMap<String, Json> services = new LinkedHashMap<>();

    private KubernetesPolicy() {}

    /** Everything in the model that the policy does not allow, in the order of objects. */
    public static List<Violation> violations(WorkloadPolicy policy, Json.Obj model, ComposePolicy.Site site) {
        KubernetesPolicy pods = new KubernetesPolicy();
        String namespace = model.findString("namespace").orElse("");
        for (Json.Obj object : model.objects("objects")) {
            pods.look(ObjectName.of(object, namespace).toString(), object);
        }
        for (Json.Obj hook : model.objects("hooks")) {
            pods.look(ObjectName.of(hook.object("object"), namespace).toString(), hook.object("object"));
        }
        Json.Obj asCompose =
                Json.object().put("services", new Json.Obj(pods.services)).build();
        return ComposePolicy.violations(policy, asCompose, site, UnaryOperator.identity());
    }

    private void look(String object, Json json) {
        switch (json) {
            case Json.Obj fields -> {
                if (!objects(fields, "containers").isEmpty()) {
                    pod(object, fields);
                }
                if (object.startsWith("PersistentVolume//")) {
                    volume(object, fields);
                }
                fields.fields().values().forEach(value -> look(object, value));
            }
            case Json.Arr(List<Json> items) -> items.forEach(item -> look(object, item));
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> {}
        }
    }

    /** A volume of the cluster may be a folder of a node. */
    private void volume(String object, Json.Obj fields) {
        for (String kind : List.of("hostPath", "local")) {
            text(section(fields, kind), "path")
                    .ifPresent(path -> services.put(
                            object,
                            Json.object()
                                    .put("volumes", new Json.Arr(List.of(bind(path, false, ""))))
                                    .build()));
        }
    }

    private void pod(String object, Json.Obj spec) {
        for (String list : CONTAINERS) {
            for (Json.Obj container : objects(spec, list)) {
                String name = object + " container " + text(container, "name").orElse("?");
                services.put(name, service(spec, container));
            }
        }
    }

    private static Json.Obj service(Json.Obj spec, Json.Obj container) {
        Json.Obj pod = section(spec, "securityContext");
        Json.Obj own = section(container, "securityContext");
        Json.Builder service = Json.object();
        hosts(service, spec, "hostNetwork", "network_mode");
        hosts(service, spec, "hostPID", "pid");
        hosts(service, spec, "hostIPC", "ipc");
        boolean hostProcess = isTrue(section(own, "windowsOptions"), "hostProcess")
                || isTrue(section(pod, "windowsOptions"), "hostProcess");
        if (isTrue(own, "privileged") || hostProcess) {
            service.put("privileged", true);
        }
        List<String> added = new ArrayList<>();
        if (section(own, "capabilities").find("add").orElse(null) instanceof Json.Arr(List<Json> items)) {
            items.forEach(item -> added.add(item instanceof Json.Str(String value) ? value : item.toString()));
        }
        service.put("cap_add", added);
        service.put("security_opt", confinement(pod, own));
        Json.Builder sysctls = Json.object();
        objects(pod, "sysctls").forEach(one -> sysctls.put(text(one, "name").orElse("?"), ""));
        service.put("sysctls", sysctls.build());
        text(spec, "runtimeClassName").ifPresent(runtime -> service.put("runtime", runtime));
        service.put("volumes", new Json.Arr(binds(spec, container)));
        return service.build();
    }

    private static void hosts(Json.Builder service, Json.Obj spec, String field, String key) {
        if (isTrue(spec, field)) {
            service.put(key, "host");
        }
    }

    private static List<String> confinement(Json.Obj pod, Json.Obj container) {
        List<String> options = new ArrayList<>();
        for (Json.Obj context : List.of(pod, container)) {
            for (String profile : List.of("seccompProfile", "appArmorProfile")) {
                text(section(context, profile), "type")
                        .filter("Unconfined"::equals)
                        .ifPresent(_ -> options.add(
                                profile.replace("Profile", "").toLowerCase(java.util.Locale.ROOT) + "=unconfined"));
            }
            text(section(context, "seLinuxOptions"), "type").ifPresent(type -> options.add("label=type=" + type));
        }
        text(container, "procMount").filter("Unmasked"::equals).ifPresent(_ -> options.add("systempaths=unconfined"));
        return options;
    }

    /** Every host path of the pod counts, mounted or not; one that is not mounted counts as written to. */
    private static List<Json> binds(Json.Obj spec, Json.Obj container) {
        List<Json> binds = new ArrayList<>();
        for (Json.Obj volume : objects(spec, "volumes")) {
            Optional<String> path = text(section(volume, "hostPath"), "path");
            if (path.isPresent()) {
                List<Json.Obj> mounts = objects(container, "volumeMounts").stream()
                        .filter(mount -> text(mount, "name").equals(text(volume, "name")))
                        .toList();
                boolean readOnly = !mounts.isEmpty() && mounts.stream().allMatch(mount -> isTrue(mount, "readOnly"));
                boolean shared = mounts.stream().anyMatch(mount -> text(mount, "mountPropagation")
                        .filter("Bidirectional"::equals)
                        .isPresent());
                binds.add(bind(path.get(), readOnly, shared ? "rshared" : ""));
            }
        }
        return binds;
    }

    private static Json bind(String path, boolean readOnly, String propagation) {
        Json.Builder bind = Json.object()
                .put("type", "bind")
                .put("source", path.startsWith("/") ? path : "/" + path)
                .put("read_only", readOnly);
        if (!propagation.isEmpty()) {
            bind.put("bind", Json.object().put("propagation", propagation).build());
        }
        return bind.build();
    }

    private static boolean isTrue(Json.Obj object, String key) {
        return object.find(key).orElse(null) instanceof Json.Bool(boolean value) && value;
    }

    private static Json.Obj section(Json.Obj object, String key) {
        return object.find(key).orElse(null) instanceof Json.Obj inner
                ? inner
                : Json.object().build();
    }

    private static Optional<String> text(Json.Obj object, String key) {
        return object.find(key).orElse(null) instanceof Json.Str(String value) ? Optional.of(value) : Optional.empty();
    }

    private static List<Json.Obj> objects(Json.Obj object, String key) {
        List<Json.Obj> objects = new ArrayList<>();
        if (object.find(key).orElse(null) instanceof Json.Arr(List<Json> items)) {
            for (Json item : items) {
                if (item instanceof Json.Obj one) {
                    objects.add(one);
                }
            }
        }
        return objects;
    }
}
