package io.wherry.agent.runtime.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.runtime.docker.Differences;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A config or a secret as it should be. A swarm cannot change one, so its name carries a digest of its content: another content is another object, and
 * the services that use it are updated.
 *
 * @param key     its name in the model
 * @param name    in the swarm, at most {@value #MAX_NAME_CHARS} characters
 * @param content read only when it is made
 */
record FileObject(Kind kind, String key, String name, Map<String, String> labels, Content content) {
    /** What differs is only where it goes. */
    enum Kind {
        CONFIG("configs"),
        SECRET("secrets");

        private final String section;

        Kind(String section) {
            this.section = section;
        }

        /** In the model, and in the Engine API. */
        String section() {
            return section;
        }
    }

    /** The swarm's limit. */
    static final int MAX_NAME_CHARS = 64;

    /** The swarm's limit of a secret, and what engines of before 26 take of a config. */
    static final int MAX_BYTES = 500 << 10;

    private static final int DIGEST_CHARS = 12;

    /** Where the bytes are. */
    @FunctionalInterface
    interface Content {
        byte[] read() throws IOException;
    }

    /** The configs and secrets that services ask for. @throws ModelException naming one that cannot be had */
    static List<FileObject> of(Deployment deployment, SwarmModel model, String owner, byte[] hashKey) {
        List<FileObject> objects = new ArrayList<>();
        model.configs().forEach((key, config) -> objects.add(config(deployment, key, config, owner)));
        model.secrets().forEach((key, secret) -> objects.add(secret(deployment, key, secret, owner, hashKey)));
        return objects;
    }

    private static FileObject config(Deployment deployment, String key, Json.Obj config, String owner) {
        Optional<byte[]> text = config.findString("content").map(content -> content.getBytes(UTF_8));
        if (text.isPresent()) {
            String digest = Digest.of(text.get()).hex();
            return make(deployment, Kind.CONFIG, key, config, owner, digest, text::get);
        }
        Deployment.ProjectFile file = file(deployment, "configs." + key, config);
        return make(deployment, Kind.CONFIG, key, config, owner, file.digest().hex(), () -> read(file.blob()));
    }

    /** A secret's name must not let anybody try out values: its digest is of the version, or is made with this agent's own key. */
    private static FileObject secret(Deployment deployment, String key, Json.Obj secret, String owner, byte[] hashKey) {
        if (!SwarmModel.isExternal(secret)) {
            Deployment.ProjectFile file = file(deployment, "secrets." + key, secret);
            String hash = new Differences(hashKey).hash(file.digest().hex());
            return make(deployment, Kind.SECRET, key, secret, owner, hash, () -> read(file.blob()));
        }
        SecretFile brought = deployment.secrets().stream()
                .filter(one -> one.name().equals(key))
                .findFirst()
                .orElseThrow(() ->
                        ModelException.invalid("secrets." + key + ": external, and the entry brings no value for it"));
        String version = brought.sealed().uid() + "/" + brought.sealed().version();
        return make(
                deployment,
                Kind.SECRET,
                key,
                Raw.NOTHING,
                owner,
                version,
                () -> read(brought.file(
                        brought.modes().isEmpty()
                                ? SecretFile.DEFAULT_MODE
                                : brought.modes().first())));
    }

    private static byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    private static Deployment.ProjectFile file(Deployment deployment, String path, Json.Obj object) {
        String wanted = object.findString("file")
                .map(file -> Path.of(file).normalize().toString())
                .orElseThrow(() -> ModelException.unsupported(path, "neither file nor content"));
        return deployment.files().stream()
                .filter(file -> file.path().equals(wanted))
                .findFirst()
                .orElseThrow(() -> ModelException.invalid(
                        path + ".file: " + wanted + " did not come with the bundle (expected: a file of the project)"));
    }

    private static FileObject make(
            Deployment deployment,
            Kind kind,
            String key,
            Json.Obj object,
            String owner,
            String content,
            Content bytes) {
        Map<String, String> labels = new TreeMap<>(Raw.textsOf(object, "labels"));
        String project = deployment.identity().project();
        Json.Obj all = Json.object()
                .put("project", project)
                .put("key", key)
                .put("content", content)
                .put("labels", labels)
                .build();
        String digest = Digest.of(JsonWriter.canonical(all)).hex();
        labels.putAll(StackLabels.made(deployment.identity(), owner, key, digest));
        return new FileObject(kind, key, name(project + "_" + key, digest), labels, bytes);
    }

    private static String name(String scoped, String digest) {
        int room = MAX_NAME_CHARS - DIGEST_CHARS - 1;
        return scoped.substring(0, Math.min(scoped.length(), room)) + "-" + digest.substring(0, DIGEST_CHARS);
    }

    String object() {
        return (kind == Kind.CONFIG ? "config/" : "secret/") + key;
    }

    /** The body of the create call. @throws ModelException if it is longer than a swarm takes */
    Json.Obj body() throws IOException {
        byte[] bytes = content.read();
        if (bytes.length > MAX_BYTES) {
            throw ModelException.invalid(kind.section() + "." + key + ": " + bytes.length + " bytes (expected: at most "
                    + MAX_BYTES + ", which is all that a swarm takes)");
        }
        return Json.object()
                .put("Name", name)
                .put("Labels", labels)
                .put("Data", Base64.getEncoder().encodeToString(bytes))
                .build();
    }
}
