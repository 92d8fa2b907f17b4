package io.wherry.hub.cli;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Layer;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.Release;
import io.wherry.contract.SourceRef;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is in a bundle file, as JSON. It says what stands there; whether an agent accepts it, its own {@code bundle verify} says. */
final class FileView {
    private final BundleFile file;
    private final Map<String, Descriptor> releases = new HashMap<>();

    FileView(BundleFile file) {
        this.file = file;
        file.delivery().documents(Delivery.RELEASE).forEach(document -> document.annotation(Delivery.PAYLOAD)
                .ifPresent(payload -> releases.put(payload, document)));
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
        List<Json> images = new ArrayList<>();
        for (CarriedImage image : assignment.images()) {
            images.add(image(image));
        }
        boolean sinceReceipts = document.annotation(Delivery.SINCE_RECEIPTS).equals(Optional.of("true"));
        List<Json> stacks = new ArrayList<>();
        for (Entry entry : assignment.entries()) {
            stacks.add(stack(entry, sinceReceipts));
        }
        Json.Builder agent = Json.object()
                .put("agent", document.annotation(Delivery.AGENT_NAME).orElse(""))
                .put("agentId", assignment.agentId().value())
                .put("trustDomain", assignment.trustDomain().toString())
                .put("epoch", assignment.epoch())
                .put("sequence", assignment.sequence())
                .put("issuedAt", assignment.issuedAt().toString())
                .put("expiresAt", assignment.expiresAt().toString())
                .put("stacks", new Json.Arr(stacks))
                .put("images", new Json.Arr(images));
        acknowledged(assignment.agentId()).ifPresent(acknowledged -> agent.put("acknowledged", acknowledged));
        return agent.build();
    }

    /** Up to which receipt its site may forget them; one that cannot be read is a problem of its own, as it is at the site. */
    private Optional<Json> acknowledged(AgentId agent) throws IOException {
        List<Descriptor> documents = file.delivery()
                .documents(Delivery.ACKNOWLEDGEMENT)
                .filter(one -> one.annotation(Delivery.AGENT).equals(Optional.of(agent.value())))
                .toList();
        if (documents.isEmpty()) {
            return Optional.empty();
        }
        if (documents.size() > 1) {
            return Optional.of(problem(documents.size() + " of them (expected: at most one for each agent)"));
        }
        try {
            int most = Limits.ACKNOWLEDGEMENT_ENVELOPE_BYTES;
            byte[] envelope = file.read(documents.getFirst().digest(), most);
            byte[] payload = Envelope.parse(envelope, most).payload();
            return Optional.of(shown(Acknowledgement.parse(JsonReader.statement(payload, most))));
        } catch (BundleFileException | JsonException | IllegalArgumentException e) {
            return Optional.of(problem(String.valueOf(e.getMessage())));
        }
    }

    private static Json problem(String what) {
        return Json.object().put("problem", what).build();
    }

    private static Json shown(Acknowledgement acknowledgement) {
        return Json.object()
                .put("epoch", acknowledgement.epoch())
                .put("counter", acknowledgement.counter())
                .put("receipt", acknowledgement.receipt().toString())
                .put("issuedAt", acknowledgement.issuedAt().toString())
                .build();
    }

    /** One whose manifest is left out is meant to be at the site already. */
    private Json image(CarriedImage image) throws IOException {
        boolean here = file.size(image.manifest()).isPresent();
        List<Descriptor> parts = here
                ? ImageManifest.parse(file.read(image.manifest(), ImageManifest.MAX_BYTES))
                        .parts()
                : List.of();
        return Json.object()
                .put("name", image.name())
                .put("manifest", image.manifest().toString())
                .put("config", image.config().toString())
                .put("here", here)
                .put("sizeBytes", parts.stream().mapToLong(Descriptor::size).sum())
                .put(
                        "missing",
                        parts.stream()
                                .filter(part -> file.size(part.digest()).orElse(-1) != part.size())
                                .map(part -> "blob " + part.digest())
                                .toList())
                .build();
    }

    /** @param sinceReceipts whether content that is not here is meant to be at the site already */
    private Json stack(Entry entry, boolean sinceReceipts) throws IOException {
        List<String> missing = new ArrayList<>();
        List<String> atSite = new ArrayList<>();
        if (!releases.containsKey(entry.release().toString())) {
            missing.add("release " + entry.release());
        }
        if (entry.bundle().isPresent()) {
            (sinceReceipts ? atSite : missing).addAll(missing(entry.bundle().get()));
        }
        Json.Builder stack = Json.object()
                .put("name", entry.name())
                .put("generation", entry.generation())
                .put("state", entry.state().name().toLowerCase(Locale.ROOT))
                .putIf("bundle", entry.bundle().map(bundle -> bundle.digest().toString()))
                .put("sizeBytes", entry.bundle().map(BundleRef::sizeBytes).orElse(0L))
                .put("complete", missing.isEmpty())
                .put("missing", missing)
                .put("atSite", atSite);
        source(entry).ifPresent(source -> stack.put("source", source));
        return stack.build();
    }

    /** As its release says. */
    private Optional<Json.Obj> source(Entry entry) throws IOException {
        Descriptor document = releases.get(entry.release().toString());
        if (document == null) {
            return Optional.empty();
        }
        byte[] payload = Envelope.parse(file.read(document.digest(), Limits.ENVELOPE_BYTES))
                .payload();
        return Release.parse(JsonReader.statement(payload, Limits.STATEMENT_BYTES))
                .source()
                .map(SourceRef::toJson);
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
