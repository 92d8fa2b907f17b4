package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a container is, wherever it runs: the part of the create call that is the same on every host. */
public final class ConfigSection {
    private ConfigSection() {}

    static Json.Obj of(ComposeService service, PublishedPorts ports, Map<String, String> labels) {
        Json.Obj raw = service.raw();
        String path = "services." + service.name();
        Json.Builder config = Json.object()
                .put("Image", service.image())
                .put("Hostname", raw.findString("hostname").orElse(""))
                .put("Domainname", raw.findString("domainname").orElse(""))
                .put("User", raw.findString("user").orElse(""))
                .put("AttachStdout", true)
                .put("AttachStderr", true)
                .put("Tty", raw.boolOr("tty", false))
                .put("OpenStdin", raw.boolOr("stdin_open", false))
                .put("Env", environment(raw))
                .put("WorkingDir", raw.findString("working_dir").orElse(""))
                .put("Labels", labels)
                .put("ExposedPorts", ports.exposedJson());
        raw.findString("mac_address").ifPresent(mac -> config.put("MacAddress", mac));
        list(raw, "command").ifPresent(command -> config.put("Cmd", command));
        list(raw, "entrypoint").ifPresent(entrypoint -> config.put("Entrypoint", entrypoint));
        raw.findString("stop_signal").ifPresent(signal -> config.put("StopSignal", signal));
        raw.findString("stop_grace_period")
                .map(grace -> Units.duration(path + ".stop_grace_period", grace))
                .ifPresent(grace -> config.put("StopTimeout", grace.toSeconds()));
        nested(raw, "healthcheck").ifPresent(check -> config.put("Healthcheck", healthCheck(path, check)));
        return config.build();
    }

    /** A list that is there and not null: null leaves the image's own. */
    private static java.util.Optional<Json> list(Json.Obj raw, String key) {
        return raw.find(key).filter(v -> !(v instanceof Json.Null)).map(v -> Json.Arr.ofStrings(raw.strings(key)));
    }

    /** A variable without a value is passed as its name alone: the engine then takes it from the image away. */
    public static List<String> environment(Json.Obj raw) {
        List<String> environment = new ArrayList<>();
        nested(raw, "environment").ifPresent(all -> new java.util.TreeMap<>(all.fields())
                .forEach((name, value) -> environment.add(
                        value instanceof Json.Null ? name : name + "=" + Units.text("environment." + name, value))));
        return environment;
    }

    /** What the Engine API calls {@code Healthcheck}. */
    public static Json.Obj healthCheck(String path, Json.Obj check) {
        KnownFields.check(path + ".healthcheck", check, KnownFields.HEALTH_CHECK);
        if (check.boolOr("disable", false)) {
            return Json.object().put("Test", List.of("NONE")).build();
        }
        Json.Builder out = Json.object();
        list(check, "test").ifPresent(test -> out.put("Test", test));
        nanos(path, check, "interval").ifPresent(n -> out.put("Interval", n));
        nanos(path, check, "timeout").ifPresent(n -> out.put("Timeout", n));
        nanos(path, check, "start_period").ifPresent(n -> out.put("StartPeriod", n));
        nanos(path, check, "start_interval").ifPresent(n -> out.put("StartInterval", n));
        check.find("retries").ifPresent(n -> out.put("Retries", Units.whole(path + ".healthcheck.retries", n)));
        return out.build();
    }

    private static java.util.Optional<Long> nanos(String path, Json.Obj check, String key) {
        return check.findString(key)
                .map(text -> Units.duration(path + ".healthcheck." + key, text))
                .map(Duration::toNanos);
    }
}
