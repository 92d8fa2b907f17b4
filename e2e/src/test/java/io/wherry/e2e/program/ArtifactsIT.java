package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A stack whose files are an artifact of a real registry: pushed, deployed, moved, and held back where the tag must not move. */
class ArtifactsIT {
    private static final String REPOSITORY = "deploy/shop";

    @RegisterExtension
    static final Fleet fleet = Fleet.of("site");

    private static Registry registry;

    @BeforeAll
    static void startARegistry() throws Exception {
        registry = Registry.in(fleet);
        registry.start();
    }

    @AfterAll
    static void stop() throws Exception {
        registry.end();
    }

    @Test
    void aTagThatMovesIsDeployedAndOneThatIsPinnedWaits() throws Exception {
        App shop = fleet.app("artifact");
        Digest red = push("stable", App.web("red"));
        declare(shop, "{tag: stable}");
        shop.healthyAt(red.toString());
        assertThat(shop.colour()).isEqualTo("red");

        Digest blue = push("stable", App.web("blue"));
        shop.nudge();
        shop.healthyAt(blue.toString().substring(0, 20));
        assertThat(shop.colour()).isEqualTo("blue");
        assertThat(fleet.operator().does("stack", "history", shop.name()).out())
                .contains(
                        blue.toString().substring(0, 17), red.toString().substring(0, 17), "says it is main@sha1:1234");

        declare(shop, "{tag: stable, pinned: true}");
        fleet.until("the pinned tag was seen too", () -> fetches(blue) >= 2, () -> String.valueOf(fetches(blue)));
        shop.healthyAt(blue.toString());
        String footprint = shop.footprint("web");
        Digest green = push("stable", App.web("green"));
        fleet.until(
                "the pinned tag was seen to move",
                () -> {
                    shop.nudge();
                    return fleet.operator().phase("source", shop.name()).startsWith("TagMoved");
                },
                () -> fleet.operator().phase("source", shop.name()));
        assertThat(shop.footprint("web")).isEqualTo(footprint);
        fleet.operator().does("source", "accept", shop.name());
        shop.healthyAt(green.toString());
        assertThat(shop.colour()).isEqualTo("green");
    }

    /** How many references of sources meant this artifact when they were first looked at, or moved to it. */
    private static long fetches(Digest artifact) throws Exception {
        return fleet.operator()
                .does("audit", "list", "--commit", artifact.toString())
                .out()
                .lines()
                .filter(line -> line.contains("source.fetch"))
                .count();
    }

    private static void declare(App shop, String ref) throws Exception {
        fleet.operator()
                .applies("""
                    apiVersion: wherry.io/v1alpha1
                    kind: Source
                    metadata: {name: %s}
                    spec: {type: oci, url: 'oci://%s/%s', ref: %s, interval: 10s}
                    ---
                    """.formatted(shop.name(), registry.host(), REPOSITORY, ref) + shop.stack())
                .ok();
    }

    /** As {@code flux push artifact} does. @return the digest of the manifest */
    private static Digest push(String tag, String compose) throws Exception {
        byte[] layer = tar(compose);
        byte[] config = "{}".getBytes(UTF_8);
        blob(layer);
        blob(config);
        byte[] manifest = """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
            "config":{"mediaType":"application/vnd.cncf.flux.config.v1+json","size":%d,"digest":"%s"},\
            "layers":[{"mediaType":"application/vnd.cncf.flux.content.v1.tar+gzip","size":%d,"digest":"%s"}],\
            "annotations":{"org.opencontainers.image.created":"2026-05-01T10:00:00Z",\
            "org.opencontainers.image.revision":"main@sha1:1234","org.opencontainers.image.source":"https://git.example.org/shop"}}\
            """.formatted(config.length, Digest.of(config), layer.length, Digest.of(layer))
                .getBytes(UTF_8);
        send("PUT", at("manifests/" + tag), "application/vnd.oci.image.manifest.v1+json", manifest);
        return Digest.of(manifest);
    }

    private static byte[] tar(String compose) throws Exception {
        byte[] content = compose.getBytes(UTF_8);
        byte[] header = new byte[512];
        put(header, 0, "compose.yaml");
        put(
                header,
                100,
                "0000644\0" + "0000000\0" + "0000000\0" + String.format("%011o", content.length) + "\0"
                        + "00000000000\0");
        put(header, 148, "        0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum) + "\0 ");
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(header);
            out.write(content);
            out.write(new byte[512 - content.length % 512 + 1024]);
        }
        return packed.toByteArray();
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    private static void blob(byte[] bytes) throws Exception {
        HttpResponse<String> begun = send("POST", at("blobs/uploads/"), "application/octet-stream", new byte[0]);
        String there = begun.headers().firstValue("Location").orElseThrow();
        send(
                "PUT",
                URI.create(there + (there.contains("?") ? "&" : "?") + "digest=" + Digest.of(bytes)),
                "application/octet-stream",
                bytes);
    }

    private static URI at(String path) {
        return URI.create("http://" + registry.host() + "/v2/" + REPOSITORY + "/" + path);
    }

    private static HttpResponse<String> send(String method, URI to, String type, byte[] body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(to)
                            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                            .header("Content-Type", type)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
            return answer;
        }
    }
}
