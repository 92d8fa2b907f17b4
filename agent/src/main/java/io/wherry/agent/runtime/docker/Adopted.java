package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a stack has taken over of the objects that Docker Compose made by hand. The engine cannot change a label, so what our own objects say of
 * themselves is kept here for these, and laid over what the engine shows: whoever plans and settles sees them as ours. Pure.
 *
 * @param containers by id: it is over when the container is replaced
 * @param networks   by id
 * @param volumes    by name
 */
record Adopted(
        SortedMap<String, Container> containers,
        SortedMap<String, Shared> networks,
        SortedMap<String, Shared> volumes) {
    static final Adopted NONE = new Adopted(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

    /** Of no generation: what a failed one made is taken away again, and these were there before all of them. */
    static final String NO_GENERATION = "0";

    private static final long VERSION = 1;

    /**
     * A container, with what a rollback of the first generation goes back to.
     *
     * @param name    as it was found
     * @param restart its policy as it was found: {@code unless-stopped} …
     * @param ran     whether it ran when it was found
     * @param hash    of the configuration that it equals; empty if it equals none that was wanted so far
     * @param shares  as {@link Labels#SHARES} says it
     * @param differs in what, as a person would name it; empty if it does not
     */
    record Container(String name, String restart, boolean ran, String hash, String shares, String differs) {
        /** The same, compared anew. */
        Container compared(String withHash, String withShares, String inWhat) {
            return new Container(name, restart, ran, withHash, withShares, inWhat);
        }
    }

    /**
     * A network or volume.
     *
     * @param created as the engine says: a volume of the same name that was made later is another one
     * @param hash    of the configuration that it equals
     */
    record Shared(String created, String hash) {}

    Adopted {
        containers = Collections.unmodifiableSortedMap(new TreeMap<>(containers));
        networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
        volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
    }

    boolean isEmpty() {
        return containers.isEmpty() && networks.isEmpty() && volumes.isEmpty();
    }

    /** Without what the engine does not have any more. */
    Adopted still(Observed raw) {
        SortedMap<String, Container> left = new TreeMap<>(containers);
        left.keySet()
                .retainAll(raw.containers().stream().map(ObservedContainer::id).toList());
        SortedMap<String, Shared> ofNetworks = new TreeMap<>(networks);
        ofNetworks
                .keySet()
                .retainAll(raw.networks().values().stream().map(Adopted::id).toList());
        SortedMap<String, Shared> ofVolumes = new TreeMap<>(volumes);
        ofVolumes.entrySet().removeIf(one -> !isThere(one.getKey(), one.getValue(), raw));
        return new Adopted(left, ofNetworks, ofVolumes);
    }

    private static boolean isThere(String name, Shared volume, Observed raw) {
        Json.Obj found = raw.volumes().get(name);
        return found != null && volume.created().equals(created(found));
    }

    static String id(Json.Obj network) {
        return network.findString("Id").orElse("");
    }

    static String created(Json.Obj object) {
        return object.findString("CreatedAt")
                .or(() -> object.findString("Created"))
                .orElse("");
    }

    /** What the engine shows, with these objects as the stack's own. */
    Observed over(Observed raw, Deployment.Identity identity) {
        if (isEmpty()) {
            return raw;
        }
        Map<String, String> own = new TreeMap<>(ContainerSpec.own(identity, raw.owner()));
        own.put(Labels.GENERATION, NO_GENERATION);
        List<ObservedContainer> laid = raw.containers().stream()
                .map(found -> Optional.ofNullable(containers.get(found.id()))
                        .filter(_ -> !raw.isOfThisAgent(found.labels()))
                        .map(known -> found.with(labels(found, known, own)))
                        .orElse(found))
                .toList();
        Map<String, Json.Obj> laidNetworks = new HashMap<>(raw.networks());
        laidNetworks.replaceAll((name, found) -> shared(found, networks.get(id(found)), own));
        Map<String, Json.Obj> laidVolumes = new HashMap<>(raw.volumes());
        laidVolumes.replaceAll((name, found) -> {
            Shared known = volumes.get(name);
            return known != null && known.created().equals(created(found)) ? shared(found, known, own) : found;
        });
        return new Observed(raw.owner(), raw.project(), laid, laidNetworks, laidVolumes, raw.listening(), raw.routes());
    }

    static boolean hasOwner(Map<String, String> labels) {
        return labels.containsKey(Labels.OWNER);
    }

    private static Map<String, String> labels(ObservedContainer found, Container known, Map<String, String> own) {
        Map<String, String> labels = new TreeMap<>(found.labels());
        labels.putAll(own);
        labels.put(Labels.CONFIG_HASH, known.hash());
        labels.put(Labels.RESTART, known.restart());
        labels.put(Labels.DIFFERS, known.differs());
        if (!known.shares().isEmpty()) {
            labels.put(Labels.SHARES, known.shares());
        }
        return labels;
    }

    private static Json.Obj shared(
            Json.Obj found, @org.jspecify.annotations.Nullable Shared known, Map<String, String> own) {
        Map<String, String> labels = Observed.labels(found);
        boolean ours = labels.getOrDefault(Labels.OWNER, "").equals(own.get(Labels.OWNER));
        if (known == null || ours) {
            return found;
        }
        Map<String, String> laid = new TreeMap<>(labels);
        laid.putAll(own);
        laid.put(Labels.CONFIG_HASH, known.hash());
        SequencedMap<String, Json> fields = new LinkedHashMap<>(found.fields());
        fields.put("Labels", Json.object().put("Labels", laid).build().object("Labels"));
        return new Json.Obj(fields);
    }

    /** Whether Docker Compose made it for this project, and nobody of ours owns it. */
    static boolean isOfPeople(String project, Map<String, String> labels) {
        return project.equals(labels.get(Labels.PROJECT)) && !hasOwner(labels);
    }

    /** The same for a container: neither one that {@code docker compose run} made, nor one that no service stands behind. */
    static boolean isServiceOfPeople(String project, ObservedContainer found) {
        return isOfPeople(project, found.labels())
                && !found.service().isEmpty()
                && found.number() > 0
                && !found.label(Labels.ONE_OFF).equalsIgnoreCase("true")
                && !found.aside()
                && !found.beside();
    }

    Json.Obj toJson() {
        Json.Builder ofContainers = Json.object();
        containers.forEach((id, one) -> ofContainers.put(
                id,
                Json.object()
                        .put("name", one.name())
                        .put("restart", one.restart())
                        .put("ran", one.ran())
                        .put("hash", one.hash())
                        .put("shares", one.shares())
                        .put("differs", one.differs())
                        .build()));
        return Json.object()
                .put("version", VERSION)
                .put("containers", ofContainers.build())
                .put("networks", json(networks))
                .put("volumes", json(volumes))
                .build();
    }

    private static Json.Obj json(SortedMap<String, Shared> shared) {
        Json.Builder json = Json.object();
        shared.forEach((key, one) -> json.put(
                key,
                Json.object()
                        .put("created", one.created())
                        .put("hash", one.hash())
                        .build()));
        return json.build();
    }

    /** @throws RuntimeException of JSON if it is not what {@link #toJson} writes */
    static Adopted parse(Json.Obj json) {
        long version = json.integer("version");
        if (version != VERSION) {
            throw new IllegalArgumentException("version: " + version + " (expected: " + VERSION + ")");
        }
        SortedMap<String, Container> containers = new TreeMap<>();
        Json.Obj ofContainers = json.object("containers");
        for (String id : Set.copyOf(ofContainers.fields().keySet())) {
            Json.Obj one = ofContainers.object(id);
            containers.put(
                    id,
                    new Container(
                            one.string("name"),
                            one.string("restart"),
                            one.bool("ran"),
                            one.string("hash"),
                            one.string("shares"),
                            one.string("differs")));
        }
        return new Adopted(containers, shared(json.object("networks")), shared(json.object("volumes")));
    }

    private static SortedMap<String, Shared> shared(Json.Obj json) {
        SortedMap<String, Shared> shared = new TreeMap<>();
        for (String key : Set.copyOf(json.fields().keySet())) {
            Json.Obj one = json.object(key);
            shared.put(key, new Shared(one.string("created"), one.string("hash")));
        }
        return shared;
    }
}
