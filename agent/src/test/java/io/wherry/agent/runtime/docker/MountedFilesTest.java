package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MountedFilesTest {
    private static final Path SITE = Path.of("/state/stacks/shop/files");
    private static final Json.Obj WANTED = JsonReader.object("""
        {"Mounts": [
          {"Type": "volume", "Target": "/data"},
          {"Type": "bind", "Source": "/state/stacks/shop/files/two", "Target": "/run/secrets/key"}]}
        """.getBytes(UTF_8));

    @Test
    void anotherFileOfTheStackIsSeen() {
        assertThat(MountedFiles.other(SITE, WANTED, Map.of("/run/secrets/key", SITE + "/one")))
                .hasValue("/run/secrets/key");
    }

    @Test
    void theSameIsTheSame() {
        assertThat(MountedFiles.other(SITE, WANTED, Map.of("/run/secrets/key", SITE + "/two")))
                .isEmpty();
    }

    @Test
    void whatLiesElsewhereOrIsNotShownIsNotJudged() {
        assertThat(MountedFiles.other(SITE, WANTED, Map.of("/run/secrets/key", "/home/shop/one")))
                .isEmpty();
        assertThat(MountedFiles.other(SITE, WANTED, Map.of("/data", SITE + "/one")))
                .isEmpty();
    }
}
