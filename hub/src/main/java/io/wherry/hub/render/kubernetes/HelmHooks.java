package io.wherry.hub.render.kubernetes;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes the hooks of a chart from among its objects, by their annotations; tests are left out. Pure. */
final class HelmHooks {
    private static final String HOOK = "helm.sh/hook";
    private static final Set<String> TESTS = Set.of("test", "test-success", "test-failure");
    private static final Set<String> EVENTS = Set.of(
            "pre-install",
            "post-install",
            "pre-upgrade",
            "post-upgrade",
            "pre-delete",
            "post-delete",
            "pre-rollback",
            "post-rollback");
    private static final Set<String> POLICIES = Set.of("before-hook-creation", "hook-succeeded", "hook-failed");

    private final Problems problems;
    private final List<Json.Obj> hooks = new ArrayList<>();

    HelmHooks(Problems problems) {
        this.problems = problems;
    }

    List<Json.Obj> hooks() {
        return hooks;
    }

    /** Whether it was a hook, or a test: then it is none of the stack's objects. */
    boolean take(Json.Obj object, Position at) {
        Optional<String> annotation = annotation(object, HOOK);
        if (annotation.isEmpty()) {
            return false;
        }
        List<String> events = words(annotation.get());
        events.stream()
                .filter(event -> !EVENTS.contains(event) && !TESTS.contains(event))
                .forEach(event -> problems.add(
                        at,
                        HOOK + ": \"" + event + "\" is not an event of Helm",
                        "known: " + String.join(", ", EVENTS.stream().sorted().toList())));
        List<String> wanted =
                events.stream().filter(event -> !TESTS.contains(event)).toList();
        if (!wanted.isEmpty()) {
            List<String> policies = annotation(object, HOOK + "-delete-policy")
                    .map(HelmHooks::words)
                    .filter(list -> !list.isEmpty())
                    .orElse(List.of("before-hook-creation"));
            policies.stream()
                    .filter(policy -> !POLICIES.contains(policy))
                    .forEach(policy -> problems.add(
                            at,
                            HOOK + "-delete-policy: \"" + policy + "\" is not known",
                            "known: "
                                    + String.join(
                                            ", ", POLICIES.stream().sorted().toList())));
            hooks.add(Json.object()
                    .put("events", wanted)
                    .put("weight", weight(object))
                    .put("deletePolicies", policies)
                    .put("object", object)
                    .build());
        }
        return true;
    }

    /** What is no number counts as 0, as for Helm. */
    private static long weight(Json.Obj object) {
        try {
            return annotation(object, HOOK + "-weight")
                    .map(text -> Integer.parseInt(text.strip()))
                    .orElse(0);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split(","))
                .map(word -> word.strip().toLowerCase(java.util.Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Optional<String> annotation(Json.Obj object, String key) {
        return object.find("metadata")
                .filter(Json.Obj.class::isInstance)
                .flatMap(metadata -> ((Json.Obj) metadata).find("annotations"))
                .filter(Json.Obj.class::isInstance)
                .flatMap(annotations -> ((Json.Obj) annotations).find(key))
                .filter(Json.Str.class::isInstance)
                .map(value -> ((Json.Str) value).value());
    }
}
