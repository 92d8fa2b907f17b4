package io.wherry.hub.render;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.source.ReadSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PinnedImagesTest {
    private static final Digest ONE = Digest.of("one".getBytes(UTF_8));
    private static final Digest TWO = Digest.of("two".getBytes(UTF_8));

    @Test
    void theDigestStandsBehindNameAndTag() {
        Rendering.Rendered rendered = rendered("""
                {"name":"shop","services":{"web":{"image":"registry.example.org:5000/team/web:1","init":true},
                "db":{"image":"registry.example.org:5000/db"},"same":{"image":"registry.example.org:5000/team/web:1"}}}""");
        assertThat(PinnedImages.open(rendered))
                .containsExactly("registry.example.org:5000/db", "registry.example.org:5000/team/web:1");

        Rendering.Rendered pinned = PinnedImages.pin(
                rendered, Map.of("registry.example.org:5000/team/web:1", ONE, "registry.example.org:5000/db", TWO));

        String web = "registry.example.org:5000/team/web:1@" + ONE;
        assertThat(image(pinned, "web")).isEqualTo(web);
        assertThat(image(pinned, "same")).isEqualTo(web);
        assertThat(image(pinned, "db")).isEqualTo("registry.example.org:5000/db:latest@" + TWO);
        assertThat(pinned.images()).containsExactly("registry.example.org:5000/db:latest@" + TWO, web);
        assertThat(pinned.model().object("services").object("web").bool("init")).isTrue();
        assertThat(PinnedImages.open(pinned)).isEmpty();
    }

    @Test
    void whatHasADigestOrIsNeverPulledStays() {
        Rendering.Rendered rendered = rendered("{\"services\":{\"web\":{\"image\":\"web:1@" + ONE
                + "\"},\"own\":{\"image\":\"own:1\",\"pull_policy\":\"never\"}}}");

        assertThat(PinnedImages.open(rendered)).isEmpty();
        assertThat(PinnedImages.pin(rendered, Map.of()).model()).isEqualTo(rendered.model());
    }

    @Test
    void hooksOfAChartAreContainersToo() {
        Rendering.Rendered rendered = rendered(ModelFormat.KUBERNETES, """
                {"namespace":"shop","objects":[],"hooks":[{"events":["pre-install"],"weight":0,"object":
                {"apiVersion":"batch/v1","kind":"Job","spec":{"template":{"spec":{"containers":[{"image":"web:1"}]}}}}}]}""");

        assertThat(PinnedImages.open(rendered)).containsExactly("web:1");
        assertThat(PinnedImages.pin(rendered, Map.of("web:1", ONE)).images()).containsExactly("web:1@" + ONE);
    }

    private static String image(Rendering.Rendered rendered, String service) {
        return rendered.model().object("services").object(service).string("image");
    }

    private static Rendering.Rendered rendered(String model) {
        return rendered(ModelFormat.COMPOSE, model);
    }

    private static Rendering.Rendered rendered(ModelFormat format, String model) {
        return new Rendering.Rendered(
                format,
                JsonReader.object(model.getBytes(UTF_8)),
                new TreeMap<>(),
                List.of(),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeMap<>(),
                List.of(),
                new ReadSet(new TreeMap<>()));
    }
}
