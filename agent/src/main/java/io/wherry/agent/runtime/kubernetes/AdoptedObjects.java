package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.base.DurableFiles;
import io.wherry.contract.ObjectName;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a stack took over, or back, as it was before: a file beside its project directory, written durably before the first write to those objects. A generation
 * that fails gives them back. What it took back is a member that the good generation does not declare, and that stayed; until then its name alone is kept. There may be Secrets among them, and secrets in the environment of others, so the file is sealed.
 */
final class AdoptedObjects {
    private static final String SEALED = "sealed";

    private final Path file;
    private final KeptSealed seal;

    private AdoptedObjects(Path file, KeptSealed seal) {
        this.file = file;
        this.seal = seal;
    }

    /** @param agentKey of this agent alone, at least 16 random bytes */
    static AdoptedObjects of(Deployment.Identity identity, byte[] agentKey) {
        Path directory = identity.directory().toAbsolutePath().normalize();
        return new AdoptedObjects(
                directory.resolveSibling(directory.getFileName() + ".adopted-objects.json"),
                new KeptSealed(agentKey, identity.stack()));
    }

    /** Adds what these steps take over, or back. What is kept already is from before, and stays as it is. */
    void keep(List<Step> steps) {
        SequencedMap<String, Json> kept = read();
        boolean added = false;
        for (Step step : steps) {
            if (step instanceof Step.Change change) {
                String name = change.declared().key().toString();
                Json before = kept.get(name);
                if (before == null ? change.takenOver() : before instanceof Json.Null) {
                    kept.put(name, change.live());
                    added = true;
                }
            }
        }
        if (added) {
            write(kept);
        }
    }

    /** Adds one as it was before. */
    void keep(ObjectName name, Json.Obj before) {
        SequencedMap<String, Json> kept = read();
        if (!(kept.get(name.toString()) instanceof Json.Obj)) {
            kept.put(name.toString(), before);
            write(kept);
        }
    }

    /**
     * Forgets what they were before: a generation that has become good keeps what it took over.
     *
     * @param staying names of members that it does not declare
     */
    void settle(List<String> staying) {
        SequencedMap<String, Json> names = new LinkedHashMap<>();
        staying.forEach(name -> names.put(name, new Json.Null()));
        if (names.isEmpty()) {
            clear();
        } else {
            write(names);
        }
    }

    /** The same where all is as it was before: the names are kept. */
    void settleAsBefore() {
        settle(List.copyOf(read().keySet()));
    }

    /** Forgets them all. */
    void clear() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new PendingException(RuntimeReason.FILE_UNWRITABLE, file + ": cannot be removed: " + e.getMessage());
        }
    }

    /** Puts an object back as it was before. @return whether it was taken over, or back, at all */
    boolean giveBack(ClusterApi api, Kind kind, ObjectName key, Json.Obj live) {
        if (!(read().get(key.toString()) instanceof Json.Obj before)) {
            return false;
        }
        FreshLook.each(
                () -> replace(api, kind, key, live, before),
                () -> replace(api, kind, key, api.find(kind, key).orElse(live), before));
        return true;
    }

    private static Json.Obj replace(ClusterApi api, Kind kind, ObjectName key, Json.Obj live, Json.Obj before) {
        Json.Obj whole = before;
        for (String field : List.of("managedFields", "uid", "creationTimestamp", "generation")) {
            whole = Fields.without(whole, "metadata", field);
        }
        String version = Fields.text(live, "metadata", "resourceVersion");
        whole = Fields.with(whole, new Json.Str(version), "metadata", "resourceVersion");
        return api.replace(kind, key, whole);
    }

    private SequencedMap<String, Json> read() {
        try {
            return Files.exists(file)
                    ? new LinkedHashMap<>(
                            opened(JsonReader.object(Files.readAllBytes(file))).fields())
                    : new LinkedHashMap<>();
        } catch (IOException | JsonException e) {
            throw new PendingException(
                    RuntimeReason.FILE_UNWRITABLE,
                    file + ": cannot be read: " + e.getMessage()
                            + ". Put it back from a copy, or remove it: what was taken over is then not given back");
        }
    }

    private Json.Obj opened(Json.Obj kept) throws IOException {
        if (!(kept.fields().get(SEALED) instanceof Json.Str(String base64))) {
            return kept; // of a version that did not seal: names of objects have slashes
        }
        try {
            return JsonReader.object(seal.open(Base64.getDecoder().decode(base64))
                    .orElseThrow(() -> new IOException("it does not open with this agent's key (hash.key)")));
        } catch (IllegalArgumentException e) {
            throw new IOException(SEALED + ": is not Base64", e);
        }
    }

    private void write(Map<String, Json> kept) {
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            byte[] sealed = seal.seal(JsonWriter.compact(Json.Obj.of(kept)).getBytes(UTF_8));
            Json.Obj whole = Json.object()
                    .put(SEALED, Base64.getEncoder().encodeToString(sealed))
                    .build();
            DurableFiles.write(file, JsonWriter.compact(whole).getBytes(UTF_8));
        } catch (IOException e) {
            throw new PendingException(RuntimeReason.FILE_UNWRITABLE, file + ": cannot be written: " + e.getMessage());
        }
    }
}
