package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a container sees of the host and of volumes, in the forms that Compose uses, so that {@code docker inspect} shows the same.
 *
 * @param binds  {@code source:target:mode}: host paths that the engine may create, and named volumes
 * @param mounts the rest: anonymous volumes, host paths that must exist, configs, secrets, sized tmpfs
 * @param tmpfs  target to options
 */
record Mounts(List<String> binds, List<Json> mounts, Map<String, String> tmpfs) {

    static Mounts of(Deployment.Identity identity, ComposeModel model, ComposeService service) {
        List<String> binds = new ArrayList<>();
        List<Json> mounts = new ArrayList<>();
        Map<String, String> tmpfs = new TreeMap<>();
        String path = "services." + service.name();
        for (Json.Obj mount : service.raw().objects("volumes")) {
            KnownFields.check(path + ".volumes", mount, KnownFields.MOUNT);
            switch (mount.string("type")) {
                case "bind" -> bind(identity, path, mount, binds, mounts);
                case "volume" -> volume(identity, model, path, mount, binds, mounts);
                case "tmpfs" -> mounts.add(tmpfs(path, mount));
                case "image" -> mounts.add(image(path, mount));
                default -> throw ModelException.unsupported(path + ".volumes.type", mount.string("type"));
            }
        }
        for (Json entry : service.raw().array("tmpfs")) {
            String text = Units.text(path + ".tmpfs", entry);
            int colon = text.indexOf(':');
            tmpfs.put(colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : text.substring(colon + 1));
        }
        for (Json.Obj secret : service.raw().objects("secrets")) {
            String target = secret.findString("target").orElse(secret.string("source"));
            mounts.add(file(
                    ConfigFiles.brought(secret, model.secrets())
                            .orElseGet(() ->
                                    ConfigFiles.source(identity, "secrets", secret.string("source"), model.secrets())),
                    target.startsWith("/") ? target : "/run/secrets/" + target));
        }
        for (Json.Obj config : service.raw().objects("configs")) {
            if (ConfigFiles.placed(config, model.configs()).isEmpty()) {
                mounts.add(file(
                        ConfigFiles.source(identity, "configs", config.string("source"), model.configs()),
                        config.findString("target").orElse("/" + config.string("source"))));
            }
        }
        return new Mounts(List.copyOf(binds), List.copyOf(mounts), tmpfs);
    }

    private static void bind(
            Deployment.Identity identity, String path, Json.Obj mount, List<String> binds, List<Json> mounts) {
        Optional<Json.Obj> options = nested(mount, "bind");
        options.ifPresent(o -> KnownFields.check(path + ".volumes.bind", o, KnownFields.BIND));
        String source = hostPath(identity, path + ".volumes", mount.string("source"));
        String target = mount.string("target");
        boolean readOnly = mount.boolOr("read_only", false);
        boolean create = options.map(o -> o.boolOr("create_host_path", false)).orElse(true);
        boolean advanced = options.filter(o -> o.findString("propagation").isPresent()
                        || o.findString("recursive").isPresent())
                .isPresent();
        if (create && !advanced) {
            List<String> modes = new ArrayList<>(List.of(readOnly ? "ro" : "rw"));
            options.flatMap(o -> o.findString("selinux")).ifPresent(modes::add);
            binds.add(source + ":" + target + ":" + String.join(",", modes));
            return;
        }
        Json.Builder bindOptions = Json.object();
        options.flatMap(o -> o.findString("propagation")).ifPresent(p -> bindOptions.put("Propagation", p));
        options.flatMap(o -> o.findString("recursive")).ifPresent(recursive -> {
            switch (recursive) {
                case "enabled" -> {}
                case "disabled" -> bindOptions.put("NonRecursive", true);
                case "writable" -> bindOptions.put("ReadOnlyNonRecursive", true);
                case "readonly" -> bindOptions.put("ReadOnlyForceRecursive", true);
                default -> throw ModelException.unsupported(path + ".volumes.bind.recursive", recursive);
            }
        });
        if (create) {
            bindOptions.put("CreateMountpoint", true);
        }
        mounts.add(Json.object()
                .put("Type", "bind")
                .put("Source", source)
                .put("Target", target)
                .put("ReadOnly", readOnly)
                .put("BindOptions", bindOptions.build())
                .build());
    }

    private static void volume(
            Deployment.Identity identity,
            ComposeModel model,
            String path,
            Json.Obj mount,
            List<String> binds,
            List<Json> mounts) {
        Optional<Json.Obj> options = nested(mount, "volume");
        options.ifPresent(o -> KnownFields.check(path + ".volumes.volume", o, KnownFields.VOLUME_OPTIONS));
        boolean readOnly = mount.boolOr("read_only", false);
        Optional<String> source = mount.findString("source").filter(s -> !s.isEmpty());
        Json.Obj volumeOptions = volumeOptions(options);
        if (source.isPresent() && volumeOptions.fields().isEmpty()) {
            binds.add(model.volumeName(identity.project(), source.get()) + ":" + mount.string("target") + ":"
                    + (readOnly ? "ro" : "rw"));
            return;
        }
        Json.Builder built = Json.object();
        source.ifPresent(s -> built.put("Source", model.volumeName(identity.project(), s)));
        mounts.add(built.put("Type", "volume")
                .put("Target", mount.string("target"))
                .put("ReadOnly", readOnly)
                .put("VolumeOptions", volumeOptions)
                .build());
    }

    private static Json.Obj volumeOptions(Optional<Json.Obj> options) {
        Json.Builder built = Json.object();
        options.ifPresent(o -> {
            if (o.boolOr("nocopy", false)) {
                built.put("NoCopy", true);
            }
            if (!ContainerSpec.texts(o, "labels").isEmpty()) {
                built.put("Labels", ContainerSpec.texts(o, "labels"));
            }
            o.findString("subpath").filter(s -> !s.isEmpty()).ifPresent(s -> built.put("Subpath", s));
        });
        return built.build();
    }

    private static Json.Obj tmpfs(String path, Json.Obj mount) {
        Json.Builder options = Json.object();
        nested(mount, "tmpfs").ifPresent(t -> {
            KnownFields.check(path + ".volumes.tmpfs", t, KnownFields.TMPFS);
            t.find("size").ifPresent(s -> options.put("SizeBytes", Units.bytes(path + ".volumes.tmpfs.size", s)));
            t.find("mode").ifPresent(m -> options.put("Mode", Units.whole(path + ".volumes.tmpfs.mode", m)));
        });
        return Json.object()
                .put("Type", "tmpfs")
                .put("Target", mount.string("target"))
                .put("TmpfsOptions", options.build())
                .build();
    }

    private static Json.Obj image(String path, Json.Obj mount) {
        Json.Builder options = Json.object();
        nested(mount, "image").ifPresent(image -> {
            KnownFields.check(path + ".volumes.image", image, KnownFields.IMAGE_MOUNT);
            image.findString("subpath").filter(s -> !s.isEmpty()).ifPresent(s -> options.put("Subpath", s));
        });
        return Json.object()
                .put("Type", "image")
                .put("Source", mount.string("source"))
                .put("Target", mount.string("target"))
                .put("ReadOnly", mount.boolOr("read_only", false))
                .put("ImageOptions", options.build())
                .build();
    }

    private static Json.Obj file(String source, String target) {
        return Json.object()
                .put("Type", "bind")
                .put("Source", source)
                .put("Target", target)
                .put("ReadOnly", true)
                .put("BindOptions", Json.object().build())
                .build();
    }

    /** An absolute path as it is; a relative one below the project directory, and never out of it. */
    static String hostPath(Deployment.Identity identity, String where, String source) {
        if (Path.of(source).isAbsolute()) {
            return source; // with its last slash, as Compose gives it to the engine
        }
        Path directory = identity.directory().toAbsolutePath().normalize();
        Path resolved = directory.resolve(source).normalize();
        if (!resolved.startsWith(directory)) {
            throw ModelException.invalid(where + ": " + source + " leads out of the project directory");
        }
        return resolved.toString();
    }

    /**
     * The anonymous volumes of the container before that have a place in the next one: where the model says one without a name, or the image declares one
     * and the model says nothing else. Elsewhere they would hide what the image has there.
     *
     * @param moved    path in the container to the engine's name
     * @param declared paths that the next container's image declares as volumes
     */
    static Map<String, String> placed(Json.Obj host, Map<String, String> moved, Set<String> declared) {
        Set<String> nameless = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        for (Json.Obj mount : host.objects("Mounts")) {
            (isNameless(mount) ? nameless : others).add(mount.string("Target"));
        }
        host.strings("Binds").forEach(bind -> others.add(bind.split(":", -1)[1]));
        Map<String, String> placed = new TreeMap<>(moved);
        placed.keySet()
                .removeIf(path -> !nameless.contains(path) && (!declared.contains(path) || others.contains(path)));
        return placed;
    }

    private static boolean isNameless(Json.Obj mount) {
        return mount.string("Type").equals("volume") && mount.find("Source").isEmpty();
    }

    /** Lets anonymous volumes of the container before move along, each to its place: the data behind a path stays the same. */
    static void move(SequencedMap<String, Json> host, Map<String, String> moved) {
        List<Json> mounts = new ArrayList<>();
        Map<String, String> ofImage = new TreeMap<>(moved);
        for (Json item : ((Json.Arr) host.getOrDefault("Mounts", new Json.Arr(List.of()))).items()) {
            Json.Obj mount = (Json.Obj) item;
            String volume = isNameless(mount) ? ofImage.remove(mount.string("Target")) : null;
            mounts.add(volume == null ? mount : known(volume, mount.string("Target"), mount.boolOr("ReadOnly", false)));
        }
        ofImage.forEach((target, volume) -> mounts.add(known(volume, target, false)));
        host.put("Mounts", new Json.Arr(mounts));
    }

    private static Json known(String volume, String target, boolean readOnly) {
        return Json.object()
                .put("Type", "volume")
                .put("Source", volume)
                .put("Target", target)
                .put("ReadOnly", readOnly)
                .build();
    }
}
