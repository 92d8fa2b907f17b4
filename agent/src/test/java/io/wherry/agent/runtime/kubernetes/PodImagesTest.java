package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import org.junit.jupiter.api.Test;

class PodImagesTest {
    @Test
    void areThoseOfEveryContainerWhateverHoldsIt() {
        String model = """
                {"objects":[
                  {"kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"a:1"},{"name":"none"}]}}}}}},
                  {"kind":"Rollout","spec":{"template":{"spec":{"initContainers":[{"image":"b:1"}],"containers":[{"image":"a:1"}]}}}},
                  {"kind":"ConfigMap","data":{"image":"no:1","containers":"[{image: no:2}]"}}],
                 "hooks":[{"object":{"spec":{"containers":[{"image":"c:1"}]}}}]}
                """;

        assertThat(PodImages.of(JsonReader.object(model.getBytes(UTF_8)))).containsExactly("a:1", "b:1", "c:1");
    }
}
