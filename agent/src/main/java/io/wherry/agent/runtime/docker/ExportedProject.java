package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/** A project that is being written back: its services, and the networks and volumes that they turn out to use. Pure. */
final class ExportedProject {
    private final Observed observed;
    private final String host;
    private final SortedMap<String, Json> services = new TreeMap<>();
    private final SortedMap<String, Json> networks = new TreeMap<>();
    private final SortedMap<String, Json> volumes = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    /** @param host name of the host, which a container in the host's network has for its own */
    ExportedProject(Observed observed, String host) {
        this.observed = observed;
        this.host = host;
        observed.networks().values().stream()
                .filter(this::isOfProject)
                .forEach(network -> networkKey(network.string("Name")));
        observed.volumes().values().stream()
                .filter(this::isOfProject)
                .forEach(volume -> volumeKey(volume.string("Name")));
    }

    String name() {
        return observed.project();
    }

    String host() {
        return host;
    }

    private boolean isOfProject(Json.Obj shared) {
        return name().equals(Observed.labels(shared).get(Labels.PROJECT));
    }

    /** Whose container that is, by id or name. */
    Optional<ObservedContainer> container(String idOrName) {
        return observed.containers().stream()
                .filter(c -> c.id().equals(idOrName) || c.name().equals(idOrName))
                .findFirst();
    }

    /** The service of this project that a container is the first of. */
    Optional<String> service(String idOrName) {
        return container(idOrName)
                .filter(c -> name().equals(c.label(Labels.PROJECT)))
                .map(ObservedContainer::service);
    }

    boolean hasService(String service) {
        return observed.containers().stream()
                .anyMatch(c ->
                        name().equals(c.label(Labels.PROJECT)) && c.service().equals(service));
    }

    /** What a person should know. */
    void note(String sentence) {
        if (!notes.contains(sentence)) {
            notes.add(sentence);
        }
    }

    /** What no Compose file can say: then there is none. */
    void refuse(String sentence) {
        refused.add(sentence);
    }

    /**
     * @param numbered inspections by container number
     * @param blanks   of containers that say nothing but the same image
     */
    void add(String service, SortedMap<Integer, Json.Obj> numbered, SortedMap<Integer, Json.Obj> blanks) {
        int first = numbered.firstKey();
        Json.Obj inspection = numbered.sequencedValues().getFirst();
        Json.Obj written =
                write(service, first, inspection, blanks.sequencedValues().getFirst());
        for (Map.Entry<Integer, Json.Obj> other : numbered.tailMap(first + 1).entrySet()) {
            Json.Obj blank =
                    blanks.getOrDefault(other.getKey(), blanks.sequencedValues().getFirst());
            if (!write(service, other.getKey(), other.getValue(), blank).equals(written)) {
                note("the containers of service " + service + " differ from each other; number " + first
                        + " was written");
            }
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>(written.fields());
        String own = inspection.string("Name").substring(1);
        if (numbered.size() > 1) {
            fields.put("scale", Json.of(numbered.size()));
        } else if (!own.equals(Names.container(name(), service, first))) {
            fields.put("container_name", Json.of(own));
        }
        services.put(service, new Json.Obj(fields));
    }

    private Json.Obj write(String service, int number, Json.Obj inspection, Json.Obj blank) {
        return new ExportedService(this, service, number, inspection, blank).write();
    }

    /** The key of a network in the file, which then has it. */
    String networkKey(String engineName) {
        Json.Obj found = observed.networks().get(engineName);
        Map<String, String> labels = found == null ? Map.of() : Observed.labels(found);
        if (found == null
                || !isOfProject(found)
                || labels.getOrDefault(Labels.NETWORK, "").isEmpty()) {
            networks.put(engineName, external(engineName));
            return engineName;
        }
        String key = labels.getOrDefault(Labels.NETWORK, engineName);
        Json.Obj written = ExportedShared.network(name(), key, found);
        networks.put(key, written);
        return key;
    }

    /** The same for a volume. */
    String volumeKey(String engineName) {
        Json.Obj found = observed.volumes().get(engineName);
        Map<String, String> labels = found == null ? Map.of() : Observed.labels(found);
        if (found == null
                || !isOfProject(found)
                || labels.getOrDefault(Labels.VOLUME, "").isEmpty()) {
            volumes.put(engineName, external(engineName));
            return engineName;
        }
        String key = labels.getOrDefault(Labels.VOLUME, engineName);
        volumes.put(key, ExportedShared.volume(name(), key, found));
        return key;
    }

    private static Json.Obj external(String name) {
        return Json.object().put("name", name).put("external", true).build();
    }

    /** What has become of it. */
    Exported end() {
        if (!refused.isEmpty()) {
            return new Exported.Refused(
                    RuntimeReason.NOT_EXPORTABLE,
                    "project " + name() + " cannot be written as a Compose file: " + String.join("; ", refused));
        }
        // The default one need not be declared; any other must be, or services could not name it.
        networks.remove(ComposeModel.DEFAULT_NETWORK, Json.object().build());
        Json.Builder model =
                Json.object().put("name", name()).put("services", new Json.Obj(new LinkedHashMap<>(services)));
        if (!networks.isEmpty()) {
            model.put("networks", new Json.Obj(new LinkedHashMap<>(networks)));
        }
        if (!volumes.isEmpty()) {
            model.put("volumes", new Json.Obj(new LinkedHashMap<>(volumes)));
        }
        return new Exported.Model((Json.Obj) escaped(model.build()), notes);
    }

    /** A Compose file is interpolated: what runs has no variables any more. */
    private static Json escaped(Json value) {
        return switch (value) {
            case Json.Str(String text) -> Json.of(text.replace("$", "$$"));
            case Json.Arr(List<Json> items) ->
                new Json.Arr(items.stream().map(ExportedProject::escaped).toList());
            case Json.Obj(var fields) -> {
                SequencedMap<String, Json> all = new LinkedHashMap<>();
                fields.forEach((key, one) -> all.put(key, escaped(one)));
                yield new Json.Obj(all);
            }
            case Json.Int _, Json.Dec _, Json.Bool _, Json.Null _ -> value;
        };
    }
}
