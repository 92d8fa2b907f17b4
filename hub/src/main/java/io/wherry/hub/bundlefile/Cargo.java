package io.wherry.hub.bundlefile;

import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.registry.ImageResolver.Resolved;
import io.wherry.hub.registry.ImageSource;
import io.wherry.hub.registry.Platform;
import io.wherry.hub.render.MountedImages;
import io.wherry.hub.render.ObjectImages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;

/** The container images of a file: for each agent those that its stacks name, for its platform. Each name is looked up once. */
final class Cargo {
    private final BundleStore bundles;
    private final ImageSource source;
    private final Map<Digest, SequencedSet<String>> namesByBundle = new HashMap<>();
    private final Map<Wanted, Resolved> resolved = new HashMap<>();
    private final Map<AgentId, List<Resolved>> byAgent = new HashMap<>();

    private record Wanted(String name, Platform platform) {}

    Cargo(BundleStore bundles, ImageSource source) {
        this.bundles = bundles;
        this.source = source;
    }

    /** @throws io.wherry.contract.registry.RegistryException if one cannot be had */
    void add(AgentRecord agent, Assignment assignment) throws IOException {
        Platform platform = Platform.parse(agent.facts().platform());
        SequencedSet<String> names = new TreeSet<>();
        for (Entry entry : assignment.entries()) {
            entry.bundle().map(this::names).ifPresent(names::addAll);
        }
        List<Resolved> images = new ArrayList<>();
        for (String name : names) {
            Wanted wanted = new Wanted(name, platform);
            Resolved known = resolved.get(wanted);
            if (known == null) {
                known = source.resolve(name, platform);
                resolved.put(wanted, known);
            }
            images.add(known);
        }
        byAgent.put(agent.id(), images);
    }

    /** What a bundle's model runs; nothing where the store lacks it, which is refused elsewhere. */
    private SequencedSet<String> names(BundleRef bundle) {
        return namesByBundle.computeIfAbsent(bundle.digest(), digest -> {
            SequencedSet<String> names = new TreeSet<>();
            List<Layer> layers = bundles.read(digest).map(Manifest::parse).stream()
                    .flatMap(manifest -> manifest.layers().stream())
                    .toList();
            for (Layer layer : layers) {
                switch (layer.mediaType()) {
                    case Layer.COMPOSE -> model(layer).ifPresent(model -> ofServices(model, names));
                    case Layer.KUBERNETES -> model(layer).ifPresent(model -> ofObjects(model, names));
                    default -> {} // a file of the project
                }
            }
            return names;
        });
    }

    private Optional<Json.Obj> model(Layer layer) {
        return bundles.read(layer.digest()).map(JsonReader::object);
    }

    private static void ofServices(Json.Obj model, SequencedSet<String> names) {
        model.object("services").fields().values().forEach(service -> {
            ((Json.Obj) service).findString("image").ifPresent(names::add);
            names.addAll(MountedImages.of((Json.Obj) service));
        });
    }

    private static void ofObjects(Json.Obj model, SequencedSet<String> names) {
        model.objects("objects").forEach(object -> names.addAll(ObjectImages.of(object)));
        model.objects("hooks").forEach(hook -> names.addAll(ObjectImages.of(hook.object("object"))));
    }

    List<Resolved> of(AgentId agent) {
        return byAgent.getOrDefault(agent, List.of());
    }

    List<CarriedImage> carried(AgentId agent) {
        return of(agent).stream().map(Resolved::image).toList();
    }
}
