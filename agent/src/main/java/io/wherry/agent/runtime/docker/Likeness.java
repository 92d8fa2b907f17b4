package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Whether a container that people made is what we would have made. Two inspections of one engine are compared, so that what the engine puts in by itself
 * is the same on both sides; every field counts that is not named here. Pure.
 */
final class Likeness {
    /** Without effect on what runs, compared otherwise, or another one each time. */
    private static final Set<String> NOT_CONFIG =
            Set.of("Hostname", "Labels", "Image", "Env", "MacAddress", "AttachStdin", "AttachStdout", "AttachStderr");

    private static final Set<String> NOT_HOST =
            Set.of("RestartPolicy", "ContainerIDFile", "ConsoleSize", "Links", "Mounts");

    /** Their order means something; that of all others does not. */
    private static final Set<String> ORDERED =
            Set.of("Cmd", "Entrypoint", "Shell", "Test", "OnBuild", "Dns", "DnsSearch", "DnsOptions", "Capabilities");

    private static final String PRIORITY = "GwPriority";

    private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");
    private static final int SHORT_ID = 12;

    private Likeness() {}

    /**
     * @param spec  what is wanted
     * @param like  the inspection of one that was made of it for this, which is on no network of its own
     * @param found the inspection of the one that people made
     * @return names of what differs, as the model has them; values never
     */
    static SortedSet<String> differences(ContainerSpec spec, Json.Obj like, Json.Obj found) {
        SortedSet<String> differs = new TreeSet<>();
        Json.Obj wanted = like.object("Config");
        Json.Obj config = found.object("Config");
        fields(differs, wanted, config, NOT_CONFIG);
        environment(differs, wanted, config);
        if (!hostname(like).equals(hostname(found))) {
            differs.add("hostname");
        }
        if (!ownLabels(wanted).equals(ownLabels(config))) {
            differs.add("labels");
        }
        fields(differs, like.object("HostConfig"), found.object("HostConfig"), NOT_HOST);
        if (!mounts(like).equals(mounts(found))) {
            differs.add("volumes");
        }
        if (!links(like).equals(links(found))) {
            differs.add("links");
        }
        Json.Obj restart = found.object("HostConfig").object("RestartPolicy");
        if (!Inspections.sameRestart(spec.host().object("RestartPolicy"), restart)) {
            differs.add("restart");
        }
        networks(differs, spec, found);
        return differs;
    }

    private static void fields(SortedSet<String> differs, Json.Obj wanted, Json.Obj found, Set<String> not) {
        Set<String> keys = new TreeSet<>(wanted.fields().keySet());
        keys.addAll(found.fields().keySet());
        keys.removeAll(not);
        for (String key : keys) {
            if (!text(key, wanted.find(key)).equals(text(key, found.find(key)))) {
                differs.add(Differences.name(key));
            }
        }
    }

    private static void environment(SortedSet<String> differs, Json.Obj wanted, Json.Obj found) {
        Map<String, String> want = Differences.variables(wanted);
        Map<String, String> have = Differences.variables(found);
        SortedSet<String> names = new TreeSet<>(want.keySet());
        names.addAll(have.keySet());
        names.removeIf(name -> Objects.equals(want.get(name), have.get(name)));
        names.forEach(name -> differs.add("environment." + name));
    }

    /** The engine gives one without a name its own id, and one in another's network the other's name. */
    private static String hostname(Json.Obj inspection) {
        String name = inspection.object("Config").findString("Hostname").orElse("");
        boolean own = inspection.string("Id").startsWith(name) && name.length() == SHORT_ID;
        boolean others = inspection
                .object("HostConfig")
                .findString("NetworkMode")
                .orElse("")
                .startsWith("container:");
        return own || others ? "" : name;
    }

    private static Map<String, String> ownLabels(Json.Obj config) {
        Map<String, String> labels = new TreeMap<>(Observed.labels(config));
        labels.keySet().removeIf(key -> key.startsWith("com.docker.compose.") || key.startsWith("io.wherry."));
        return labels;
    }

    /** Whether it is a volume without a name, carried along from a container before: its source is what the engine called it. */
    static boolean isAnonymous(Json.Obj mount) {
        return mount.findString("Type").orElse("").equals("volume")
                && ANONYMOUS.matcher(mount.findString("Source").orElse("")).matches();
    }

    /** An anonymous volume that moved along from a container before counts as the one that the engine would make. */
    private static List<String> mounts(Json.Obj inspection) {
        Set<String> ofImage = nested(inspection.object("Config"), "Volumes")
                .map(v -> Set.copyOf(v.fields().keySet()))
                .orElse(Set.of());
        List<String> mounts = new ArrayList<>();
        for (Json.Obj mount : objects(inspection.object("HostConfig"), "Mounts")) {
            SequencedMap<String, Json> fields = new LinkedHashMap<>(mount.fields());
            if (isAnonymous(mount)) {
                fields.remove("Source");
            }
            boolean plain = !fields.containsKey("Source")
                    && !fields.containsKey("VolumeOptions")
                    && !mount.boolOr("ReadOnly", false);
            if (!(plain && ofImage.contains(mount.findString("Target").orElse("")))) {
                mounts.add(text("", Optional.of(new Json.Obj(fields))));
            }
        }
        mounts.sort(null);
        return mounts;
    }

    /** {@code /OTHER:/THIS/ALIAS}: the engine puts the container's own name in. */
    private static SortedSet<String> links(Json.Obj inspection) {
        String own = inspection.string("Name") + "/";
        SortedSet<String> links = new TreeSet<>();
        strings(inspection.object("HostConfig"), "Links").forEach(link -> links.add(link.replace(":" + own, ":")));
        return links;
    }

    private static void networks(SortedSet<String> differs, ContainerSpec spec, Json.Obj found) {
        if (spec.endpoints().isEmpty()) {
            return; // the mode says it all, and was compared
        }
        Json.Obj networks = nested(found.object("NetworkSettings"), "Networks")
                .orElse(Json.object().build());
        if (!networks.fields().keySet().equals(spec.endpoints().keySet())) {
            differs.add("networks");
            return;
        }
        List<String> engines = aliasesOfTheEngine(found);
        spec.endpoints().forEach((name, wanted) -> {
            Json.Obj have = networks.object(name);
            for (String key : List.of("IPAMConfig", "DriverOpts")) {
                if (!text(key, wanted.find(key)).equals(text(key, have.find(key)))) {
                    differs.add("networks." + name + "." + key);
                }
            }
            // Engines from 28 on show it of every endpoint, and 0 where nobody asked for one.
            if (wanted.integerOr(PRIORITY, 0) != have.integerOr(PRIORITY, 0)) {
                differs.add("networks." + name + "." + PRIORITY);
            }
            for (String key : List.of("Aliases", "Links")) {
                SortedSet<String> asked = new TreeSet<>(strings(wanted, key));
                SortedSet<String> names = new TreeSet<>(strings(have, key));
                names.removeIf(one -> engines.contains(one) && !asked.contains(one));
                if (!names.equals(asked)) {
                    differs.add("networks." + name + "." + key);
                }
            }
        });
        String mac = spec.config()
                .findString("MacAddress")
                .or(() -> spec.endpoints().firstEntry().getValue().findString("MacAddress"))
                .orElse("");
        String asked = found.object("Config").findString("MacAddress").orElse("");
        if (!mac.equalsIgnoreCase(asked)) {
            differs.add("mac_address");
        }
    }

    /** Older engines let a container be found by its id and its host name too, and show both among the aliases. */
    static List<String> aliasesOfTheEngine(Json.Obj inspection) {
        return List.of(
                inspection.string("Id").substring(0, SHORT_ID),
                inspection.object("Config").findString("Hostname").orElse(""));
    }

    static List<Json.Obj> objects(Json.Obj object, String key) {
        return object.find(key).filter(v -> v instanceof Json.Arr).isPresent() ? object.objects(key) : List.of();
    }

    static List<String> strings(Json.Obj object, String key) {
        return object.find(key).filter(v -> v instanceof Json.Arr).isPresent() ? object.strings(key) : List.of();
    }

    /** As one text: nothing, null, and what is empty are the same to the engine, and so are most orders. */
    static String text(String key, Optional<Json> value) {
        boolean named =
                key.equals("ExposedPorts") || key.equals("Volumes"); // what is in it is empty, and says something
        return value.flatMap(v -> plain(key, v, named)).map(JsonWriter::compact).orElse("");
    }

    private static Optional<Json> plain(String key, Json value, boolean named) {
        return switch (value) {
            case Json.Null _ -> Optional.empty();
            case Json.Str(String text) -> text.isEmpty() ? Optional.empty() : Optional.of(value);
            case Json.Bool _, Json.Int _, Json.Dec _ -> Optional.of(value);
            case Json.Arr(List<Json> items) -> {
                List<Json> plain = new ArrayList<>();
                items.forEach(item -> plain.add(plain(key, item, false).orElse(new Json.Null())));
                if (!ORDERED.contains(key)) {
                    plain.sort(Comparator.comparing(JsonWriter::compact));
                }
                yield plain.isEmpty() ? Optional.empty() : Optional.of(new Json.Arr(plain));
            }
            case Json.Obj(var fields) -> {
                SequencedMap<String, Json> plain = new LinkedHashMap<>();
                new TreeMap<>(fields).forEach((name, one) -> plain(name, one, false)
                        .or(() -> named ? Optional.of(new Json.Null()) : Optional.empty())
                        .ifPresent(kept -> plain.put(name, kept)));
                yield plain.isEmpty() ? Optional.empty() : Optional.of(new Json.Obj(plain));
            }
        };
    }
}
