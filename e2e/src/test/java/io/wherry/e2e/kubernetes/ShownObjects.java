package io.wherry.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What {@code kubectl get -o json} shows of a stack's objects, less what no two runs share: uids, times, addresses and ports that the cluster chose, status,
 * owners of fields, and the marks that say who made it. The namespace is called {@code NS}.
 *
 * @param objects by name, to the lines of their JSON
 * @param uids    by the same names
 */
record ShownObjects(Map<String, List<String>> objects, Map<String, String> uids) {
    /** Of times and of the number of changes; a selector of a Job is its uid. */
    private static final Pattern CHANCE = Pattern.compile("/status(/.*)?"
            + "|/metadata/(uid|resourceVersion|creationTimestamp|generation|managedFields|selfLink)(/.*)?"
            + "|/metadata/labels/(applyset\\.kubernetes\\.io~part-of|wherry\\.io~stack)"
            + "|/metadata/annotations/wherry\\.io~(owner|bundle|generation|created)"
            + "|/metadata/annotations/(deployment\\.kubernetes\\.io~revision|deprecated\\.daemonset\\.template\\.generation)"
            + "|/spec/clusterIPs?(/.*)?|/spec/(healthCheckNodePort|volumeName)|/spec/ports/\\d+/nodePort"
            + "|.*/(batch\\.kubernetes\\.io~)?controller-uid");

    /**
     * @param json an object, or a list of them
     */
    static ShownObjects of(String json, String namespace) {
        Map<String, List<String>> objects = new TreeMap<>();
        Map<String, String> uids = new TreeMap<>();
        if (!json.isBlank()) {
            Json.Obj all = JsonReader.object(json.replace(namespace, "NS").getBytes(UTF_8));
            for (Json.Obj object : all.find("items").isPresent() ? all.objects("items") : List.of(all)) {
                Json.Obj metadata = object.object("metadata");
                String name = object.string("kind") + "/"
                        + metadata.findString("namespace").orElse("") + "/" + metadata.string("name");
                List<String> lines = new ArrayList<>();
                flatten(lines, "", object);
                objects.put(name, lines);
                uids.put(name, metadata.string("uid"));
            }
        }
        return new ShownObjects(objects, uids);
    }

    private static void flatten(List<String> lines, String path, Json value) {
        boolean headless = path.equals("/spec/clusterIP") && value.equals(Json.of("None"));
        if (CHANCE.matcher(path).matches() && !headless) {
            return;
        }
        switch (value) {
            case Json.Obj(var fields)
            when !fields.isEmpty() -> {
                new TreeMap<>(fields).forEach((key, one) -> flatten(lines, path + "/" + key.replace('/', '~'), one));
            }
            case Json.Arr(List<Json> items)
            when !items.isEmpty() -> {
                for (int i = 0; i < items.size(); i++) {
                    flatten(lines, path + "/" + i, items.get(i));
                }
            }
            case Json.Obj _ when path.equals("/metadata/labels") || path.equals("/metadata/annotations") -> {}
            default -> lines.add(path + " = " + JsonWriter.compact(value));
        }
    }

    Set<String> names() {
        return objects.keySet();
    }

    /** What differs, a line each; empty if nothing does. */
    List<String> differences(ShownObjects wanted) {
        List<String> differences = new ArrayList<>();
        Set<String> all = new TreeSet<>(objects.keySet());
        all.addAll(wanted.objects.keySet());
        for (String name : all) {
            List<String> want = wanted.objects.getOrDefault(name, List.of("is missing"));
            List<String> have = objects.getOrDefault(name, List.of("is missing"));
            want.stream()
                    .filter(line -> !have.contains(line))
                    .forEach(line -> differences.add(name + " wanted: " + line));
            have.stream()
                    .filter(line -> !want.contains(line))
                    .forEach(line -> differences.add(name + " wherry: " + line));
        }
        return differences;
    }
}
