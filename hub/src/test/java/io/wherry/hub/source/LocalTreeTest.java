package io.wherry.hub.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.source.ReadSet.Look;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalTreeTest {
    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void aFolderWithACanaryBesideIt() throws IOException {
        folder = Files.createDirectories(temporary.resolve("tree"));
        write("../canary", "canary");
        write("shop/compose.yaml", "services: {}");
    }

    @Test
    void readsAFileAndNotesIt() {
        LocalTree tree = LocalTree.open(folder);

        TreeFile file = tree.file("shop/compose.yaml").orElseThrow();

        assertThat(file.content()).asString(StandardCharsets.UTF_8).isEqualTo("services: {}");
        assertThat(file.executable()).isFalse();
        assertThat(tree.readSet().looks()).containsOnlyKeys(new Look(Look.Kind.FILE, "shop/compose.yaml"));
    }

    @Test
    void notesWhatItLookedForInVain() {
        LocalTree tree = LocalTree.open(folder);

        assertThat(tree.file("shop/.env")).isEmpty();
        assertThat(tree.file("shop/compose.yaml/deeper")).isEmpty();

        assertThat(tree.readSet().looks().values()).containsExactly(ReadSet.ABSENT, ReadSet.ABSENT);
    }

    @Test
    void listsSortedWithASlashBehindFoldersAndWithoutGitsOwn() throws IOException {
        write(".git/config", "[core]");
        write("b", "");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("shop"));
        LocalTree tree = LocalTree.open(folder);

        assertThat(tree.list("")).hasValue(List.of("b", "link/", "shop/"));
        assertThat(tree.list("nothing")).isEmpty();
        assertThat(tree.list("b")).isEmpty();
        assertThat(tree.file(".git/config")).isEmpty();
    }

    @Test
    void knowsAnExecutable() throws IOException {
        write("run", "#!/bin/sh");
        Files.setPosixFilePermissions(folder.resolve("run"), PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(LocalTree.open(folder).file("run").orElseThrow().executable())
                .isTrue();
    }

    @Test
    void followsALinkInsideOfTheFolder() throws IOException {
        Files.createSymbolicLink(folder.resolve("shop/base"), Path.of("../common/base"));
        write("common/base/x.env", "A=1");

        assertThat(LocalTree.open(folder).file("shop/base/x.env")).isPresent();
    }

    @Test
    void refusesLinksThatLeaveTheFolder() throws IOException {
        Files.createSymbolicLink(folder.resolve("up"), Path.of("../canary"));
        Files.createSymbolicLink(folder.resolve("absolute"), temporary.resolve("canary"));
        Files.createSymbolicLink(folder.resolve("shop/deep"), Path.of("../../canary"));
        LocalTree tree = LocalTree.open(folder);

        for (String path : List.of("up", "absolute", "shop/deep")) {
            assertThatThrownBy(() -> tree.file(path))
                    .isInstanceOf(TreeException.class)
                    .hasMessageContaining("outside of the repository")
                    .hasMessageContaining(path);
        }
        assertThatThrownBy(() -> tree.file("../canary")).hasMessageContaining("no path inside of the repository");
    }

    @Test
    void givesUpOnALoopOfLinks() throws IOException {
        Files.createSymbolicLink(folder.resolve("a"), Path.of("b"));
        Files.createSymbolicLink(folder.resolve("b"), Path.of("a"));

        assertThatThrownBy(() -> LocalTree.open(folder).file("a")).hasMessageContaining("more than 8 symbolic links");
    }

    @Test
    void refusesWhatTheHubWouldRefuse() throws IOException {
        write("library/.git", "gitdir: ../.git/modules/library");
        write("library/code", "x");
        write("big.iso", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n");
        LocalTree tree = LocalTree.open(folder);

        assertThatThrownBy(() -> tree.file("library/code")).hasMessageContaining("\"library\" is a Git submodule");
        assertThatThrownBy(() -> tree.list("")).hasMessageContaining("\"library\" is a Git submodule");
        assertThatThrownBy(() -> tree.file("big.iso")).hasMessageContaining("\"big.iso\" is a Git LFS pointer");
        assertThat(tree.readSet().looks()).hasSize(3); // a refusal is a look too: its repair must be seen
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
