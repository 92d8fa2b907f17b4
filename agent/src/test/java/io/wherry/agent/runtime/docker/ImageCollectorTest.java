package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.BroughtImage;
import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.contract.StackId;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which of the images that this agent brought may go, and when. That a real engine agrees, an end-to-end test shows. */
@Timeout(60)
class ImageCollectorTest {
    private static final StackId SHOP = StackId.parse("0123456789abcdefghjkmnpqrs");
    private static final StackId OTHER = StackId.parse("1123456789abcdefghjkmnpqrs");
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration KEEP_FOR = Duration.ofDays(7);
    private static final Duration LONG = KEEP_FOR.multipliedBy(10);

    private final ImageEngine engine = new ImageEngine();
    private final ListedImages ledger = new ListedImages();
    private Instant now = BEGIN;

    @Test
    void whatIsBeyondCountAndAgeGoesAndNothingElse() {
        for (int release = 1; release <= 6; release++) {
            now = now.plus(Duration.ofDays(2));
            release(SHOP, "shop:" + release, "sha256:" + release);
        }
        collect(Set.of("sha256:6"), SHOP); // three are beyond the count, and two of them beyond the week
        assertThat(engine.names.keySet()).containsExactly("shop:3", "shop:4", "shop:5", "shop:6");
        collect(Set.of("sha256:6"), SHOP);
        assertThat(engine.names.keySet()).hasSize(4);
        now = now.plus(LONG);
        collect(Set.of("sha256:6"), SHOP);
        assertThat(engine.names.keySet()).containsExactly("shop:4", "shop:5", "shop:6");
        assertThat(ledger.all()).extracting(BroughtImage::name).containsExactly("shop:4", "shop:5", "shop:6");
    }

    @Test
    void aNewUseMakesAnOldImageNewAgain() {
        for (int release = 1; release <= 5; release++) {
            release(SHOP, "shop:" + release, "sha256:" + release);
            now = now.plus(LONG);
        }
        release(SHOP, "shop:1", "sha256:1"); // somebody goes back
        now = now.plus(LONG);
        collect(Set.of(), SHOP);
        assertThat(engine.names.keySet()).containsExactly("shop:1", "shop:4", "shop:5");
    }

    @Test
    void whatIsNeededStaysAndSoDoesWhatAnyContainerWasMadeFrom() {
        for (int release = 1; release <= 6; release++) {
            release(SHOP, "shop:" + release, "sha256:" + release);
        }
        engine.used.add("sha256:2");
        now = now.plus(LONG);
        collect(Set.of("sha256:1"), SHOP);
        assertThat(engine.names.keySet()).contains("shop:1", "shop:2").hasSize(5);
    }

    @Test
    void whatAnotherStackStillCountsStays() {
        for (int release = 1; release <= 4; release++) {
            release(SHOP, "shop:" + release, "sha256:" + release);
        }
        release(OTHER, "shop:1", "sha256:1");
        now = now.plus(LONG);
        collect(Set.of(), SHOP, OTHER);
        assertThat(engine.has("sha256:1")).isTrue();
        collect(Set.of(), SHOP); // the other one is gone, and nothing of it counts any more
        assertThat(engine.has("sha256:1")).isFalse();
        assertThat(engine.names).hasSize(3);
    }

    @Test
    void aStackThatIsGoneKeepsItsImagesForTheTimeOnly() {
        release(SHOP, "shop:1", "sha256:1");
        now = now.plus(KEEP_FOR.minusSeconds(1));
        collect(Set.of());
        assertThat(engine.has("sha256:1")).isTrue();
        now = now.plus(LONG);
        collect(Set.of());
        assertThat(engine.has("sha256:1")).isFalse();
        assertThat(ledger.all()).isEmpty();
    }

    @Test
    void whatWasThereBeforeAndWhatPeopleBroughtIsNeverTouched() {
        engine.names.put("shop:0", "sha256:0");
        release(SHOP, "shop:0", "sha256:0");
        engine.names.put("people:1", "sha256:people");
        now = now.plus(LONG);
        collect(Set.of());
        assertThat(engine.names.keySet()).containsExactly("people:1", "shop:0");
    }

    @Test
    void anImageWithATagOfSomebodyElseLosesOursOnly() {
        release(SHOP, "shop:1", "sha256:1");
        engine.names.put("shop:keep", "sha256:1");
        now = now.plus(LONG);
        collect(Set.of());
        assertThat(engine.names.keySet()).containsExactly("shop:keep");
        assertThat(ledger.all()).isEmpty();
    }

    @Test
    void anImageWhoseTagMovedOnGoesByItsIdAndTheTagStays() {
        release(SHOP, "shop:stable", "sha256:1");
        engine.names.clear();
        engine.nameless.add("sha256:1");
        for (int next = 2; next <= 5; next++) {
            engine.registry.put("shop:stable", "sha256:" + next);
            images(SHOP)
                    .obtain(Models.wanted(1, "{'services': {'web': {'image': 'shop:stable', 'pull_policy': 'always'}}}")
                            .model()
                            .service("web"));
            now = now.plus(LONG);
        }
        collect(Set.of(), SHOP);
        assertThat(engine.has("sha256:1")).isFalse();
        assertThat(engine.has("sha256:2")).isFalse();
        assertThat(engine.names).containsEntry("shop:stable", "sha256:5");
        assertThat(ledger.all()).hasSize(3);
    }

    @Test
    void anAgentThatIsKilledAtAnyCallEndsTheWorkLater() {
        for (int calls = 1; calls <= 8; calls++) {
            ImageCollectorTest run = new ImageCollectorTest();
            run.killed(calls);
        }
    }

    private void killed(int calls) {
        engine.left = calls;
        for (int release = 1; release <= 6; release++) {
            String name = "shop:" + release;
            String id = "sha256:" + release;
            untilDone(() -> release(SHOP, name, id));
        }
        now = now.plus(LONG);
        engine.left = calls % 3 + 1;
        untilDone(() -> collect(Set.of("sha256:6"), SHOP));
        collect(Set.of("sha256:6"), SHOP);
        // One that came although its agent died was brought all the same, and goes too.
        assertThat(engine.names.keySet()).as("after %d calls", calls).containsExactly("shop:4", "shop:5", "shop:6");
    }

    private void untilDone(Runnable task) {
        boolean done = false;
        while (!done) {
            try {
                task.run();
                done = true;
            } catch (SimulatedEngine.Killed killed) {
                engine.left = Integer.MAX_VALUE;
            }
        }
    }

    private void release(StackId stack, String name, String id) {
        now = now.plusSeconds(60);
        engine.registry.put(name, id);
        Images images = images(stack);
        images.noteUsed(images.obtain(Models.wanted(1, "{'services': {'web': {'image': '" + name + "'}}}")
                .model()
                .service("web")));
    }

    private void collect(Set<String> needed, StackId... stacks) {
        new ImageCollector(new DockerApi(engine), pulling(), () -> now).collect(needed, Set.of(stacks));
    }

    private Images images(StackId stack) {
        return new Images(new DockerApi(engine), pulling(), stack, () -> now);
    }

    private Pulling pulling() {
        return new Pulling(RegistryMirrors.NONE, RegistryLogins.NONE, ledger, new Pulling.Keep(3, KEEP_FOR));
    }
}
