package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.contract.Digest;
import io.wherry.contract.OwnedConfigs;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Where the content of configs and secrets lies on the host: a file of the project, or one that we write for content in the model. */
final class ConfigFiles {
    /** Below the project directory; closed to others, because secrets lie there too. */
    static final String PRIVATE_FOLDER = ".wherry";

    private ConfigFiles() {}

    static String source(
            Deployment.Identity identity, String section, String name, SortedMap<String, Json.Obj> objects) {
        Json.Obj object = objects.get(name);
        if (object == null) {
            throw ModelException.invalid(section + "." + name + ": not defined in the model");
        }
        return object.findString("file")
                .map(file -> Mounts.hostPath(identity, section + "." + name + ".file", file))
                .orElseGet(() -> {
                    if (object.findString("content").isEmpty()) {
                        throw ModelException.unsupported(section + "." + name, "neither file nor content");
                    }
                    return Mounts.hostPath(identity, section + "." + name, path(section, name));
                });
    }

    /** The config, where the service has it put into its containers ({@link PlacedFile}): then nothing is mounted. */
    static Optional<Json.Obj> placed(Json.Obj grant, SortedMap<String, Json.Obj> configs) {
        return Optional.ofNullable(configs.get(grant.string("source")))
                .filter(config -> OwnedConfigs.isOwned(config, grant));
    }

    /** The file of a secret that the entry brought, for a service that asks for this mode. */
    static Optional<String> brought(Json.Obj grant, SortedMap<String, Json.Obj> secrets) {
        return Optional.ofNullable(secrets.get(grant.string("source")))
                .filter(ComposeModel::isExternal)
                .map(secret -> secret.string("file") + "." + mode(grant));
    }

    /**
     * Digests of the contents in the model that the service uses. A new content is a new file beside the old one, and a container that runs keeps
     * the old one: it must be made anew.
     */
    static SortedMap<String, String> written(ComposeService service, ComposeModel model) {
        SortedMap<String, String> written = new TreeMap<>();
        for (Json.Obj grant : service.raw().objects("configs")) {
            Optional.ofNullable(model.configs().get(grant.string("source")))
                    .flatMap(config -> config.findString("content"))
                    .ifPresent(text -> written.put(
                            grant.string("source"),
                            Digest.of(text.getBytes(UTF_8)).hex()));
        }
        return written;
    }

    private static String mode(Json.Obj grant) {
        try {
            return SecretFile.mode(grant.findString("mode").orElse(SecretFile.DEFAULT_MODE));
        } catch (IllegalArgumentException e) {
            throw ModelException.invalid("secrets." + grant.string("source") + ": " + e.getMessage());
        }
    }

    private static String path(String section, String name) {
        if (!name.matches("[a-zA-Z0-9._-]{1,128}") || name.matches("\\.+")) {
            throw ModelException.invalid(section + "." + name + ": not a name for a file");
        }
        return PRIVATE_FOLDER + "/" + section + "/" + name;
    }

    /** Whether it is used, and mounted by nobody. */
    private static boolean isPlacedAlone(ComposeModel model, String config) {
        List<Json.Obj> uses = model.services().values().stream()
                .flatMap(service -> service.raw().objects("configs").stream())
                .filter(grant -> grant.string("source").equals(config))
                .toList();
        return !uses.isEmpty()
                && uses.stream()
                        .allMatch(grant -> placed(grant, model.configs()).isPresent());
    }

    /** The files that we write ourselves: path below the project directory to content. */
    static SortedMap<String, byte[]> contents(ComposeModel model) {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        for (Map.Entry<String, SortedMap<String, Json.Obj>> section :
                Map.of("configs", model.configs(), "secrets", model.secrets()).entrySet()) {
            section.getValue().forEach((name, object) -> object.findString("content")
                    .filter(_ -> !section.getKey().equals("configs") || !isPlacedAlone(model, name))
                    .ifPresent(text -> contents.put(path(section.getKey(), name), text.getBytes(UTF_8))));
        }
        return contents;
    }
}
