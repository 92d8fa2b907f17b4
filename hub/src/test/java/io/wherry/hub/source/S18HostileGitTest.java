package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.hub.resource.Source;
import io.wherry.hub.source.OriginRepository.Node;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** S18 for Git: what a hostile repository or URL can try. Beside the allowed folder lies a canary, which nothing may ever read. */
class S18HostileGitTest {
    private static final String CANARY = "canary-7c1f";

    @TempDir
    Path temporary;

    private Path allowed;
    private SourceHarness hub;
    private OriginRepository origin;
    private GitSource source;

    @BeforeEach
    void start() throws IOException {
        allowed = Files.createDirectories(temporary.resolve("allowed"));
        Files.writeString(temporary.resolve("canary"), CANARY);
        Files.writeString(allowed.resolve("canary"), CANARY);
        hub = SourceHarness.in(allowed);
        origin = OriginRepository.create(allowed.resolve("evil.git"));
        source = hub.source(origin);
    }

    @AfterEach
    void stop() {
        origin.close();
        hub.close();
    }

    private GitTree tree(Map<String, Node> files) {
        origin.commit("main", files, "evil");
        return hub.fetched(source, SourceHarness.MAIN);
    }

    private static void refused(SourceTree tree, String path, String because) {
        assertThatThrownBy(() -> tree.file(path))
                .isInstanceOf(TreeException.class)
                .hasMessageContaining(because)
                .message()
                .doesNotContain(CANARY);
    }

    @Test
    void linksOutOfTheTreeAreRefusedByName() {
        GitTree tree = tree(Map.of(
                "up", origin.link("../canary"),
                "absolute", origin.link(temporary.resolve("canary").toString()),
                "proc", origin.link("/proc/self/environ"),
                "deep/a/b", origin.link("../../../canary"),
                "first", origin.link("second"),
                "second", origin.link("../canary"),
                "folder", origin.link(".."),
                "windows", origin.link("..\\canary"),
                "good", origin.link("inside/file"),
                "inside/file", origin.file("fine")));

        for (String path : List.of("up", "absolute", "proc", "deep/a/b", "folder/canary", "windows")) {
            refused(tree, path, "outside of the repository");
        }
        refused(tree, "first", "symbolic link \"second\"");
        assertThatThrownBy(() -> tree.list("")).isInstanceOf(TreeException.class);
        assertThatThrownBy(() -> tree.list("folder")).isInstanceOf(TreeException.class);
        assertThat(tree.file("good").orElseThrow().content()).isEqualTo("fine".getBytes(UTF_8));
        assertThat(tree.readSet().looks().values()).noneMatch(look -> look.contains(CANARY));
    }

    @Test
    void linksInACircleEnd() {
        GitTree tree = tree(Map.of("a", origin.link("b"), "b", origin.link("a"), "c", origin.link("c/c/c/c")));

        refused(tree, "a", "more than 8 symbolic links");
        refused(tree, "c", "more than 8 symbolic links");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../canary", "/etc/passwd", "a/../../canary", "~/canary", "..\\canary"})
    void pathsOutOfTheTreeAreRefused(String path) {
        refused(tree(Map.of("a/file", origin.file("x"))), path, "no path inside of the repository");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", ".", ".git", ".GIT", "../canary", "a/b", "/etc"})
    void namesThatGitWouldNeverWriteAreRefused(String name) throws IOException {
        ObjectId blob = origin.blob("x".getBytes(UTF_8));
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        raw.write(("100644 " + name + "\0").getBytes(UTF_8));
        blob.copyRawTo(raw);
        ObjectId crafted = origin.insert(Constants.OBJ_TREE, raw.toByteArray());
        ByteArrayOutputStream root = new ByteArrayOutputStream();
        root.write("40000 app\0".getBytes(UTF_8));
        crafted.copyRawTo(root);
        root.write("100644 zzz\0".getBytes(UTF_8));
        blob.copyRawTo(root);
        origin.commit("main", origin.insert(Constants.OBJ_TREE, root.toByteArray()), "crafted");
        GitTree tree = hub.fetched(source, SourceHarness.MAIN);

        assertThatThrownBy(() -> tree.list("app"))
                .isInstanceOf(TreeException.class)
                .hasMessageContaining("\"app\" holds an entry named \"" + name + "\"");
        refused(tree, "app/b", "which no file may have");
        assertThat(tree.file("zzz"))
                .as("the rest of the repository stays usable")
                .isPresent();
    }

    @Test
    void aNameThatIsNotUtf8IsRefusedAndItsNeighboursAreNot() throws IOException {
        ObjectId blob = origin.blob("x".getBytes(UTF_8));
        ByteArrayOutputStream raw = new ByteArrayOutputStream();
        raw.write("100644 good\0".getBytes(UTF_8));
        blob.copyRawTo(raw);
        raw.write("100644 \u00e9t\u00e9\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        blob.copyRawTo(raw);
        origin.commit("main", origin.insert(Constants.OBJ_TREE, raw.toByteArray()), "latin");
        GitTree tree = hub.fetched(source, SourceHarness.MAIN);

        assertThat(tree.file("good")).isPresent();
        assertThatThrownBy(() -> tree.list("")).isInstanceOf(TreeException.class);
    }

    @Test
    void submodulesAreRefusedByPathWhateverGitmodulesSays() {
        String modules = """
                [submodule "evil"]
                	path = -u./payload
                	url = ext::sh -c touch%% %s
                [submodule "../../hooks"]
                	path = lib
                	url = -oProxyCommand=touch
                	update = !touch ran
                """.formatted(temporary.resolve("ran"));
        GitTree tree = tree(Map.of(
                ".gitmodules", origin.file(modules),
                "lib", origin.submodule(),
                "shop/compose.yaml", origin.file("services: {}")));

        refused(tree, "lib/compose.yaml", "\"lib\" is a Git submodule (at 1234567890");
        refused(tree, "lib", "\"lib\" is a Git submodule");
        assertThatThrownBy(() -> tree.list("")).hasMessageContaining("\"lib\" is a Git submodule");
        assertThat(tree.file("shop/compose.yaml"))
                .as("who does not read it is not stopped")
                .isPresent();
        assertThat(temporary.resolve("ran")).doesNotExist();
    }

    @Test
    void lfsPointersAndLargeFilesAreRefusedByPath() {
        String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0".repeat(64) + "\nsize 12345\n";
        GitTree tree = tree(Map.of(
                "data/model.bin", origin.file(pointer),
                "data/zeros", new Node(FileMode.REGULAR_FILE, origin.blob(new byte[TreeFile.MAX_BYTES + 1])),
                "data/readme", origin.file("version https://git-lfs.github.com/spec/v1\n" + "about ".repeat(300))));

        refused(tree, "data/model.bin", "\"data/model.bin\" is a Git LFS pointer");
        refused(tree, "data/zeros", "\"data/zeros\" has 16777217 bytes");
        assertThat(tree.file("data/readme")).isPresent();
    }

    @Test
    void aHugeObjectIsNotTakenIntoTheMirror() {
        hub.close();
        hub = new SourceHarness(allowed, new GitLimits(100, 1 << 30, 1_000_000, 100, 1 << 30), GitCredentials.NONE);
        origin.commit(
                "main", Map.of("bomb", new Node(FileMode.REGULAR_FILE, origin.blob(new byte[2_000_000]))), "bomb");

        Fetch.Failed refused = hub.failed(source, SourceHarness.MAIN);

        assertThat(refused.reason()).as(refused.detail()).isEqualTo(SourceReason.TOO_LARGE);
        assertThat(refused.detail()).contains("1000000 bytes");
    }

    @Test
    void aPackThatAnnouncesTwoBillionObjectsIsRefusedBeforeMemoryIsTaken() throws IOException {
        byte[] header = ByteBuffer.allocate(12)
                .put("PACK".getBytes(UTF_8))
                .putInt(2)
                .putInt(Integer.MAX_VALUE - 8)
                .array();
        try (MirrorRepository mirror =
                        MirrorRepository.open(allowed.resolve("mirror").toFile(), GitLimits.DEFAULT);
                var inserter = mirror.newObjectInserter()) {
            assertThatThrownBy(() -> inserter.newPackParser(new ByteArrayInputStream(header)))
                    .isInstanceOf(SourceFailure.class)
                    .hasMessageContaining("2147483639 objects");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ext::sh",
                "ext::sh -c touch% ran",
                "-oProxyCommand=touch",
                "--upload-pack=touch",
                "file:///etc",
                "file://localhost/etc",
                "http://example.org/shop.git",
                "git://example.org/shop.git",
                "ssh://example.org/shop.git",
                "ssh://-oProxyCommand=touch@example.org/shop.git",
                "ssh://git@-oProxyCommand=touch/shop.git",
                "ssh://git@-oProxyCommand=touch%20ran/shop.git",
                "ssh://git:7c1f@example.org/shop.git",
                "ssh://git@example.org",
                "ssh://git@example.org/",
                "ssh://git@example.org:0/shop.git",
                "ssh://git@example.org:70000/shop.git",
                "ssh://git@example.org/shop.git?x=1",
                "ssh://git@example.org/shop.git#x",
                "ssh://git@example.org/shop%0Atouch.git",
                "git+ssh://git@example.org/shop.git",
                "ssh:git@example.org/shop.git",
                "git@example.org:-oProxyCommand=touch",
                "git@example.org:shop.git",
                "-u@example.org:shop.git",
                "https://user:" + CANARY + "@example.org/shop.git",
                "https://example.org/shop.git?service=x",
                "https:///shop.git",
                "HTTPS:shop.git",
                "../evil.git",
                "fd::7",
                "/",
                "/etc",
                "https://example.org/a\nb"
            })
    void urlsOfOtherKindsAreRefused(String url) {
        assertThatThrownBy(() -> GitAddress.parse(url, Optional.empty(), List.of(allowed)))
                .isInstanceOf(SourceFailure.class)
                .message()
                .doesNotContain(CANARY);
    }

    @Test
    void aHostileUrlIsRefusedByTheResourceAlready() {
        assertThatThrownBy(() -> new Source.Repository("ext::sh", Optional.empty(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void localRepositoriesAreReadBelowTheAllowedFoldersOnly() throws IOException {
        OriginRepository outside = OriginRepository.create(temporary.resolve("outside.git"));
        outside.commit("main", "secret", CANARY);
        Files.createSymbolicLink(allowed.resolve("sideways.git"), outside.folder());
        Path borrowed = Files.createDirectories(allowed.resolve("borrowed.git"));
        OriginRepository borrower = OriginRepository.create(borrowed);
        Files.createDirectories(borrowed.resolve("objects/info"));
        Files.writeString(borrowed.resolve("objects/info/alternates"), outside.folder() + "/objects\n");
        Path pointing = Files.createDirectories(allowed.resolve("pointing"));
        Files.writeString(pointing.resolve(".git"), "gitdir: " + outside.folder() + "\n");
        Path hollow = Files.createDirectories(allowed.resolve("hollow.git"));
        Files.createSymbolicLink(hollow.resolve("objects"), outside.folder().resolve("objects"));
        Files.createSymbolicLink(hollow.resolve("refs"), outside.folder().resolve("refs"));
        Files.copy(outside.folder().resolve("HEAD"), hollow.resolve("HEAD"));

        for (Path folder : List.of(outside.folder(), allowed.resolve("sideways.git"), borrowed, pointing, hollow)) {
            Fetch.Failed refused = hub.failed(SourceHarness.source("x", folder.toString()), SourceHarness.MAIN);
            assertThat(refused.reason())
                    .as("%s: %s", folder, refused.detail())
                    .isIn(SourceReason.ADDRESS_REFUSED, SourceReason.REPOSITORY_NOT_FOUND);
        }
        borrower.close();
        outside.close();
    }

    @Test
    void theHostsGitConfigurationAndEnvironmentHaveNoInfluence() throws Exception {
        SystemReader reader = SystemReader.getInstance();

        assertThat(reader).isInstanceOf(IsolatedSystemReader.class);
        assertThat(reader.getenv("PATH")).isNull();
        // Both stand on JGit's own, which keeps in memory what was measured of a file system's clock, whenever it is.
        assertThat(reader.getUserConfig().getSections()).isSubsetOf("filesystem");
        assertThat(reader.getSystemConfig().getSections()).isSubsetOf("filesystem");
        assertThat(reader.openUserConfig(null, FS.DETECTED).getFile()).isNull();
    }

    @Test
    void whatACommitSaysCannotRewriteATerminalOrForgeALine() {
        ObjectId tree = origin.tree(Map.of("f", origin.file("x")));
        String commit = origin.commit("main", tree, "safe\u001b[2J\u001b[1;1H\rall is well \u0007" + "x".repeat(500));
        hub.fetched(source, SourceHarness.MAIN);

        Revision revision = hub.checks.revision(source, commit).orElseThrow();

        assertThat(revision.subject()).hasSize(Revision.MAX_SUBJECT).doesNotContainPattern("\\p{Cntrl}");
    }
}
