package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.KnownFields;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.agent.runtime.docker.Units;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the tasks of a service see of their node and of volumes. Volumes are made by each node, with what stands here. */
final class SwarmMounts {
    private SwarmMounts() {}

    static List<Json> of(String name, Json.Obj service, SwarmModel model, Deployment.Identity identity, String owner) {
        List<Json> mounts = new ArrayList<>();
        String path = "services." + name + ".volumes";
        for (Json.Obj mount : Raw.objects(service, "volumes")) {
            KnownFields.check(path, mount, SwarmFields.MOUNT);
            mounts.add(
                    switch (mount.string("type")) {
                        case "bind" -> bind(path, mount);
                        case "volume" -> volume(path, mount, model, identity, owner);
                        case "tmpfs" -> tmpfs(path, mount);
                        default -> throw ModelException.unsupported(path + ".type", mount.string("type"));
                    });
        }
        return mounts;
    }

    private static Json.Builder mount(String type, Json.Obj mount) {
        return Json.object()
                .put("Type", type)
                .put("Target", mount.string("target"))
                .put("ReadOnly", mount.boolOr("read_only", false));
    }

    /** Only what every node has: the files of the project lie on one disk. */
    private static Json bind(String path, Json.Obj mount) {
        String source = mount.string("source");
        if (!source.startsWith("/")) {
            throw ModelException.unsupported(
                    path, source + " lies on the disk of one node; write a config, or an absolute path of all nodes");
        }
        Json.Builder built = mount("bind", mount).put("Source", source);
        Raw.nested(mount, "bind").ifPresent(options -> {
            KnownFields.check(path + ".bind", options, SwarmFields.BIND);
            options.findString("propagation")
                    .ifPresent(propagation -> built.put(
                            "BindOptions",
                            Json.object().put("Propagation", propagation).build()));
        });
        return built.build();
    }

    private static Json volume(
            String path, Json.Obj mount, SwarmModel model, Deployment.Identity identity, String owner) {
        Json.Builder built = mount("volume", mount);
        Json.Builder options = Json.object();
        Raw.nested(mount, "volume").ifPresent(volume -> {
            KnownFields.check(path + ".volume", volume, SwarmFields.VOLUME_OPTIONS);
            options.put("NoCopy", volume.boolOr("nocopy", false));
        });
        String key = mount.findString("source").orElse("");
        if (!key.isEmpty()) {
            Json.Obj volume = model.volumes().getOrDefault(key, Raw.NOTHING);
            built.put("Source", model.volumeName(identity.project(), key));
            if (!SwarmModel.isExternal(volume)) {
                Map<String, String> labels = new TreeMap<>(Raw.textsOf(volume, "labels"));
                labels.putAll(StackLabels.constant(identity, owner, key));
                options.put("Labels", labels);
                driver(volume, options);
            }
        }
        return built.put("VolumeOptions", options.build()).build();
    }

    private static void driver(Json.Obj volume, Json.Builder options) {
        Map<String, String> given = Raw.textsOf(volume, "driver_opts");
        String driver = volume.findString("driver").orElse("");
        if (!driver.isEmpty() || !given.isEmpty()) {
            Json.Builder config = Json.object();
            if (!driver.isEmpty()) {
                config.put("Name", driver);
            }
            options.put("DriverConfig", config.put("Options", given).build());
        }
    }

    private static Json tmpfs(String path, Json.Obj mount) {
        Json.Builder options = Json.object();
        Raw.nested(mount, "tmpfs").ifPresent(tmpfs -> {
            KnownFields.check(path + ".tmpfs", tmpfs, SwarmFields.TMPFS);
            Raw.value(tmpfs, "size")
                    .ifPresent(size -> options.put("SizeBytes", Units.bytes(path + ".tmpfs.size", size)));
            Raw.value(tmpfs, "mode").ifPresent(mode -> options.put("Mode", Units.whole(path + ".tmpfs.mode", mode)));
        });
        return mount("tmpfs", mount).put("TmpfsOptions", options.build()).build();
    }
}
