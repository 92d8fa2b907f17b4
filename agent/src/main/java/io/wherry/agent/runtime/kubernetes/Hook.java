package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * An object of a Helm chart that is applied at events and belongs to no set.
 *
 * @param weight lower first
 * @param policies when it is deleted; none: {@code before-hook-creation}, as with Helm
 */
record Hook(Set<Event> events, long weight, Set<Policy> policies, Json.Obj object) {
    /** As Helm orders them. */
    static final Comparator<Hook> ORDER = Comparator.comparingLong(Hook::weight)
            .thenComparing(hook -> Fields.text(hook.object(), "kind"))
            .thenComparing(hook -> Fields.text(hook.object(), "metadata", "name"));

    Hook {
        events = Set.copyOf(events);
        policies = Set.copyOf(policies);
    }

    /** When it is run. Those of a way back are those of the generation that comes back. */
    enum Event {
        PRE_INSTALL,
        POST_INSTALL,
        PRE_UPGRADE,
        POST_UPGRADE,
        PRE_DELETE,
        POST_DELETE,
        PRE_ROLLBACK,
        POST_ROLLBACK;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** When it is deleted. */
    enum Policy {
        BEFORE_HOOK_CREATION,
        HOOK_SUCCEEDED,
        HOOK_FAILED;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** Those of a model. @throws ModelException naming the hook and what this runtime does not know */
    static List<Hook> of(Json.Obj model) {
        List<Hook> hooks = new ArrayList<>();
        for (Json.Obj hook : model.objects("hooks")) {
            Json.Obj object = hook.object("object");
            String name = "hook " + Fields.text(object, "kind") + " " + Fields.text(object, "metadata", "name");
            hooks.add(new Hook(
                    Set.copyOf(hook.strings("events").stream()
                            .map(word -> find(name, word, Event.values(), Event::word))
                            .toList()),
                    hook.integerOr("weight", 0),
                    Set.copyOf(hook.strings("deletePolicies").stream()
                            .map(word -> find(name, word, Policy.values(), Policy::word))
                            .toList()),
                    object));
        }
        return hooks.stream().sorted(ORDER).toList();
    }

    private static <T> T find(String hook, String word, T[] all, java.util.function.Function<T, String> spelled) {
        for (T one : all) {
            if (spelled.apply(one).equals(word)) {
                return one;
            }
        }
        throw new ModelException(
                RuntimeReason.UNSUPPORTED_FIELD,
                hook + ": " + word + ": not carried out by this version (expected: "
                        + String.join(", ", List.of(all).stream().map(spelled).toList()) + ")");
    }

    /** Whether what is left of an earlier run goes before it runs. */
    boolean goesBefore() {
        return policies.isEmpty() || policies.contains(Policy.BEFORE_HOOK_CREATION);
    }
}
