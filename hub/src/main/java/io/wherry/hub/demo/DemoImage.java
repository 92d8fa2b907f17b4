package io.wherry.hub.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Causes;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An image that need not be pulled: one static busybox, as an archive for {@code docker load}. Equal input gives equal bytes. */
final class DemoImage {
    static final String NAME = "wherry-demo/web:1";

    /** Where Debian's busybox-static puts it. */
    private static final List<Path> BUSYBOX = List.of(Path.of("/usr/bin/busybox"), Path.of("/bin/busybox"));

    private DemoImage() {}

    static void write(Path archive) {
        Path busybox = BUSYBOX.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new DemoException("no busybox at " + BUSYBOX + "; fix: apt-get install busybox-static"));
        try {
            byte[] layer = new Tar()
                    .folder("bin/")
                    .file("bin/busybox", 0755, Files.readAllBytes(busybox))
                    .link("bin/sh", "busybox")
                    .link("bin/httpd", "busybox")
                    .link("bin/wget", "busybox")
                    .link("bin/sleep", "busybox")
                    .folder("www/")
                    .folder("tmp/")
                    .bytes();
            byte[] config = config(layer);
            String configName = Digest.of(config).hex() + ".json";
            Json manifest = new Json.Arr(List.of(Json.object()
                    .put("Config", configName)
                    .put("RepoTags", List.of(NAME))
                    .put("Layers", List.of("layer.tar"))
                    .build()));
            Files.write(
                    archive,
                    new Tar()
                            .file("layer.tar", 0644, layer)
                            .file(configName, 0644, config)
                            .file("manifest.json", 0644, JsonWriter.canonical(manifest))
                            .bytes());
        } catch (IOException e) {
            throw new DemoException("the demo's image cannot be written to " + archive + ": " + Causes.words(e), e);
        }
    }

    private static byte[] config(byte[] layer) {
        return JsonWriter.canonical(Json.object()
                .put("architecture", System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64")
                .put("os", "linux")
                .put("config", Json.object().put("Env", List.of("PATH=/bin")).build())
                .put(
                        "rootfs",
                        Json.object()
                                .put("type", "layers")
                                .put("diff_ids", List.of(Digest.of(layer).toString()))
                                .build())
                .build());
    }

    /** The few lines of ustar that an image needs. */
    private static final class Tar {
        private static final int BLOCK = 512;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Tar folder(String name) {
            return entry(name, 0755, '5', "", new byte[0]);
        }

        Tar file(String name, int mode, byte[] content) {
            return entry(name, mode, '0', "", content);
        }

        Tar link(String name, String target) {
            return entry(name, 0777, '2', target, new byte[0]);
        }

        private Tar entry(String name, int mode, char type, String target, byte[] content) {
            byte[] header = new byte[BLOCK];
            put(header, 0, name);
            put(header, 100, "%07o".formatted(mode));
            put(header, 108, "0000000");
            put(header, 116, "0000000");
            put(header, 124, "%011o".formatted(content.length));
            put(header, 136, "00000000000");
            put(header, 148, "        ");
            header[156] = (byte) type;
            put(header, 157, target);
            put(header, 257, "ustar\0" + "00");
            int sum = 0;
            for (byte b : header) {
                sum += b & 0xff;
            }
            put(header, 148, "%06o\0 ".formatted(sum));
            out.writeBytes(header);
            out.writeBytes(content);
            out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
            return this;
        }

        private static void put(byte[] header, int offset, String text) {
            byte[] bytes = text.getBytes(UTF_8);
            System.arraycopy(bytes, 0, header, offset, bytes.length);
        }

        byte[] bytes() {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes(out.toByteArray());
            whole.writeBytes(new byte[2 * BLOCK]);
            return whole.toByteArray();
        }
    }
}
