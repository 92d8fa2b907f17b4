package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * Commands that run in a container after it started and before it stops, in the form in which the engine takes them.
 *
 * <p>They stand in a label of the container: whatever stops it, or starts it again, does what its own release said, and needs no model for that.
 */
record Hooks(List<Json.Obj> postStart, List<Json.Obj> preStop) {
    private static final String POST_START = "post_start";
    private static final String PRE_STOP = "pre_stop";
    private static final Hooks NONE = new Hooks(List.of(), List.of());

    Hooks {
        postStart = List.copyOf(postStart);
        preStop = List.copyOf(preStop);
    }

    /** As the model says. @throws ModelException naming what is wrong in it */
    static Hooks of(ComposeService service) {
        return new Hooks(commands(service, POST_START), commands(service, PRE_STOP));
    }

    /** As the container was made. */
    static Hooks of(Map<String, String> labels) {
        String label = labels.getOrDefault(Labels.HOOKS, "");
        if (label.isEmpty()) {
            return NONE;
        }
        Json.Obj hooks = JsonReader.object(label.getBytes(UTF_8));
        return new Hooks(hooks.objects(POST_START), hooks.objects(PRE_STOP));
    }

    private static List<Json.Obj> commands(ComposeService service, String kind) {
        String path = "services." + service.name() + "." + kind;
        List<Json.Obj> commands = new ArrayList<>();
        for (Json.Obj hook : service.raw().objects(kind)) {
            KnownFields.check(path, hook, KnownFields.HOOK);
            if (hook.strings("command").isEmpty()) {
                throw ModelException.invalid(path + ".command: missing (expected: a program and its arguments)");
            }
            SequencedMap<String, Json> exec = new LinkedHashMap<>();
            exec.put("Cmd", Json.Arr.ofStrings(hook.strings("command")));
            exec.put("Env", Json.Arr.ofStrings(environment(path, hook)));
            exec.put("Privileged", Json.of(hook.boolOr("privileged", false)));
            exec.put("User", Json.of(hook.findString("user").orElse("")));
            exec.put("WorkingDir", Json.of(hook.findString("working_dir").orElse("")));
            commands.add(new Json.Obj(exec));
        }
        return commands;
    }

    private static List<String> environment(String path, Json.Obj hook) {
        List<String> environment = new ArrayList<>();
        ComposeService.nested(hook, "environment").ifPresent(all -> new TreeMap<>(all.fields())
                .forEach((name, value) -> environment.add(
                        value instanceof Json.Null
                                ? name
                                : name + "=" + Units.text(path + ".environment." + name, value))));
        return environment;
    }

    /** What the container's label says; empty where there are none. */
    Optional<String> label() {
        if (postStart.isEmpty() && preStop.isEmpty()) {
            return Optional.empty();
        }
        Json.Obj label = Json.object()
                .put(POST_START, new Json.Arr(List.copyOf(postStart)))
                .put(PRE_STOP, new Json.Arr(List.copyOf(preStop)))
                .build();
        return Optional.of(new String(JsonWriter.canonical(label), UTF_8));
    }
}
