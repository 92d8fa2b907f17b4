package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.wherry.contract.file.TarWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        ComposeModel model = parse(MODEL);
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
    void oneWithAnOwnerOrAModeIsPutIntoTheContainerAndNotMounted() {
        ComposeModel model = parse(MODEL.replace("'mode': '0444'", "'mode': '0755', 'uid': '7', 'gid': '8'"));

        List<PlacedFile> files = PlacedFile.of(model, model.service("web"));

        assertThat(files)
                .extracting(PlacedFile::path, PlacedFile::access)
                .containsExactly(tuple("etc/e", new TarWriter.Access(0755, 7, 8)));
        assertThat(spec(MODEL.replace("'mode': '0444'", "'mode': '0755'"), "web")
                        .host()
                        .objects("Mounts"))
                .extracting(mount -> mount.string("Target"))
                .containsExactly("/c");
        assertThat(ConfigFiles.contents(model)).containsOnlyKeys(".wherry/configs/c");
        assertThat(PlacedFile.of(parse(MODEL), parse(MODEL).service("web"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "'uid': 'nobody', services.web.configs.e.uid: nobody (expected: 0 to 2097151)",
                "'gid': '2097152', services.web.configs.e.gid: 2097152 (expected: 0 to 2097151)",
                "'mode': '0999', services.web.configs.e.mode: 0999 (expected: 0 to 7777)",
            })
    void anOwnerThatATarHasNoRoomForIsRefused(String grant, String said) {
        ComposeModel model = parse(MODEL.replace("'mode': '0444'", grant));

        assertThatThrownBy(() -> PlacedFile.of(model, model.service("web")))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(said);
    }

    private static ComposeModel parse(String model) {
        return ComposeModel.parse(
                Models.deployment(1, model, java.nio.file.Path.of("/srv/p")).model());
    }

    @Test
    void annotationsAreTheHosts() {
        assertThat(spec(MODEL, "web").host().stringMap("Annotations")).isEqualTo(Map.of("k", "v"));
    }

    private static ContainerSpec spec(String model, String service) {
        return Models.wanted(1, model).find(service, 1).orElseThrow();
    }
}
