package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A container as one list call shows it.
 *
 * @param name     without the leading slash
 * @param state    {@code created, running, paused, restarting, removing, exited, dead}
 * @param status   the engine's words, as {@code Exited (0) 3 minutes ago}
 * @param imageId  of the image it was made from
 * @param networkMode as asked for at its creation
 * @param networks names of the networks it is connected to
 * @param anonymousVolumes path in the container to the engine's name for the volume
 * @param files path in the container to the path of the host that is mounted there
 * @param ports    published on the host
 */
record ObservedContainer(
        String id,
        String name,
        Map<String, String> labels,
        String state,
        String status,
        String imageId,
        String networkMode,
        SortedSet<String> networks,
        SortedMap<String, String> anonymousVolumes,
        SortedMap<String, String> files,
        Set<HostPort> ports) {

    private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern EXITED_WELL = Pattern.compile("^Exited \\(0\\).*");
    private static final String NOT_ONE = "0";

    ObservedContainer {
        labels = Map.copyOf(labels);
        networks = Collections.unmodifiableSortedSet(new TreeSet<>(networks));
        anonymousVolumes = Collections.unmodifiableSortedMap(new TreeMap<>(anonymousVolumes));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        ports = Set.copyOf(ports);
    }

    /** From an item of {@code GET /containers/json}. */
    static ObservedContainer of(Json.Obj item) {
        SortedMap<String, String> anonymous = new TreeMap<>();
        SortedMap<String, String> files = new TreeMap<>();
        for (Json.Obj mount : item.objects("Mounts")) {
            if (mount.findString("Type").orElse("").equals("bind")) {
                files.put(
                        mount.string("Destination"), mount.findString("Source").orElse(""));
            }
            String volume = mount.findString("Name").orElse("");
            if (mount.findString("Type").orElse("").equals("volume")
                    && ANONYMOUS.matcher(volume).matches()) {
                anonymous.put(mount.string("Destination"), volume);
            }
        }
        Set<HostPort> ports = new TreeSet<>();
        for (Json.Obj port : item.objects("Ports")) {
            if (port.integerOr("PublicPort", 0) > 0) {
                ports.add(new HostPort(
                        port.findString("IP").orElse(""), (int) port.integer("PublicPort"), port.string("Type")));
            }
        }
        return new ObservedContainer(
                item.string("Id"),
                item.strings("Names").stream().findFirst().orElse("/").substring(1),
                item.stringMap("Labels"),
                item.string("State"),
                item.findString("Status").orElse(""),
                item.findString("ImageID").orElse(""),
                item.findObject("HostConfig")
                        .flatMap(h -> h.findString("NetworkMode"))
                        .orElse(""),
                new TreeSet<>(item.findObject("NetworkSettings")
                        .flatMap(n -> n.findObject("Networks"))
                        .map(n -> n.fields().keySet())
                        .orElse(Collections.emptyNavigableSet())),
                anonymous,
                files,
                ports);
    }

    /** The same with other labels. */
    ObservedContainer with(Map<String, String> others) {
        return new ObservedContainer(
                id, name, others, state, status, imageId, networkMode, networks, anonymousVolumes, files, ports);
    }

    String label(String key) {
        return labels.getOrDefault(key, "");
    }

    String service() {
        return label(Labels.SERVICE);
    }

    int number() {
        String number = labels.getOrDefault(Labels.NUMBER, NOT_ONE);
        return number.matches("[0-9]{1,9}") ? Integer.parseInt(number) : 0;
    }

    boolean running() {
        return state.equals("running") || state.equals("restarting") || state.equals("paused");
    }

    /** Whether it was made of this image: as the engine says, else as we wrote down when we made it. */
    boolean runs(String image) {
        return image.equals(imageId.isEmpty() ? label(Labels.IMAGE) : imageId);
    }

    /**
     * All but what ended well and may: one that a power cut or a crash ended was meant to run, and does again when it comes back. One that people made
     * comes back as it was found.
     */
    boolean meantToRun() {
        return isAdopted()
                ? running()
                : running() || !completed() || !ComposeService.mayComplete(label(Labels.RESTART));
    }

    /** Ended well: what a one-off container should do. */
    boolean completed() {
        return state.equals("exited") && EXITED_WELL.matcher(status).matches();
    }

    /** Whether it has something of another: its network, or what stands in its label. */
    boolean sharesOf(ObservedContainer other) {
        return networkMode.equals("container:" + other.id())
                || label(Labels.SHARES).contains("=" + other.id());
    }

    /** Taken over from people, and not replaced since. */
    boolean isAdopted() {
        return label(Labels.GENERATION).equals(Adopted.NO_GENERATION);
    }

    boolean aside() {
        return Names.isAside(name);
    }

    /** Made, and not in its place yet. */
    boolean beside() {
        return Names.isBeside(name);
    }

    static List<String> names(List<ObservedContainer> containers) {
        return containers.stream().map(ObservedContainer::name).toList();
    }
}
