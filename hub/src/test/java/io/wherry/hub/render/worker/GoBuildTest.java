package io.wherry.hub.render.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoBuildTest {
    private static final String MODULES = """
            path\tsigs.k8s.io/kustomize/kustomize/v5
            mod\tsigs.k8s.io/kustomize/kustomize/v5\t(devel)\t
            dep\tsigs.k8s.io/kustomize/api\tv0.20.1\th1:x=
            build\t-compiler=gc
            """;

    @TempDir
    Path folder;

    @Test
    void readsTheModulesOfAProgram() throws IOException {
        assertThat(GoBuild.modules(program(MODULES, 160)))
                .containsEntry("sigs.k8s.io/kustomize/kustomize/v5", "(devel)")
                .containsEntry("sigs.k8s.io/kustomize/api", "v0.20.1")
                .hasSize(2);
    }

    @Test
    void whatIsNoneTellsNothing() throws IOException {
        assertThat(GoBuild.modules(Files.writeString(folder.resolve("script"), "#!/bin/sh\n")))
                .isEmpty();
        assertThat(GoBuild.modules(folder.resolve("gone"))).isEmpty();
        assertThat(GoBuild.modules(program(MODULES, 161))).isEmpty(); // where Go does not put it
        Path cut = program(MODULES, 160);
        Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(cut), 220));
        assertThat(GoBuild.modules(cut)).isEmpty();
    }

    @Test
    void aProgramOutsideOfReleasesIsJudgedByItsModules() throws IOException {
        assertThat(KustomizeProgram.released(program(MODULES, 160))).contains("v5.7.1");
        assertThat(KustomizeProgram.released(program(MODULES.replace("v0.20.1", "v0.17.3"), 160)))
                .contains("v5.4.3");
        assertThat(KustomizeProgram.released(program(MODULES.replace("v0.20.1", "(devel)"), 160)))
                .isEmpty();
        assertThat(KustomizeProgram.released(program("path\tsigs.k8s.io/kustomize/kustomize/v5\n", 160)))
                .isEmpty();
    }

    private Path program(String modules, int at) throws IOException {
        String mark = "m".repeat(16);
        String text = mark + modules + mark;
        String head = "\u00ff Go buildinf:\u0008\u0002" + "\0".repeat(16) + "\u0006go1.26"
                + (char) (0x80 | (text.length() & 0x7f)) + (char) (text.length() >> 7) + text;
        return Files.write(folder.resolve("program"), ("x".repeat(at) + head + "\0".repeat(64)).getBytes(ISO_8859_1));
    }
}
