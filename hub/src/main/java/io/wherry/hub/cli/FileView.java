package io.wherry.hub.cli;

import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Layer;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What is in a bundle file, as JSON. It says what stands there; whether an agent accepts it, its own {@code bundle verify} says. */
final class FileView {
    private final BundleFile file;
    private final Set<String> releases = new HashSet<>();

    FileView(BundleFile file) {
        this.file = file;
        file.delivery()
                .documents(Delivery.RELEASE)
                .flatMap(document -> document.annotation(Delivery.PAYLOAD).stream())
                .forEach(releases::add);
    }

    /** One item for each assignment. */
    List<Json.Obj> agents() throws IOException {
        List<Json.Obj> agents = new ArrayList<>();
        for (Descriptor document :
                file.delivery().documents(Delivery.ASSIGNMENT).toList()) {
            agents.add(agent(document));
        }
        return agents;
    }

    private Json.Obj agent(Descriptor document) throws IOException {
        byte[] payload = Envelope.parse(file.read(document.digest(), Limits.ENVELOPE_BYTES))
                .payload();
        Assignment assignment = Assignment.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES));
        List<Json> stacks = new ArrayList<>();
        for (Entry entry : assignment.entries()) {
            stacks.add(stack(entry));
        }
        return Json.object()
                .put("agent", document.annotation(Delivery.AGENT_NAME).orElse(""))
                .put("agentId", assignment.agentId().value())
                .put("trustDomain", assignment.trustDomain().toString())
                .put("epoch", assignment.epoch())
                .put("sequence", assignment.sequence())
                .put("issuedAt", assignment.issuedAt().toString())
                .put("expiresAt", assignment.expiresAt().toString())
                .put("stacks", new Json.Arr(stacks))
                .build();
    }

    private Json stack(Entry entry) throws IOException {
        List<String> missing = new ArrayList<>();
        if (!releases.contains(entry.release().toString())) {
            missing.add("release " + entry.release());
        }
        if (entry.bundle().isPresent()) {
            missing.addAll(missing(entry.bundle().get()));
        }
        return Json.object()
                .put("name", entry.name())
                .put("generation", entry.generation())
                .put("state", entry.state().name().toLowerCase(Locale.ROOT))
                .putIf("bundle", entry.bundle().map(bundle -> bundle.digest().toString()))
                .put("sizeBytes", entry.bundle().map(BundleRef::sizeBytes).orElse(0L))
                .put("complete", missing.isEmpty())
                .put("missing", missing)
                .build();
    }

    private List<String> missing(BundleRef bundle) throws IOException {
        if (file.size(bundle.digest()).isEmpty()) {
            return List.of("bundle " + bundle.digest());
        }
        List<String> missing = new ArrayList<>();
        for (Layer layer : Manifest.parse(file.read(bundle.digest(), Limits.MANIFEST_BYTES))
                .layers()) {
            Digest digest = layer.digest();
            if (file.size(digest).orElse(-1) != layer.size()) {
                missing.add("blob " + digest);
            }
        }
        return missing;
    }
}
