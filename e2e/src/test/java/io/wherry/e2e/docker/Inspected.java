package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
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
        TestEngine engine = project.engine();
        String filter = project.filter();
        Map<String, String> ids = ids(project);
        Map<String, String> networks =
                names(engine, "network", "ls", "--no-trunc", "--filter", filter, "--format", "{{.ID}} {{.Name}}");
        Map<String, String> volumes =
                names(engine, "volume", "ls", "--filter", filter, "--format", "{{.Name}} {{.Name}}");
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
        for (Map.Entry<String, Map<String, String>> kind :
                Map.of("container", ids, "network", networks, "volume", volumes).entrySet()) {
            if (kind.getValue().isEmpty()) {
                continue;
            }
            List<String> command = new ArrayList<>(List.of(kind.getKey(), "inspect"));
            command.addAll(kind.getValue().values());
            String json = "{\"all\":" + named.apply(engine.does(command.toArray(String[]::new))) + "}";
            Iterator<String> names = kind.getValue().keySet().iterator(); // in the order in which they were asked for
            for (Json.Obj object : JsonReader.object(json.getBytes(UTF_8)).objects("all")) {
                List<String> lines = new ArrayList<>();
                flatten(lines, "", object);
                objects.put(kind.getKey() + " " + named.apply(names.next()), lines);
            }
        }
        return new Inspected(objects, ids);
    }

    /** The containers of a project by name, running or not. */
    static Map<String, String> ids(ComposeProject project) throws IOException {
        return names(
                project.engine(),
                "ps",
                "-a",
                "--no-trunc",
                "--filter",
                project.filter(),
                "--format",
                "{{.ID}} {{.Names}}");
    }

    private static Map<String, String> names(TestEngine engine, String... command) throws IOException {
        Map<String, String> names = new TreeMap<>();
        engine.does(command).lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] parts = line.split(" ", 2);
            names.put(parts[1], parts[0]);
        });
        return names;
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
            case Json.Null
                    _ -> {} // the engine keeps nothing, an empty list and an empty object apart, and does the same with
            // them
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
