package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.file.ImageManifest;
import io.wherry.hub.render.kubernetes.TestTar;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Pushes artifacts into one repository of a test's registry, byte for byte as {@code flux} and {@code oras} write manifests; and wrong ones. */
public final class TestArtifacts {
    public static final String FLUX = "application/vnd.cncf.flux.content.v1.tar+gzip";
    public static final String TAR = "application/vnd.oci.image.layer.v1.tar";
    public static final String TAR_GZIP = TAR + "+gzip";
    private static final String EMPTY = "application/vnd.oci.empty.v1+json";

    private final TestRegistry registry;
    private final String repository;

    public TestArtifacts(TestRegistry registry, String repository) {
        this.registry = registry;
        this.repository = repository;
    }

    public String url() {
        return "oci://" + name();
    }

    public String name() {
        return registry.host() + "/" + repository;
    }

    /** {@code flux push artifact oci://… --path=. --source=… --revision=…}. */
    public Digest flux(String tag, Map<String, String> files) {
        return push(
                tag,
                "application/vnd.cncf.flux.config.v1+json",
                List.of(layer(FLUX, tar(files).gz(), Map.of())),
                Map.of(
                        "org.opencontainers.image.created", "2026-05-01T10:00:00Z",
                        "org.opencontainers.image.revision", "main@sha1:b3b00fe35424a45d373bf4c7214178bc36fd7872",
                        "org.opencontainers.image.source", "https://git.example.org/team/shop.git"));
    }

    /** {@code oras push … FOLDER/}. */
    public Digest folder(String tag, String folder, TestTar tar) {
        return push(
                tag,
                EMPTY,
                List.of(layer(
                        TAR_GZIP,
                        tar.gz(),
                        Map.of(
                                "io.deis.oras.content.digest",
                                "sha256:" + "0".repeat(64),
                                "io.deis.oras.content.unpack",
                                "true",
                                "org.opencontainers.image.title",
                                folder))),
                Map.of("org.opencontainers.image.created", "2026-05-01T10:00:00Z"));
    }

    /** {@code oras push … FILE FILE}. */
    public Digest files(String tag, Map<String, String> files) {
        List<String> layers = new ArrayList<>();
        new TreeMap<>(files)
                .forEach((path, text) ->
                        layers.add(layer(TAR, text.getBytes(UTF_8), Map.of("org.opencontainers.image.title", path))));
        return push(tag, EMPTY, layers, Map.of());
    }

    public static TestTar tar(Map<String, String> files) {
        TestTar tar = new TestTar();
        new TreeMap<>(files).forEach(tar::file);
        return tar;
    }

    /** {@code cosign sign --key}: what it writes beside an artifact. */
    public Digest sign(Digest artifact, KeyPair key) {
        byte[] payload = ("{\"critical\":{\"identity\":{\"docker-reference\":\"" + name()
                        + "\"},\"image\":{\"docker-manifest-digest\":\"" + artifact
                        + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}")
                .getBytes(UTF_8);
        try {
            Signature ecdsa = Signature.getInstance("SHA256withECDSA");
            ecdsa.initSign(key.getPrivate());
            ecdsa.update(payload);
            String signature = Base64.getEncoder().encodeToString(ecdsa.sign());
            return push(
                    "sha256-" + artifact.hex() + ".sig",
                    "application/vnd.oci.image.config.v1+json",
                    List.of(layer(
                            "application/vnd.dev.cosign.simplesigning.v1+json",
                            payload,
                            Map.of("dev.cosignproject.cosign/signature", signature))),
                    Map.of());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One layer and nothing more. */
    public Digest one(String tag, String configType, String layerType, byte[] bytes) {
        return push(tag, configType, List.of(layer(layerType, bytes, Map.of())), Map.of());
    }

    /** A descriptor of bytes that are in the registry from now on. */
    public String layer(String type, byte[] bytes, Map<String, String> annotations) {
        return descriptor(type, registry.blob(repository, bytes), bytes.length, annotations);
    }

    public static String descriptor(String type, Digest digest, long size, Map<String, String> annotations) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size
                + (annotations.isEmpty() ? "" : ",\"annotations\":" + json(annotations)) + "}";
    }

    public Digest push(String tag, String configType, List<String> layers, Map<String, String> annotations) {
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI + "\",\"config\":"
                + layer(configType, "{}".getBytes(UTF_8), Map.of()) + ",\"layers\":[" + String.join(",", layers) + "]"
                + (annotations.isEmpty() ? "" : ",\"annotations\":" + json(annotations)) + "}";
        return registry.put(repository, tag, ImageManifest.OCI, manifest.getBytes(UTF_8));
    }

    private static String json(Map<String, String> texts) {
        SortedMap<String, String> sorted = new TreeMap<>(texts);
        return sorted.entrySet().stream()
                .map(text -> "\"" + text.getKey() + "\":\"" + text.getValue() + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
