package io.wherry.agent.reconcile;

import io.wherry.agent.runtime.Deployment.ProjectFile;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.StackRecord;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Layer;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.ObjectVariables;
import io.wherry.contract.Release;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.SiteVariableException;
import io.wherry.contract.SiteVariables;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What lies on this disk of the entries of an assignment. What was verified when it came is trusted by its digest. */
public final class EntryContent {
    private final BlobStore blobs;

    EntryContent(BlobStore blobs) {
        this.blobs = blobs;
    }

    Manifest manifest(Digest bundle) {
        return Manifest.parse(blobs.read(bundle, Limits.MANIFEST_BYTES));
    }

    /** As the bundle has it, without this site's values. */
    Json.Obj model(Manifest manifest) {
        return JsonReader.object(
                blobs.read(manifest.model().digest(), manifest.format().maxBytes()));
    }

    List<ProjectFile> files(Manifest manifest) {
        List<ProjectFile> files = new ArrayList<>();
        for (Layer layer : manifest.files()) {
            files.add(new ProjectFile(layer.path(), layer.executable(), layer.digest(), blobs.path(layer.digest())));
        }
        return files;
    }

    /** The release of an entry, as verified when it came. */
    Release release(Entry entry) {
        byte[] payload = Envelope.parse(blobs.readStatement(entry.release())).payload();
        return Release.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES));
    }

    /**
     * A model with this site's values; in objects a dollar sign means something only where the model says so.
     *
     * @throws SiteVariableException if a value does not match its pattern
     */
    Json.Obj filled(ModelFormat format, Json.Obj model, Entry entry) {
        if (format == ModelFormat.COMPOSE) {
            return SiteVariables.substitute(model, values(entry));
        }
        return ObjectVariables.isAsked(model) ? ObjectVariables.substitute(model, values(entry)) : model;
    }

    /** The entry's values over the defaults of the release, each within its signed pattern. */
    private Map<String, String> values(Entry entry) {
        Map<String, String> values = new TreeMap<>();
        for (SiteVariable variable : release(entry).siteVariables()) {
            variable.defaultValue().ifPresent(value -> values.put(variable.name(), value));
            String own = entry.variables().get(variable.name());
            if (own != null && !variable.accepts(own)) {
                throw new SiteVariableException(variable.name() + ": the value does not match its pattern (expected: "
                        + variable.pattern() + ")");
            }
            if (own != null) {
                values.put(variable.name(), own);
            }
        }
        return values;
    }

    /** Whether all content of an entry is here. */
    boolean isComplete(Entry entry) {
        return blobs.hasStatement(entry.release())
                && entry.bundle().stream()
                        .allMatch(bundle -> blobs.has(bundle.digest())
                                && manifest(bundle.digest()).layers().stream()
                                        .allMatch(layer -> blobs.has(layer.digest())));
    }

    /** What must survive cleaning up: the content of all that is assigned, that runs, and that is being brought about. */
    public Set<Digest> needed(Optional<Assignment> adopted, List<StackRecord> records) {
        Set<Digest> needed = new HashSet<>();
        adopted.map(Assignment::entries).orElse(List.of()).forEach(entry -> needed.addAll(blobsOf(entry)));
        for (StackRecord record : records) {
            record.good().map(StackRecord.Good::entry).map(this::blobsOf).ifPresent(needed::addAll);
            record.work().entry().map(this::blobsOf).ifPresent(needed::addAll);
        }
        return needed;
    }

    /** Every blob an entry needs, as far as is known. */
    private Set<Digest> blobsOf(Entry entry) {
        Set<Digest> content = new HashSet<>();
        content.add(entry.release());
        entry.bundle().ifPresent(bundle -> {
            content.add(bundle.digest());
            if (blobs.has(bundle.digest())) {
                manifest(bundle.digest()).layers().forEach(layer -> content.add(layer.digest()));
            }
        });
        return content;
    }
}
