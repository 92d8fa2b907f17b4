package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One container as a service of a Compose file: what of it the image and the engine do not say by themselves. Pure.
 *
 * <p>A field that is not known here and differs is refused by name, never left out.
 */
final class ExportedService {
    /** Written by this class, or without effect. */
    private static final Set<String> KNOWN = Set.of(
            "ArgsEscaped",
            "AttachStderr",
            "AttachStdin",
            "AttachStdout",
            "Cmd",
            "Domainname",
            "Entrypoint",
            "Env",
            "ExposedPorts",
            "Healthcheck",
            "Hostname",
            "Image",
            "Labels",
            "MacAddress",
            "OpenStdin",
            "StopSignal",
            "StopTimeout",
            "Tty",
            "User",
            "Volumes",
            "WorkingDir");

    private final ExportedProject project;
    private final String name;
    private final int number;
    private final Json.Obj found;
    private final Json.Obj blank;
    private final Json.Builder out = Json.object();

    ExportedService(ExportedProject project, String name, int number, Json.Obj found, Json.Obj blank) {
        this.project = project;
        this.name = name;
        this.number = number;
        this.found = found;
        this.blank = blank;
    }

    Json.Obj write() {
        Json.Obj config = found.object("Config");
        Json.Obj host = found.object("HostConfig");
        image(config);
        process(config);
        text(config, "User", "user");
        text(config, "WorkingDir", "working_dir");
        names(config, host);
        flag(config, "Tty", "tty");
        flag(config, "OpenStdin", "stdin_open");
        text(config, "StopSignal", "stop_signal");
        if (differs(config, "StopTimeout")) {
            out.put("stop_grace_period", config.integerOr("StopTimeout", 10) + "s");
        }
        environment(config);
        labels(config);
        healthCheck(config);
        expose(config, host);
        dependencies(config);
        Json.Obj blankConfig = blank.object("Config");
        for (String field : config.fields().keySet()) {
            if (!KNOWN.contains(field) && differs(config, field)) {
                project.refuse("service " + name + ": " + field);
            }
        }
        new ExportedEndpoints(project, name, number, found, out).write();
        List<Json> anonymous = new ArrayList<>();
        nested(config, "Volumes").ifPresent(all -> all.fields().keySet().stream()
                .filter(path -> nested(blankConfig, "Volumes")
                        .filter(ofImage -> ofImage.fields().containsKey(path))
                        .isEmpty())
                .forEach(path -> anonymous.add(
                        Json.object().put("type", "volume").put("target", path).build())));
        new ExportedHost(project, name, found, blank, out).write(anonymous);
        return out.build();
    }

    private boolean differs(Json.Obj config, String key) {
        return !Likeness.text(key, config.find(key))
                .equals(Likeness.text(key, blank.object("Config").find(key)));
    }

    private void text(Json.Obj config, String key, String attribute) {
        if (differs(config, key)) {
            config.findString(key).ifPresent(text -> out.put(attribute, text));
        }
    }

    private void flag(Json.Obj config, String key, String attribute) {
        if (differs(config, key)) {
            out.put(attribute, config.boolOr(key, false));
        }
    }

    private void image(Json.Obj config) {
        String image = config.string("Image");
        if (image.startsWith("sha256:") || image.matches("[0-9a-f]{12,64}")) {
            project.note("service " + name + " runs an image without a name here (" + image
                    + "): give it one that a registry has");
        }
        out.put("image", image);
    }

    /** Where the entrypoint is another one, the image's command does not count any more. */
    private void process(Json.Obj config) {
        boolean entrypoint = differs(config, "Entrypoint");
        if (entrypoint) {
            out.put("entrypoint", Likeness.strings(config, "Entrypoint"));
        }
        List<String> command = Likeness.strings(config, "Cmd");
        if (entrypoint ? !command.isEmpty() : differs(config, "Cmd")) {
            out.put("command", command);
        }
    }

    private void names(Json.Obj config, Json.Obj host) {
        String hostname = config.findString("Hostname").orElse("");
        boolean own = found.string("Id").startsWith(hostname);
        String mode = host.findString("NetworkMode").orElse("");
        boolean others = mode.startsWith("container:")
                || hostname.equals(project.host())
                || host.findString("UTSMode").orElse("").equals("host");
        if (!hostname.isEmpty() && !own && !others) {
            out.put("hostname", hostname);
        }
        String domain = config.findString("Domainname").orElse("");
        if (!domain.isEmpty() && !others) {
            out.put("domainname", domain);
        }
        config.findString("MacAddress").filter(mac -> !mac.isEmpty()).ifPresent(mac -> out.put("mac_address", mac));
    }

    /** What the image does not give by itself. A name without a value is taken away from the image. */
    private void environment(Json.Obj config) {
        Map<String, String> ofImage = Differences.variables(blank.object("Config"));
        Json.Builder environment = Json.object();
        new TreeSet<>(Likeness.strings(config, "Env")).forEach(entry -> {
            int equals = entry.indexOf('=');
            String key = equals < 0 ? entry : entry.substring(0, equals);
            if (equals < 0) {
                environment.put(key, new Json.Null());
            } else if (!entry.substring(equals + 1).equals(ofImage.get(key))) {
                environment.put(key, entry.substring(equals + 1));
            }
        });
        if (!environment.build().fields().isEmpty()) {
            out.put("environment", environment.build());
        }
    }

    private void labels(Json.Obj config) {
        Map<String, String> labels = ExportedShared.labels(config);
        Observed.labels(blank.object("Config")).forEach((key, value) -> labels.remove(key, value));
        ExportedShared.map(out, "labels", labels);
    }

    private void healthCheck(Json.Obj config) {
        if (!differs(config, "Healthcheck")) {
            return;
        }
        Json.Obj check = nested(config, "Healthcheck").orElse(Json.object().build());
        List<String> test = Likeness.strings(check, "Test");
        if (test.equals(List.of("NONE"))) {
            out.put("healthcheck", Json.object().put("disable", true).build());
            return;
        }
        Json.Builder written = Json.object();
        if (!test.isEmpty()) {
            written.put("test", test);
        }
        for (Map.Entry<String, String> one : new TreeMap<>(Map.of(
                        "Interval", "interval",
                        "Timeout", "timeout",
                        "StartPeriod", "start_period",
                        "StartInterval", "start_interval"))
                .entrySet()) {
            long nanos = check.integerOr(one.getKey(), 0);
            if (nanos != 0) {
                written.put(one.getValue(), duration(nanos));
            }
        }
        if (check.integerOr("Retries", 0) != 0) {
            written.put("retries", check.integer("Retries"));
        }
        out.put("healthcheck", written.build());
    }

    /** In the largest unit that says it exactly. */
    static String duration(long nanos) {
        if (nanos % 1_000_000_000 == 0) {
            return nanos / 1_000_000_000 + "s";
        }
        if (nanos % 1_000_000 == 0) {
            return nanos / 1_000_000 + "ms";
        }
        return nanos % 1_000 == 0 ? nanos / 1_000 + "us" : nanos + "ns";
    }

    private void expose(Json.Obj config, Json.Obj host) {
        SortedSet<String> exposed = keys(config, "ExposedPorts");
        exposed.removeAll(keys(blank.object("Config"), "ExposedPorts"));
        exposed.removeAll(keys(host, "PortBindings"));
        if (!exposed.isEmpty()) {
            out.put("expose", exposed);
        }
    }

    private static SortedSet<String> keys(Json.Obj object, String key) {
        return nested(object, key)
                .map(all -> new TreeSet<>(all.fields().keySet()))
                .orElseGet(TreeSet::new);
    }

    /** As Compose writes them into its label: {@code SERVICE:CONDITION:RESTART}, with commas between. */
    private void dependencies(Json.Obj config) {
        Json.Builder dependencies = Json.object();
        Optional<String> label = Optional.ofNullable(Observed.labels(config).get(Labels.DEPENDS_ON));
        for (String one : label.orElse("").split(",")) {
            String[] parts = one.split(":", -1);
            if (parts[0].isEmpty()) {
                continue;
            }
            if (!project.hasService(parts[0])) {
                project.note(
                        "service " + name + " depends on " + parts[0] + ", of which there is no container: left out");
                continue;
            }
            Json.Builder dependency = Json.object().put("condition", parts.length > 1 ? parts[1] : "service_started");
            if (parts.length > 2 && parts[2].equals("true")) {
                dependency.put("restart", true);
            }
            dependencies.put(parts[0], dependency.build());
        }
        if (!dependencies.build().fields().isEmpty()) {
            out.put("depends_on", dependencies.build());
        }
    }
}
