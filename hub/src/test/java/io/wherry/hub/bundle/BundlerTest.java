package io.wherry.hub.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Features;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.Rendering.Rendered;
import io.wherry.hub.source.ReadSet;
import io.wherry.hub.source.ReadSet.Look;
import io.wherry.hub.source.TreeFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BundlerTest {
    @Test
    void equalRenderingsGiveEqualBytesWhateverTheyWereReadFrom() {
        PackedBundle one = Bundler.pack(rendered("one", List.of("a", "b"), "x"));
        PackedBundle two = Bundler.pack(rendered("two", List.of("b", "a"), "x"));

        assertThat(two.ref()).isEqualTo(one.ref());
        assertThat(two.blobs().keySet()).isEqualTo(one.blobs().keySet());
    }

    @Test
    void otherContentIsAnotherBundle() {
        assertThat(Bundler.pack(rendered("one", List.of("a"), "x")).ref())
                .isNotEqualTo(Bundler.pack(rendered("one", List.of("a"), "y")).ref());
    }

    @Test
    void theManifestNamesTheModelTheFilesAndWhatAnAgentMustUnderstand() {
        PackedBundle packed = Bundler.pack(rendered("one", List.of("b", "a"), "x"));

        Manifest manifest = Manifest.parse(
                Optional.ofNullable(packed.blobs().get(packed.ref().digest())).orElseThrow());

        assertThat(manifest.requires()).containsExactly(Features.COMPOSE, Features.SITE_VARIABLES);
        assertThat(packed.blobs()).containsKey(manifest.model().digest());
        assertThat(manifest.files()).extracting(Layer::path).containsExactly("conf/a", "conf/b");
        assertThat(manifest.files().getFirst().executable()).isTrue();
        assertThat(packed.ref().sizeBytes())
                .isEqualTo(packed.blobs().values().stream()
                        .mapToLong(bytes -> bytes.length)
                        .sum());
    }

    private static Rendered rendered(String source, List<String> files, String value) {
        Map<String, TreeFile> byPath = new java.util.LinkedHashMap<>();
        files.forEach(name ->
                byPath.put("conf/" + name, new TreeFile(source + "/" + name, name.getBytes(UTF_8), name.equals("a"))));
        Json.Obj service = Json.object()
                .put("image", "shop:1")
                .put("hostname", "${SITE}-" + value)
                .build();
        return new Rendered(
                ModelFormat.COMPOSE,
                Json.object()
                        .put("name", "shop")
                        .put("services", Json.object().put("web", service).build())
                        .build(),
                new TreeMap<>(byPath),
                List.of("shop:1"),
                new TreeSet<>(List.of("service/web")),
                new TreeSet<>(List.of("SITE")),
                new TreeMap<>(),
                List.of(),
                new ReadSet(new TreeMap<>(Map.of(new Look(Look.Kind.FILE, source), "1"))));
    }
}
