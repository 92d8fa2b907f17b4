package io.wherry.e2e.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.LoadableImage;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Small images made from the host's static busybox and loaded into the engine, because a test must not need a registry. They differ in a label
 * only, so their ids differ and their bytes hardly.
 */
public final class TestImages {
    /** The same program in two versions. */
    public static final String BUSYBOX_1 = "wherry.test/busybox:1";

    public static final String BUSYBOX_2 = "wherry.test/busybox:2";

    /** Declares {@code VOLUME /data}, as database images do. */
    public static final String WITH_VOLUME_1 = "wherry.test/volume:1";

    public static final String WITH_VOLUME_2 = "wherry.test/volume:2";

    /** Says no command, as an image made from nothing but files does. */
    public static final String BARE = "wherry.test/bare:1";

    /** Never loaded, and of a registry that does not exist. */
    public static final String MISSING = "registry.invalid/missing:1";

    private static final Path BUSYBOX = Path.of("/usr/bin/busybox");
    private static final List<String> APPLETS = List.of(
            "sh",
            "sleep",
            "cat",
            "echo",
            "ls",
            "httpd",
            "nc",
            "wget",
            "true",
            "false",
            "test",
            "touch",
            "date",
            "id",
            "env",
            "grep",
            "kill",
            "ps",
            "mkdir",
            "rm",
            "nslookup",
            "head",
            "tail");

    private TestImages() {}

    /** Loads them all; what is there already is not loaded again. */
    public static void load() throws IOException, InterruptedException {
        load(TestEngine.MACHINE);
    }

    static synchronized void load(TestEngine engine) throws IOException {
        load(engine, BUSYBOX_1, Json.object().build());
        load(engine, BUSYBOX_2, Json.object().build());
        Json.Obj volume = Json.object().put("/data", Json.object().build()).build();
        load(engine, WITH_VOLUME_1, volume);
        load(engine, WITH_VOLUME_2, volume);
        load(engine, BARE, Json.object().build());
    }

    private static void load(TestEngine engine, String name, Json.Obj volumes) throws IOException {
        if (engine.exitCode("image", "inspect", name) != 0) {
            engine.takes(archive(name, volumes), "load");
        }
    }

    /** An image archive as {@code docker save} writes it. */
    public static byte[] archive(String name, Json.Obj volumes) throws IOException {
        return archive(name, volumes, new byte[0]);
    }

    /** @param ballast what it holds beside its program, at {@code /ballast} */
    public static byte[] archive(String name, Json.Obj volumes, byte[] ballast) throws IOException {
        byte[] layer = layer(ballast);
        byte[] configBytes = config(name, volumes, layer);
        String configName = Digest.of(configBytes).hex() + ".json";
        Json.Arr manifest = new Json.Arr(List.of(Json.object()
                .put("Config", configName)
                .put("RepoTags", List.of(name))
                .put("Layers", List.of("layer.tar"))
                .build()));
        return new Tar()
                .file(configName, 0644, configBytes)
                .file("layer.tar", 0644, layer)
                .file("manifest.json", 0644, JsonWriter.compact(manifest).getBytes(UTF_8))
                .toBytes();
    }

    /** One as a bundle file brings it. */
    public static LoadableImage carried(String name) throws IOException {
        byte[] layer = layer(new byte[0]);
        byte[] config = config(name, Json.object().build(), layer);
        ImageManifest manifest = new ImageManifest(
                ImageManifest.OCI,
                Descriptor.blob("application/vnd.oci.image.config.v1+json", config, Map.of()),
                List.of(Descriptor.blob("application/vnd.oci.image.layer.v1.tar", layer, Map.of())));
        byte[] bytes = manifest.toBytes();
        CarriedImage image = new CarriedImage(name, Digest.of(bytes), Digest.of(config));
        return new LoadableImage(
                image,
                manifest,
                bytes,
                digest -> new ByteArrayInputStream(digest.equals(Digest.of(config)) ? config : layer),
                List.of(image));
    }

    private static byte[] config(String name, Json.Obj volumes, byte[] layer) {
        return JsonWriter.canonical(Json.object()
                .put("architecture", architecture())
                .put("os", "linux")
                .put(
                        "config",
                        Json.object()
                                .put("Env", List.of("PATH=/bin"))
                                .put("Cmd", name.equals(BARE) ? List.of() : List.of("/bin/sh"))
                                .put("Labels", Map.of("io.wherry.test.image", name))
                                .put("Volumes", volumes)
                                .build())
                .put(
                        "rootfs",
                        Json.object()
                                .put("type", "layers")
                                .put("diff_ids", List.of(Digest.of(layer).toString()))
                                .build())
                .build());
    }

    private static byte[] layer(byte[] ballast) throws IOException {
        if (!Files.isExecutable(BUSYBOX)) {
            throw new IOException(BUSYBOX + ": missing. Install it: apt-get install busybox-static");
        }
        Tar tar = new Tar();
        for (String folder : List.of("bin", "etc", "tmp", "run", "proc", "sys", "dev")) {
            tar.folder(folder, folder.equals("tmp") ? 01777 : 0755);
        }
        tar.file("bin/busybox", 0755, Files.readAllBytes(BUSYBOX));
        APPLETS.forEach(applet -> tar.link("bin/" + applet, "busybox"));
        tar.file("etc/passwd", 0644, "root:x:0:0:root:/:/bin/sh\n".getBytes(UTF_8));
        if (ballast.length > 0) {
            tar.file("ballast", 0644, ballast);
        }
        return tar.toBytes();
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }
}
