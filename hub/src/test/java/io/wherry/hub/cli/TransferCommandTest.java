package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jgit.internal.storage.file.GC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one network to another by file: real bare repositories, registries over real connections. */
class TransferCommandTest {
    private static final int PATIENCE_MILLIS = 180_000;

    @TempDir
    Path folder;

    private TransferFixture world;

    @BeforeEach
    void start() {
        world = new TransferFixture(folder);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everythingArrivesAsItWas() throws IOException {
        Path file = world.everything();
        assertThat(names().stream().filter(name -> name.contains("monday.transfer")))
                .containsExactly("monday.transfer");

        Cli.Ran ran = world.carryAll(file);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "repository/shop refs/heads/main created",
                        "repository/shop refs/tags/v2 created",
                        "image/" + world.inside.host() + "/team/web:1 created",
                        "file/shop-1.2.tgz created");
        assertThat(TransferFixture.refs(world.target())).isEqualTo(TransferFixture.refs(world.shop.folder()));
        assertThat(world.inside.holds("team/web", "1")).isPresent().isEqualTo(world.outside.holds("team/web", "1"));
        assertThat(folder.resolve("files/shop-1.2.tgz")).hasSameBinaryContentAs(world.chart);
    }

    @Test
    void anExportThatIsBrokenOffLeavesNothingBehind() throws Exception {
        List<String> before = names();
        Process command;
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            command = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            WherryMain.class.getName(),
                            "transfer",
                            "export",
                            "-o",
                            folder.resolve("monday.transfer").toString(),
                            "--key",
                            world.key.toString(),
                            "--repo",
                            "https://localhost:" + silent.getLocalPort() + "/shop.git")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            silent.setSoTimeout(PATIENCE_MILLIS);
            try (Socket asked = silent.accept()) {
                assertThat(asked.isConnected()).isTrue();
                assertThat(names()).as("its room is there").hasSizeGreaterThan(before.size());
                command.destroy(); // as Ctrl-C does it, but for the number
                assertThat(command.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                        .isTrue();
            }
        }
        assertThat(command.exitValue()).isEqualTo(128 + 15);
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void aSecondImportDoesNothingAndSaysSo() {
        Path file = world.everything();
        world.carryAll(file);
        world.inside.writes.clear();

        Cli.Ran again = world.carryAll(file);

        assertThat(again.exit()).as(again.err()).isZero();
        assertThat(again.out().lines()).hasSize(6).allMatch(line -> line.endsWith(" unchanged"));
        assertThat(again.err()).contains("nothing to do: all of it is there already");
        assertThat(world.inside.writes).isEmpty();
    }

    @Test
    void aDryRunSaysItAllAndWritesNothing() {
        Path file = world.everything();

        Cli.Ran ran = world.carryAll(file, "--dry-run");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines()).hasSize(6).allMatch(line -> line.contains(" created"));
        assertThat(ran.err()).contains("dry run: nothing was written");
        assertThat(world.target()).doesNotExist();
        assertThat(folder.resolve("files")).doesNotExist();
        assertThat(world.inside.writes).isEmpty();
    }

    @Test
    void equalContentMakesEqualFilesHoweverTheServerPackedIt() throws Exception {
        byte[] first = Files.readAllBytes(world.everything());
        new GC(world.shop.repository()).gc().get();

        byte[] second = Files.readAllBytes(world.everything());

        assertThat(second).isEqualTo(first);
    }

    @Test
    void inspectShowsWhatIsInIt() {
        Path file = world.everything();

        Cli.Ran ran = world.run(List.of("transfer", "inspect", file.toString()));

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("repository/shop", "refs/tags/v2", "image/" + world.image(), "file/shop-1.2.tgz");
        assertThat(ran.err()).contains("the signature was not checked");
        Cli.Ran verified = world.run(List.of(
                "transfer", "inspect", file.toString(), "--public-key", world.publicKey.toString(), "-o", "json"));
        assertThat(verified.out()).contains("\"name\": \"file/shop-1.2.tgz\"");
        assertThat(verified.err()).isEmpty();
    }

    @Test
    void whatHasNoTargetIsSkippedAndNamed() {
        Path file = world.everything();

        Cli.Ran ran = world.carry(file, "--files", folder.resolve("files").toString());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains(
                        "file/shop-1.2.tgz created",
                        "repository/shop skipped (no --repo-target shop= was given)",
                        "team/web:1 skipped (no --registry was given)");
        assertThat(world.carry(file).exit()).isEqualTo(2);
        Cli.Ran unknown = world.carry(file, "--repo-target", "shoop=" + world.target());
        assertThat(unknown.exit()).isEqualTo(3);
        assertThat(unknown.err()).contains("shoop", "it has: shop");
    }

    @Test
    void aBranchGoesOnAndWhatWouldBeLostIsRefusedUnlessNamed() {
        world.carryAll(world.everything());
        String kept = TransferFixture.refs(world.target());
        world.shop.commit("main", "compose.yaml", "third");

        assertThat(world.carryAll(world.everything()).out()).contains("repository/shop refs/heads/main updated (from ");

        String rewritten = world.shop
                .unattached(world.shop.tree(java.util.Map.of("a", world.shop.file("b"))), null, "rewritten")
                .name();
        world.shop.point("refs/heads/main", org.eclipse.jgit.lib.ObjectId.fromString(rewritten));
        world.shop.tag("v1", rewritten);
        world.shop.commit("more", "x", "y");
        String before = TransferFixture.refs(world.target());
        Path file = world.everything();
        Cli.Ran refused = world.carryAll(file);
        assertThat(refused.exit()).isEqualTo(5);
        assertThat(refused.out())
                .contains("refs/heads/main refused", "--force shop@refs/heads/main", "refs/tags/v1 refused");
        assertThat(TransferFixture.refs(world.target())).isEqualTo(before).isNotEqualTo(kept);

        Cli.Ran half = world.carryAll(file, "--force", "shop@refs/heads/main");
        assertThat(half.exit()).isEqualTo(5);
        Cli.Ran forced = world.carryAll(file, "--force", "shop@refs/heads/main", "--force", "shop@refs/tags/v1");

        assertThat(forced.exit()).as(forced.err()).isZero();
        assertThat(forced.out()).contains("refs/heads/main forced (from ");
        assertThat(TransferFixture.refs(world.target())).isEqualTo(TransferFixture.refs(world.shop.folder()));
        assertThat(world.carryAll(file, "--force", "shop@refs/heads/mian").exit())
                .isEqualTo(3);
    }

    @Test
    void anotherFileOfTheSameNameStaysUnlessItIsNamed() throws IOException {
        Path file = world.everything();
        Files.createDirectories(folder.resolve("files"));
        Path there = Files.writeString(folder.resolve("files/shop-1.2.tgz"), "mine");

        Cli.Ran refused = world.carryAll(file);

        assertThat(refused.exit()).isEqualTo(5);
        assertThat(there).hasContent("mine");
        assertThat(world.target()).as("nothing of it is imported then").doesNotExist();
        assertThat(world.carryAll(file, "--force", "shop-1.2.tgz").exit()).isZero();
        assertThat(there).hasSameBinaryContentAs(world.chart);
    }

    @Test
    void whatIsNamedWronglyIsSaidWithTheWayOut() throws IOException {
        Path file = folder.resolve("some.transfer");
        String shop = world.shop.folder().toString();

        assertThat(world.export(file, "--repo", "git@git.example.org:team/shop.git"))
                .matches(ran -> ran.exit() == 2)
                .extracting(Cli.Ran::err)
                .asString()
                .contains("git@git.example.org:team/shop.git: SSH is for sources of the hub alone", "clone it");
        assertThat(world.export(file, "--repo", "file://" + shop).err())
                .contains("is a folder", "name it by its path: " + shop);
        assertThat(world.export(file, "--repo", shop, "--platform", "linux/arm64"))
                .matches(ran -> ran.exit() == 2)
                .extracting(Cli.Ran::err)
                .asString()
                .contains("--platform: ", "no --image is named");
        Path nowhere = folder.resolve("nowhere/some.transfer");
        assertThat(world.export(nowhere, "--repo", shop).err())
                .contains(nowhere + " cannot be written: folder " + nowhere.getParent() + " does not exist");

        assertThat(world.carryAll(world.everything(), "--repo-target", "shop=git@git.example.org:team/shop.git")
                        .err())
                .contains("SSH is for sources of the hub alone");
    }

    @Test
    void filesGoIntoAFolder() throws IOException {
        Path file = world.everything();
        Path plain = Files.writeString(folder.resolve("plain"), "mine");

        Cli.Ran ran = world.carry(file, "--files", plain.toString());

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--files " + plain + ": is no folder", "name the folder");
        assertThat(plain).hasContent("mine");
    }

    @Test
    void onlyTheRefsThatAreNamedTravel() {
        Path file = folder.resolve("some.transfer");

        assertThat(world.export(file, "--repo", "store=" + world.shop.folder() + "@main,v2")
                        .exit())
                .isZero();

        assertThat(world.run(List.of("transfer", "inspect", file.toString())).out())
                .contains("repository/store", "refs/heads/main", "refs/tags/v2")
                .doesNotContain("refs/tags/v1", "refs/heads/next");
        Cli.Ran unknown = world.export(file, "--repo", world.shop.folder() + "@mian");
        assertThat(unknown.exit()).isEqualTo(3);
        assertThat(unknown.err()).contains("no branch or tag mian", "main");
    }

    @Test
    void aFileSinceAnEarlierOneBringsOnlyWhatIsNew() throws IOException {
        Path first = world.everything();
        world.shop.commit("main", "compose.yaml", "third");
        world.outside.image("team/web", "2", "linux/amd64");
        Path second = folder.resolve("tuesday.transfer");
        List<String> what =
                new ArrayList<>(List.of("--repo", world.shop.folder().toString()));
        what.addAll(List.of("--image", world.image(), "--image", world.outside.host() + "/team/web:2"));
        what.addAll(List.of("--file", world.chart.toString(), "--since", first.toString()));

        Cli.Ran made = world.export(second, what.toArray(String[]::new));

        assertThat(made.exit()).as(made.err()).isZero();
        Cli.Ran early = world.carryAll(second);
        assertThat(early.exit()).isEqualTo(5);
        assertThat(early.out()).contains("import that first");
        assertThat(world.target()).doesNotExist();
        world.carryAll(first);
        world.inside.writes.clear();

        Cli.Ran ran = world.carryAll(second);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(TransferFixture.refs(world.target())).isEqualTo(TransferFixture.refs(world.shop.folder()));
        assertThat(ran.out()).contains("team/web:1 unchanged", "team/web:2 created", "file/shop-1.2.tgz unchanged");
        assertThat(world.inside.holds("team/web", "2")).isEqualTo(world.outside.holds("team/web", "2"));
    }
}
