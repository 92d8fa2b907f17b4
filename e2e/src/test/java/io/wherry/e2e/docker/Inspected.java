package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code docker inspect} shows of a project, less what no two runs share: ids, times, addresses that the engine chose, and the labels that
 * say who made it. Lists whose order means nothing are sorted, because Compose writes them in the order of a hash table.
 *
 * @param objects kind and name, to the lines of its JSON
 * @param ids     containers by name
 */
record Inspected(Map<String, List<String>> objects, Map<String, String> ids) {
    private static final Set<String> CHANCE = Set.of(
            "Id",
            "Created",
            "CreatedAt",
            "Pid",
            "StartedAt",
            "FinishedAt",
            "ResolvConfPath",
            "HostnamePath",
            "HostsPath",
            "LogPath",
            "GraphDriver",
            "SandboxID",
            "SandboxKey",
            "NetworkID",
            "EndpointID",
            "Gateway",
            "IPAddress",
            "IPPrefixLen",
            "IPv6Gateway",
            "GlobalIPv6Address",
            "GlobalIPv6PrefixLen",
            "Containers",
            "Health",
            "ExecIDs");

    private static final Set<String> LABELS = Set.of(
            "com.docker.compose.config-hash",
            "com.docker.compose.project.config_files",
            "com.docker.compose.project.working_dir",
            "com.docker.compose.version",
            "com.docker.compose.replace");

    /** A list in one text, in the order of a hash table. */
    private static final String DEPENDS_ON = "com.docker.compose.depends_on";

    /** Their order says what happens; that of all others does not. */
    private static final Set<String> ORDERED =
            Set.of("Cmd", "Entrypoint", "Args", "Test", "Dns", "DnsSearch", "DnsOptions", "Capabilities");

    /** Networks without an address range of their own get one of these. */
    private static final Pattern POOL = Pattern.compile("(172\\.(1[6-9]|2[0-9]|3[01])|192\\.168)\\..*");

    private static final Pattern ANONYMOUS = Pattern.compile("(?<!sha256:)\\b[0-9a-f]{64}\\b");

    /** Of a mount, as {@link #flatten} writes it. */
    private static final String CARRIED = "/Source = \"<anonymous>\", ";

    static Inspected of(ComposeProject project) throws IOException {
        EngineApi engine = project.engine().api();
        Map<String, String> ids = ids(project);
        Map<String, String> networks = new TreeMap<>();
        engine.networks(project.label()).forEach(one -> networks.put(one.string("Name"), one.string("Id")));
        Set<String> volumes = new TreeSet<>();
        engine.volumes(project.label()).forEach(one -> volumes.add(one.string("Name")));
        UnaryOperator<String> named = text -> {
            String plain = text;
            for (Map<String, String> known : List.of(ids, networks)) {
                for (Map.Entry<String, String> one : known.entrySet()) {
                    plain = plain.replace(one.getValue(), "<" + one.getKey() + ">")
                            .replace(one.getValue().substring(0, 12), "<" + one.getKey() + ">");
                }
            }
            return ANONYMOUS.matcher(plain).replaceAll("<anonymous>");
        };
        Map<String, List<String>> objects = new TreeMap<>();
        for (Map.Entry<String, String> one : ids.entrySet()) {
            objects.put(
                    "container " + one.getKey(),
                    lines(named, engine.object("/containers/" + one.getValue() + "/json")));
        }
        for (Map.Entry<String, String> one : networks.entrySet()) {
            objects.put("network " + one.getKey(), lines(named, engine.object("/networks/" + one.getValue())));
        }
        for (String volume : volumes) {
            objects.put("volume " + named.apply(volume), lines(named, engine.object("/volumes/" + volume)));
        }
        return new Inspected(objects, ids);
    }

    private static List<String> lines(UnaryOperator<String> named, Json.Obj object) {
        List<String> lines = new ArrayList<>();
        flatten(
                lines,
                "",
                JsonReader.object(named.apply(JsonWriter.compact(object)).getBytes(UTF_8)));
        return lines;
    }

    /** The containers of a project by name, running or not. */
    static Map<String, String> ids(ComposeProject project) throws IOException {
        Map<String, String> ids = new TreeMap<>();
        project.engine()
                .api()
                .containers(project.label())
                .forEach(one -> ids.put(EngineApi.name(one), one.string("Id")));
        return ids;
    }

    private static void flatten(List<String> lines, String path, Json value) {
        switch (value) {
            case Json.Obj(var fields) -> {
                new TreeMap<>(fields).forEach((key, one) -> {
                    if (!isChance(path, key, one)) {
                        flatten(lines, path + "/" + key, one);
                        if (path.equals("/Config/ExposedPorts") || path.equals("/Config/Volumes")) {
                            lines.add(path + "/" + key); // its value says nothing, its being there does
                        }
                    }
                });
            }
            case Json.Arr(List<Json> items) -> {
                List<List<String>> parts = new ArrayList<>();
                for (Json item : items) {
                    List<String> part = new ArrayList<>();
                    flatten(part, "", item);
                    parts.add(part);
                }
                if (!ORDERED.contains(path.substring(path.lastIndexOf('/') + 1))) {
                    parts.sort(Comparator.comparing(List::toString));
                }
                if (!parts.isEmpty()) {
                    lines.add(path + " = " + parts);
                }
            }
            // The engine keeps nothing, an empty list and an empty object apart, and does the same with them.
            case Json.Null _ -> {}
            case Json.Str(String text)
            when path.endsWith("/" + DEPENDS_ON) ->
                lines.add(path + " = " + Stream.of(text.split(",")).sorted().toList());
            case Json.Str _, Json.Int _, Json.Dec _, Json.Bool _ -> lines.add(path + " = " + JsonWriter.compact(value));
        }
    }

    private static boolean isChance(String path, String key, Json value) {
        if (path.endsWith("/Labels") && (LABELS.contains(key) || key.startsWith("io.wherry."))) {
            return true;
        }
        if (path.equals("/IPAM") && key.equals("Config")) {
            return POOL.matcher(JsonWriter.compact(value).replaceAll("^\\[\\{\"[A-Za-z]+\":\"", ""))
                    .find();
        }
        boolean chosenAddress = key.equals("MacAddress") && path.startsWith("/NetworkSettings");
        boolean chosenPort = path.startsWith("/NetworkSettings/Ports");
        boolean ownName = key.equals("Hostname") && JsonWriter.compact(value).startsWith("\"<");
        return (CHANCE.contains(key) && !path.contains("IPAMConfig") && !path.equals("/IPAM"))
                || chosenAddress
                || chosenPort
                || ownName;
    }

    /** The same without what volumes without a name were carried along from a container before: a file cannot say it. */
    Inspected withoutCarried() {
        Map<String, List<String>> fresh = new TreeMap<>();
        objects.forEach((name, lines) -> fresh.put(
                name, lines.stream().map(line -> line.replace(CARRIED, "")).toList()));
        return new Inspected(fresh, ids);
    }

    /** Names of the containers that are the very same as before. */
    Set<String> kept(Inspected before) {
        return kept(before.ids, ids);
    }

    /** As {@link #kept(Inspected)}, of what {@link #ids(ComposeProject)} tells. */
    static Set<String> kept(Map<String, String> before, Map<String, String> after) {
        Set<String> kept = new TreeSet<>();
        before.forEach((name, id) -> {
            if (id.equals(after.get(name))) {
                kept.add(name);
            }
        });
        return kept;
    }

    /** What differs, a line each; empty if nothing does. */
    List<String> differences(Inspected wanted) {
        List<String> differences = new ArrayList<>();
        Map<String, List<String>> all = new TreeMap<>(wanted.objects);
        all.putAll(objects);
        all.keySet().forEach(name -> {
            List<String> want = wanted.objects.getOrDefault(name, List.of(name + " is missing"));
            List<String> have = objects.getOrDefault(name, List.of(name + " is missing"));
            want.stream()
                    .filter(line -> !have.contains(line))
                    .forEach(line -> differences.add(name + " compose: " + line));
            have.stream()
                    .filter(line -> !want.contains(line))
                    .forEach(line -> differences.add(name + " wherry:  " + line));
        });
        return differences;
    }
}
