package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Agents that worked on this engine and do not any more, by the site's own word: what they left counts as started by people, so that a stack can take it
 * over ({@link Adoption}). Nothing on the engine tells an agent that left from one that works beside this one.
 *
 * @param owners each as its objects name it, {@code DOMAIN/AGENT}
 */
public record FormerAgents(Set<String> owners) {
    public static final FormerAgents NONE = new FormerAgents(Set.of());

    private static final Pattern OWNER = Pattern.compile("[0-9A-Za-z:._-]{1,80}/[0-9A-Za-z._-]{1,40}");
    private static final String OWN = "io.wherry.";

    /** @throws IllegalArgumentException naming one that is none */
    public FormerAgents {
        owners = Set.copyOf(owners);
        owners.forEach(FormerAgents::requireOwner);
    }

    /** @throws IllegalArgumentException if it is none */
    public static String requireOwner(String text) {
        if (!OWNER.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" (expected: DOMAIN/AGENT, as messages name it)");
        }
        return text;
    }

    /** The container as people would have made it, if one of these agents made it. */
    ObservedContainer forget(ObservedContainer container) {
        return isOfOne(container.labels()) ? container.with(without(container.labels())) : container;
    }

    /** The same of a network or a volume. */
    Json.Obj forget(Json.Obj shared) {
        Map<String, String> labels = Observed.labels(shared);
        if (!isOfOne(labels)) {
            return shared;
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>(shared.fields());
        fields.put(
                "Labels", Json.object().put("Labels", without(labels)).build().object("Labels"));
        return new Json.Obj(fields);
    }

    private boolean isOfOne(Map<String, String> labels) {
        return owners.contains(labels.getOrDefault(Labels.OWNER, ""));
    }

    private static Map<String, String> without(Map<String, String> labels) {
        Map<String, String> left = new TreeMap<>(labels);
        left.keySet().removeIf(key -> key.startsWith(OWN));
        return left;
    }
}
