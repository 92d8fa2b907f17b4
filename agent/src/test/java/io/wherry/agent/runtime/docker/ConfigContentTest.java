package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Configs whose content stands in the model: a file of ours, mounted, and containers made anew when it changes. */
class ConfigContentTest {
    private static final String MODEL =
            "{'services': {'web': {'image': 'a', 'annotations': {'k': 'v'}, 'configs': [{'source': 'c'}, {'source': 'e',"
                    + " 'target': '/etc/e', 'mode': '0444'}]}, 'other': {'image': 'a'}},"
                    + " 'configs': {'c': {'name': 'p_c', 'content': 'one'}, 'e': {'name': 'p_e', 'content': ''}}}";

    @Test
    void theContentIsMountedReadOnly() {
        assertThat(spec(MODEL, "web").host().objects("Mounts"))
                .extracting(mount ->
                        mount.string("Source") + " -> " + mount.string("Target") + " " + mount.bool("ReadOnly"))
                .containsExactly("/srv/p/.wherry/configs/c -> /c true", "/srv/p/.wherry/configs/e -> /etc/e true");
    }

    @Test
    void theContentBecomesAFileAnEmptyOneToo() {
        ComposeModel model = ComposeModel.parse(
                Models.deployment(1, MODEL, java.nio.file.Path.of("/srv/p")).model());
        Map<String, byte[]> contents = ConfigFiles.contents(model);
        assertThat(contents).containsOnlyKeys(".wherry/configs/c", ".wherry/configs/e");
        assertThat(List.copyOf(contents.values()).getFirst()).isEqualTo("one".getBytes(UTF_8));
    }

    @Test
    void anotherContentMakesExactlyTheContainersAnewThatMountIt() {
        String changed = MODEL.replace("'one'", "'two'");
        assertThat(spec(changed, "web").hash()).isNotEqualTo(spec(MODEL, "web").hash());
        assertThat(spec(changed, "other").hash()).isEqualTo(spec(MODEL, "other").hash());
    }

    @Test
    void annotationsAreTheHosts() {
        assertThat(spec(MODEL, "web").host().stringMap("Annotations")).isEqualTo(Map.of("k", "v"));
    }

    private static ContainerSpec spec(String model, String service) {
        return Models.wanted(1, model).find(service, 1).orElseThrow();
    }
}
