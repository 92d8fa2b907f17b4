package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a container sees of the host and of volumes, as a Compose file says it: {@link Mounts} backwards. Paths of the host stay absolute: nobody knows
 * what they were relative to. Configs and secrets come out as the files that they are. Pure.
 */
final class ExportedMounts {
    private final ExportedProject project;
    private final String service;
    private final Json.Obj host;
    private final Json.Builder out;

    ExportedMounts(ExportedProject project, String service, Json.Obj host, Json.Builder out) {
        this.project = project;
        this.service = service;
        this.host = host;
        this.out = out;
    }

    /** @param others that stand elsewhere in the inspection */
    void write(List<Json> others) {
        Map<String, String> tmpfs = ContainerSpec.texts(host, "Tmpfs");
        List<Json> volumes = new ArrayList<>(others);
        Likeness.strings(host, "Binds").forEach(bind -> volumes.add(bind(bind)));
        for (Json.Obj mount : Likeness.objects(host, "Mounts")) {
            // Carried along from a container that had no tmpfs there; the engine mounts the tmpfs in its place.
            if (Likeness.isAnonymous(mount) && tmpfs.containsKey(mount.string("Target"))) {
                continue;
            }
            switch (mount.string("Type")) {
                case "bind" -> volumes.add(bind(mount));
                case "volume" -> volumes.add(volume(mount));
                case "tmpfs" -> volumes.add(tmpfs(mount));
                case "image" -> volumes.add(image(mount));
                default -> project.refuse("service " + service + ": a mount of type " + mount.string("Type"));
            }
        }
        if (!volumes.isEmpty()) {
            out.put("volumes", new Json.Arr(volumes));
        }
        if (!tmpfs.isEmpty()) {
            List<String> written = new ArrayList<>();
            tmpfs.forEach((path, options) -> written.add(options.isEmpty() ? path : path + ":" + options));
            out.put("tmpfs", written);
        }
    }

    private static Json.Obj image(Json.Obj mount) {
        Json.Builder one = Json.object()
                .put("type", "image")
                .put("source", mount.string("Source"))
                .put("target", mount.string("Target"));
        if (mount.boolOr("ReadOnly", false)) {
            one.put("read_only", true);
        }
        nested(mount, "ImageOptions")
                .flatMap(options -> options.findString("Subpath"))
                .filter(path -> !path.isEmpty())
                .ifPresent(path ->
                        one.put("image", Json.object().put("subpath", path).build()));
        return one.build();
    }

    /** {@code SOURCE:TARGET:MODES}. */
    private Json.Obj bind(String text) {
        String[] parts = text.split(":", -1);
        List<String> modes = parts.length > 2 ? Arrays.asList(parts[2].split(",")) : List.of();
        boolean path = parts[0].startsWith("/");
        Json.Builder one = Json.object()
                .put("type", path ? "bind" : "volume")
                .put("source", path ? parts[0] : project.volumeKey(parts[0]))
                .put("target", parts.length > 1 ? parts[1] : parts[0]);
        readOnly(one, modes.contains("ro"));
        Json.Builder options = Json.object();
        if (path) {
            noted(parts[0]);
            options.put("create_host_path", true);
            modes.stream().filter(m -> m.equals("z") || m.equals("Z")).forEach(m -> options.put("selinux", m));
            one.put("bind", options.build());
        }
        modes.stream()
                .filter(m -> !List.of("", "rw", "ro", "z", "Z").contains(m))
                .forEach(m -> project.refuse("service " + service + ": a mount with the mode " + m));
        return one.build();
    }

    private Json.Obj bind(Json.Obj mount) {
        Json.Obj found = nested(mount, "BindOptions").orElse(Json.object().build());
        noted(mount.string("Source"));
        Json.Builder one = Json.object()
                .put("type", "bind")
                .put("source", mount.string("Source"))
                .put("target", mount.string("Target"));
        readOnly(one, mount.boolOr("ReadOnly", false));
        Json.Builder options = Json.object().put("create_host_path", found.boolOr("CreateMountpoint", false));
        found.findString("Propagation").filter(p -> !p.isEmpty()).ifPresent(p -> options.put("propagation", p));
        if (found.boolOr("NonRecursive", false)) {
            options.put("recursive", "disabled");
        } else if (found.boolOr("ReadOnlyNonRecursive", false)) {
            options.put("recursive", "writable");
        } else if (found.boolOr("ReadOnlyForceRecursive", false)) {
            options.put("recursive", "readonly");
        } else if (found.boolOr("CreateMountpoint", false)
                && found.findString("Propagation").orElse("").isEmpty()) {
            options.put("recursive", "enabled"); // or Compose would write it the short way
        }
        return one.put("bind", options.build()).build();
    }

    private void noted(String source) {
        project.note("the file names folders and files of that host, such as " + source);
    }

    private Json.Obj volume(Json.Obj mount) {
        String source = mount.findString("Source").orElse("");
        Json.Obj found = nested(mount, "VolumeOptions").orElse(Json.object().build());
        Json.Builder one = Json.object().put("type", "volume");
        if (!source.isEmpty() && !Likeness.isAnonymous(mount)) {
            one.put("source", project.volumeKey(source));
        }
        one.put("target", mount.string("Target"));
        readOnly(one, mount.boolOr("ReadOnly", false));
        Json.Builder options = Json.object();
        if (found.boolOr("NoCopy", false)) {
            options.put("nocopy", true);
        }
        found.findString("Subpath").filter(s -> !s.isEmpty()).ifPresent(s -> options.put("subpath", s));
        ExportedShared.map(options, "labels", ContainerSpec.texts(found, "Labels"));
        if (nested(found, "DriverConfig").isPresent()) {
            project.refuse("service " + service + ": a volume with a driver of its own at " + mount.string("Target"));
        }
        Json.Obj written = options.build();
        return written.fields().isEmpty()
                ? one.build()
                : one.put("volume", written).build();
    }

    private Json.Obj tmpfs(Json.Obj mount) {
        Json.Obj found = nested(mount, "TmpfsOptions").orElse(Json.object().build());
        Json.Builder options = Json.object();
        if (found.integerOr("SizeBytes", 0) != 0) {
            options.put("size", found.integer("SizeBytes"));
        }
        if (found.integerOr("Mode", 0) != 0) {
            options.put("mode", found.integer("Mode"));
        }
        Json.Builder one = Json.object().put("type", "tmpfs").put("target", mount.string("Target"));
        Json.Obj written = options.build();
        return written.fields().isEmpty()
                ? one.build()
                : one.put("tmpfs", written).build();
    }

    private static void readOnly(Json.Builder one, boolean readOnly) {
        if (readOnly) {
            one.put("read_only", true);
        }
    }
}
