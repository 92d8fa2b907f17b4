package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Folders of the host that containers write to. A relative one means another place once the agent applies the file, so a container that people started
 * beside their files would come back without its data. Pure.
 */
final class WritableBinds {
    private WritableBinds() {}

    /** The first folder whose data would stay behind. */
    static Optional<Plan.Blocked> atRisk(Wanted wanted, ContainerSpec spec, Json.Obj found) {
        Deployment deployment = wanted.deployment();
        Path directory = deployment.identity().directory().toAbsolutePath().normalize();
        SortedMap<String, String> has = new TreeMap<>();
        for (Json.Obj mount : Likeness.objects(found, "Mounts")) {
            if (mount.findString("Type").orElse("").equals("bind") && mount.boolOr("RW", false)) {
                has.put(mount.string("Destination"), mount.findString("Source").orElse(""));
            }
        }
        for (Map.Entry<String, String> bind : writable(spec.host()).entrySet()) {
            Path source = Path.of(bind.getValue()).normalize();
            String theirs = has.get(bind.getKey());
            if (theirs == null || theirs.equals(bind.getValue()) || !source.startsWith(directory)) {
                continue;
            }
            String relative = directory.relativize(source).toString();
            if (deployment.files().stream().noneMatch(file -> file.path().equals(relative))) {
                return Optional.of(new Plan.Blocked(
                        RuntimeReason.DATA_AT_RISK,
                        spec.object() + " has " + theirs + " at " + bind.getKey() + ", and ./" + relative
                                + " of the file would be " + source
                                + ", without what lies there. Write the absolute path "
                                + theirs + " into the file, or read_only: true if nothing is written there",
                        true));
            }
        }
        return Optional.empty();
    }

    /** Path in the container to path on the host. */
    private static SortedMap<String, String> writable(Json.Obj host) {
        SortedMap<String, String> writable = new TreeMap<>();
        for (String bind : Likeness.strings(host, "Binds")) {
            String[] parts = bind.split(":", -1);
            if (bind.startsWith("/") && parts.length > 1 && !isReadOnly(parts)) {
                writable.put(parts[1], parts[0]);
            }
        }
        for (Json.Obj mount : Likeness.objects(host, "Mounts")) {
            if (mount.string("Type").equals("bind") && !mount.boolOr("ReadOnly", false)) {
                writable.put(mount.string("Target"), mount.string("Source"));
            }
        }
        return writable;
    }

    private static boolean isReadOnly(String[] parts) {
        return parts.length > 2 && List.of(parts[2].split(",")).contains("ro");
    }

    /** Whether both mount the same paths of the host. */
    static boolean sameSources(Json.Obj wanted, Json.Obj found) {
        return sources(wanted).equals(sources(found));
    }

    /** Names of the volumes that are mounted. */
    static Set<String> volumes(Json.Obj host) {
        Set<String> names = new TreeSet<>();
        for (String bind : Likeness.strings(host, "Binds")) {
            if (!bind.startsWith("/")) {
                names.add(bind.split(":", -1)[0]);
            }
        }
        for (Json.Obj mount : Likeness.objects(host, "Mounts")) {
            if (mount.findString("Type").orElse("").equals("volume")) {
                mount.findString("Source").ifPresent(names::add);
            }
        }
        return names;
    }

    private static SortedSet<String> sources(Json.Obj host) {
        SortedSet<String> sources = new TreeSet<>();
        for (String bind : Likeness.strings(host, "Binds")) {
            if (bind.startsWith("/")) {
                sources.add(bind.split(":", -1)[0]);
            }
        }
        for (Json.Obj mount : Likeness.objects(host, "Mounts")) {
            if (mount.findString("Type").orElse("").equals("bind")) {
                sources.add(mount.findString("Source").orElse(""));
            }
        }
        return sources;
    }
}
