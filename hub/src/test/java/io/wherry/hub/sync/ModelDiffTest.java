package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.sync.ModelDiff.FieldChange;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelDiffTest {
    private static final Json.Obj OLD = model("""
            {"name":"shop","services":{"web":{"image":"shop:1","environment":{"A":"1"},"ports":[{"target":80}]},"old":{"image":"x"}},
             "volumes":{"data":{}}}""");

    @Test
    void namesWhatIsCreatedChangedAndRemovedFieldByField() {
        Json.Obj now = model("""
                {"name":"shop","services":{"web":{"image":"shop:2","environment":{"B":"2"},"ports":[{"target":80},{"target":81}]}},
                 "networks":{"front":{}},"volumes":{"data":{}}}""");

        ModelDiff diff = ModelDiff.between(OLD, now);

        assertThat(diff.created()).containsExactly("network/front");
        assertThat(diff.removed()).containsExactly("service/old");
        assertThat(diff.changed()).containsOnlyKeys("service/web");
        assertThat(diff.changed().get("service/web"))
                .isEqualTo(List.of(
                        new FieldChange("environment.A", Optional.of("\"1\""), Optional.empty()),
                        new FieldChange("environment.B", Optional.empty(), Optional.of("\"2\"")),
                        new FieldChange("image", Optional.of("\"shop:1\""), Optional.of("\"shop:2\"")),
                        new FieldChange("ports[1]", Optional.empty(), Optional.of("{\"target\":81}"))));
    }

    @Test
    void equalModelsDoNotDiffer() {
        assertThat(ModelDiff.between(OLD, OLD).isEmpty()).isTrue();
    }

    @Test
    void againstNothingAllIsCreatedOrRemoved() {
        assertThat(ModelDiff.between(ModelDiff.NOTHING, OLD).created())
                .containsExactly("service/old", "service/web", "volume/data");
        assertThat(ModelDiff.between(OLD, ModelDiff.NOTHING).removed())
                .containsExactly("service/old", "service/web", "volume/data");
    }

    private static Json.Obj model(String json) {
        return JsonReader.object(json.getBytes(UTF_8));
    }
}
