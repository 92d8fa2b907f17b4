package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.ComposeRenderer;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.resource.ComposeSpec;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.sync.TargetContent.Kept;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Targets of one stack that render alike: same folder, same early values.
 *
 * @param key names the input apart from the tree: 64 hexadecimal digits
 */
record RenderGroup(String key, String path, SortedMap<String, String> variables, List<Member> members) {

    /**
     * The groups of these members, in order of their first; a member without a folder is in none.
     *
     * @param chart of a stack whose chart lies elsewhere: which archive
     */
    static List<RenderGroup> of(Stack stack, List<Member> members, Optional<Digest> chart) {
        Map<String, RenderGroup> groups = new LinkedHashMap<>();
        for (Member member : members) {
            stack.source().pathFor(member.agent()).ifPresent(path -> {
                boolean plain = stack.format() instanceof KubernetesSpec kubernetes && !kubernetes.variables();
                SortedMap<String, String> early = plain
                        ? new TreeMap<>() // an agent's variables mean nothing to its objects
                        : SiteValues.of(stack, member.agent()).early();
                String key = key(stack, path, early, chart);
                groups.computeIfAbsent(key, k -> new RenderGroup(k, path, early, new ArrayList<>()))
                        .members()
                        .add(member);
            });
        }
        return List.copyOf(groups.values());
    }

    /** What becomes of a member that is in no group. */
    static Kept outside(Stack stack, Member member) {
        return new Kept(
                SyncReason.LABEL_MISSING,
                "path " + stack.source().path() + " names a label that " + member.name() + " does not have");
    }

    Rendering render(Stack stack, SourceTree tree, Optional<HelmChart.Fetched> chart) {
        return switch (stack.format()) {
            case ComposeSpec compose -> ComposeRenderer.render(request(stack, compose, tree));
            case KubernetesSpec kubernetes -> ClusterRendering.of(kubernetes, stack, tree, path, variables, chart);
        };
    }

    private RenderRequest request(Stack stack, ComposeSpec compose, SourceTree tree) {
        return new RenderRequest(
                tree,
                path,
                compose.files(),
                compose.profiles(),
                compose.envFiles(),
                variables,
                stack.project(),
                SiteValues.lateNames(stack),
                compose.mode());
    }

    private static String key(Stack stack, String path, SortedMap<String, String> early, Optional<Digest> chart) {
        Json.Builder input = Json.object().put("path", path);
        switch (stack.format()) {
            case ComposeSpec compose -> {
                input.put("files", compose.files())
                        .put("profiles", compose.profiles())
                        .put("envFiles", compose.envFiles())
                        .put("project", stack.project())
                        .put("variables", early)
                        .put("late", SiteValues.lateNames(stack));
                if (compose.mode() == ComposeSpec.Mode.SWARM) {
                    input.put("mode", "swarm");
                }
            }
            case KubernetesSpec kubernetes -> {
                input.put("format", kubernetes.word()).put("name", stack.name());
                kubernetes.put(input);
                input.putIf("chartDigest", chart.map(Digest::toString));
                if (kubernetes.variables()) {
                    input.put("variables", early).put("late", SiteValues.latePatterns(stack));
                }
                if (!stack.images().credentials().isEmpty()) {
                    input.put("credentials", stack.images().credentials());
                }
            }
        }
        if (stack.images().resolveDigests()) {
            input.put("resolveDigests", true); // left out otherwise: groups of earlier versions keep their keys
        }
        return Digest.of(JsonWriter.compact(input.build()).getBytes(UTF_8)).hex();
    }
}
