package io.wherry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.state.Step;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was staged or ran is what is redone, repaired and brought back: the image by its id, not what its tag means by now. */
class KeptImageTest {
    private final StackId shop = StackId.random(new SecureRandom());

    @TempDir
    Path temp;

    private TestSite site;

    @BeforeEach
    void open() {
        site = new TestSite(temp.resolve("data"));
        site.runtime.image = "sha256:old";
        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop")));
        site.settle(shop);
        site.runtime.image = "sha256:new"; // somebody pushed the same tag again
        site.runtime.images.clear();
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void goesBackToTheImageThatRan() {
        site.runtime.sick.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);
        assertThat(site.told()).endsWith("ROLLED_BACK 2");
        assertThat(site.runtime.images).containsExactly("sha256:new", "sha256:old");
        assertThat(site.states().getLast().images()).containsEntry("web", "sha256:old");
    }

    @Test
    void repairsWithTheImageThatRanAlsoAfterARestart() {
        site.restart();
        site.runtime.drift.add(new Difference("service/web", "state", "running", "missing"));
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        assertThat(site.told()).endsWith("CORRECTED 1", "HEALTHY 1");
        assertThat(site.runtime.images).containsExactly("sha256:old");
    }

    @Test
    void aRedoAfterACrashRunsWhatWasStaged() {
        site.runtime.beforeApply = () -> {
            throw new IllegalStateException("killed"); // after the journal was written, before the engine was asked
        };
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        for (int i = 0; i < 2; i++) {
            try {
                site.turn(shop);
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("killed");
            }
            site.restart();
            site.runtime.image = "sha256:newer";
        }
        site.runtime.beforeApply = () -> {};
        site.settle(shop);
        assertThat(site.runtime.images).containsExactly("sha256:new", "sha256:new", "sha256:new");
    }

    @Test
    void tellsEachCycleWhetherTheWayBackIsOpen() {
        site.runtime.lost.add("web");
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        site.pass(Duration.ofSeconds(10));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "HEALTHY 1");
        assertThat(site.states().getLast().reason()).isEqualTo("RollbackUnavailable");
        assertThat(site.states().getLast().healthy()).isTrue();
        site.runtime.lost.clear();
        site.pass(Duration.ofMinutes(5));
        site.settle(shop);
        assertThat(site.told()).containsExactly("APPLIED 1", "HEALTHY 1", "HEALTHY 1");
        assertThat(site.states().getLast().reason()).isEmpty();
    }

    @Test
    void saysSoWhereTheOldImageIsGoneAndGoesBackWhenItIsThereAgain() {
        failAfterLosingTheImage();
        assertThat(site.told()).endsWith("FAILED 2");
        assertThat(site.states().getLast().reason()).isEqualTo("RollbackUnavailable");
        assertThat(site.states().getLast().message()).contains("gone", "Exited: exited with 1");
        site.runtime.lost.clear();
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
        assertThat(site.told()).endsWith("ROLLED_BACK 2");
        assertThat(site.states().getLast().reason()).isEqualTo("Exited");
    }

    @Test
    void aNewerGenerationNeedNotWaitForAnImageThatNeverComesBack() {
        failAfterLosingTheImage();
        site.assign(site.entry(shop, "shop", 3, TestSite.options("shop")));
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
        assertThat(site.told()).contains("APPLIED 3");
        assertThat(site.record(shop).step()).isEqualTo(Step.COMMITTED);
    }

    @Test
    void contentThatIsGoneFromTheDiskIsNoWayBackEither() throws Exception {
        site.runtime.sick.add(2L);
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        String model = site.record(shop)
                .good()
                .orElseThrow()
                .entry()
                .bundle()
                .orElseThrow()
                .digest()
                .hex();
        site.runtime.beforeApply = () -> delete(model);
        site.settle(shop);
        assertThat(site.told()).endsWith("FAILED 2");
        assertThat(site.states().getLast().reason()).isEqualTo("RollbackUnavailable");
        assertThat(site.states().getLast().message()).contains("gone from the disk");
    }

    private void failAfterLosingTheImage() {
        site.runtime.sick.add(2L);
        site.runtime.lost.add("web");
        site.assign(site.entry(shop, "shop", 2, TestSite.options("shop")));
        site.settle(shop);
    }

    private void delete(String name) {
        try (Stream<Path> files = Files.walk(temp.resolve("data/blobs"))) {
            for (Path file :
                    files.filter(f -> f.getFileName().toString().contains(name)).toList()) {
                Files.delete(file);
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
