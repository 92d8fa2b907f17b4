package io.wherry.contract.policy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one site allows: a preset, and what its technician added to it (docs/reference/workload-policy.md).
 *
 * @param allowed      rules that are not judged at all
 * @param hostPaths    further folders of the host; absolute, normalised
 * @param capabilities further capabilities, in capitals, without {@code CAP_}
 * @param devices      further devices, with {@code *} for any characters but a slash
 */
public record WorkloadPolicy(
        Preset preset,
        SortedSet<Rule> allowed,
        SortedSet<String> hostPaths,
        SortedSet<String> capabilities,
        SortedSet<String> devices) {
    /** As text, for the hub: a policy that is longer is a list that somebody generated. */
    public static final int MAX_BYTES = 8 << 10;

    public WorkloadPolicy {
        allowed = Collections.unmodifiableSortedSet(new TreeSet<>(allowed));
        hostPaths = Collections.unmodifiableSortedSet(new TreeSet<>(hostPaths));
        capabilities = Collections.unmodifiableSortedSet(new TreeSet<>(capabilities));
        devices = Collections.unmodifiableSortedSet(new TreeSet<>(devices));
    }

    /** A preset as it is. */
    public static WorkloadPolicy of(Preset preset) {
        return new WorkloadPolicy(preset, new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    }

    /** As it stands in the agent's facts. Equal policies give equal texts. */
    public String text() {
        return JsonWriter.compact(Json.object()
                .put("preset", preset.word())
                .put("allow", allowed.stream().map(Rule::word).toList())
                .put("hostPaths", List.copyOf(hostPaths))
                .put("capabilities", List.copyOf(capabilities))
                .put("devices", List.copyOf(devices))
                .build());
    }

    /** @throws JsonException if it is not such a text, or names a preset or rule that is not known here */
    public static WorkloadPolicy parse(String text) {
        Json.Obj json = JsonReader.object(text.getBytes(StandardCharsets.UTF_8));
        TreeSet<Rule> allowed = new TreeSet<>();
        for (String word : json.strings("allow")) {
            allowed.add(Rule.find(word).orElseThrow(() -> new JsonException("allow: " + word + " is no rule")));
        }
        return new WorkloadPolicy(
                Preset.find(json.string("preset"))
                        .orElseThrow(() -> new JsonException("preset: " + json.string("preset") + " is not known")),
                allowed,
                new TreeSet<>(json.strings("hostPaths")),
                new TreeSet<>(json.strings("capabilities")),
                new TreeSet<>(json.strings("devices")));
    }
}
