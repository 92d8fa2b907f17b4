package io.wherry.hub.resource;

import io.wherry.base.yaml.Fields;
import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads resources strictly: every unknown field is a problem with its place and the nearest known name; what the design has and this version
 * has not is said to be so.
 */
public final class ResourceYaml {
    private static final List<String> READ_ONLY_KINDS = List.of("Event", "AuditRecord", "Bundle", "Rollout");

    private ResourceYaml() {}

    /**
     * Reads all documents of a file.
     *
     * @param file the name for positions
     * @throws YamlException with every problem
     */
    public static List<Resource> parse(String file, byte[] bytes) {
        return parsePlaced(file, bytes).stream().map(Placed::resource).toList();
    }

    /**
     * A resource and its document.
     *
     * @param at      where the document begins
     * @param version the {@code resourceVersion} that it was printed with, if it was printed by a hub and edited
     */
    public record Placed(Resource resource, Position at, Optional<Long> version) {}

    /** The same with places, for who finds out later what is wrong with them. */
    public static List<Placed> parsePlaced(String file, byte[] bytes) {
        Problems problems = new Problems();
        List<Placed> resources = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        for (YamlNode document : Yaml.parseAll(file, bytes)) {
            if (empty(document)) {
                continue; // "---" at the end, or what a template left of a document: nobody meant an object by it
            }
            read(document, problems).ifPresent(resource -> {
                String id = resource.kind().word() + " " + resource.name();
                Position first = seen.putIfAbsent(id, document.at());
                if (first != null) {
                    problems.add(document.at(), id + " twice", "the first is at " + first);
                }
                resources.add(new Placed(resource, document.at(), MetadataYaml.version(document)));
            });
        }
        problems.throwIfAny();
        return List.copyOf(resources);
    }

    private static boolean empty(YamlNode document) {
        return document instanceof YamlNode.Scalar scalar
                && scalar.plain()
                && scalar.text().isEmpty();
    }

    /** Reads the JSON form of one resource; positions are field paths. {@code status} and what the hub adds to metadata are ignored. */
    public static Resource fromJson(Json.Obj json) {
        Problems problems = new Problems();
        Optional<Resource> resource = read(JsonNodes.node(json), problems);
        problems.throwIfAny();
        return resource.orElseThrow(() -> new IllegalStateException("resource: none (expected: one, or a problem)"));
    }

    private static Optional<Resource> read(YamlNode document, Problems problems) {
        Strict fields = new Strict(Fields.of(document, problems), problems);
        boolean version = version(fields);
        Optional<ResourceKind> kind = kind(fields);
        if (!version || kind.isEmpty()) {
            return Optional.empty(); // what the other fields should be cannot be known
        }
        fields.ignore("status");
        Optional<Metadata> metadata = MetadataYaml.read(fields.sub("metadata"));
        Strict spec = fields.sub("spec");
        Metadata named = metadata.orElse(Metadata.of("unknown")); // the spec is read all the same: all problems at once
        Optional<? extends Resource> resource = spec(kind.get(), named, spec);
        spec.done();
        fields.done();
        return metadata.isPresent() ? resource.map(r -> (Resource) r) : Optional.empty();
    }

    private static Optional<? extends Resource> spec(ResourceKind kind, Metadata metadata, Strict spec) {
        return switch (kind) {
            case SOURCE -> SourceYaml.read(metadata, spec);
            case STACK -> StackYaml.read(metadata, spec);
            case AGENT -> AgentYaml.read(metadata, spec);
            case GROUP -> GroupYaml.read(metadata, spec);
            case ROLLOUT_POLICY -> RolloutPolicyYaml.read(metadata, spec);
            case POLICY -> PolicyYaml.read(metadata, spec);
        };
    }

    private static boolean version(Strict fields) {
        String version = fields.get().requireText("apiVersion");
        if (!version.isEmpty() && !version.equals(Resource.API_VERSION)) {
            fields.get().problem("apiVersion", "\"" + version + "\" is not known", "write " + Resource.API_VERSION);
        }
        return version.equals(Resource.API_VERSION);
    }

    private static Optional<ResourceKind> kind(Strict fields) {
        String word = fields.get().requireText("kind");
        Optional<ResourceKind> kind = ResourceKind.find(word);
        if (kind.isPresent() || word.isEmpty()) {
            return kind;
        }
        if (word.equals("Credential")) {
            fields.get()
                    .problem(
                            "kind",
                            "a Credential cannot be applied, values never stand in YAML",
                            "use \"wherry credential create\"");
        } else if (word.equals("Approval")) {
            fields.get()
                    .problem(
                            "kind",
                            "an Approval cannot be applied, a person says it of one plan",
                            "use \"wherry approval approve\"");
        } else if (READ_ONLY_KINDS.contains(word)) {
            fields.get().problem("kind", word + " is read-only", "the hub alone writes it");
        } else {
            fields.get()
                    .problem("kind", "\"" + word + "\" is not known", Fields.suggestion(word, ResourceKind.words()));
        }
        return Optional.empty();
    }
}
