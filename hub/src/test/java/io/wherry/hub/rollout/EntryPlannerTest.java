package io.wherry.hub.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.AgentId;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.EntryOptions.OnUnhealthy;
import io.wherry.contract.StackId;
import io.wherry.hub.rollout.PlacedEntry.Place;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class EntryPlannerTest {
    private static final AgentId AGENT = AgentId.random(new SecureRandom());
    private static final StackId STACK = StackId.random(new SecureRandom());

    @Test
    void aTargetWithoutAnEntryBeginsAtGenerationOne() {
        PlacedEntry placed = EntryPlanner.place(Optional.empty(), wanted(1, 1, "a"));

        assertThat(placed.generation()).isEqualTo(1);
        assertThat(placed.place()).isEqualTo(Place.PRESENT);
    }

    @Test
    void equalContentUnderAnotherReleaseChangesNothing() {
        PlacedEntry has = EntryPlanner.place(Optional.empty(), wanted(1, 1, "a"));
        WantedEntry want = wanted(1, 2, "a");
        WantedEntry equal = new WantedEntry(
                want.agent(),
                want.stack(),
                want.name(),
                want.release(),
                want.counter(),
                Set.of(has.release()),
                want.bundle(),
                want.variables(),
                want.secrets(),
                want.options(),
                false,
                2);

        assertThat(EntryPlanner.place(Optional.of(has), equal)).isEqualTo(has);
    }

    @Test
    void otherVariablesRaiseTheGenerationAndOtherOptionsDoNot() {
        PlacedEntry has = EntryPlanner.place(Optional.empty(), wanted(1, 1, "a"));

        assertThat(EntryPlanner.place(Optional.of(has), wanted(1, 1, "b")).generation())
                .isEqualTo(2);
        PlacedEntry retuned = EntryPlanner.retune(has, options(Duration.ofMinutes(9)), true);
        assertThat(retuned.generation()).isEqualTo(1);
        assertThat(retuned.place()).isEqualTo(Place.SUSPENDED);
    }

    @Test
    void anOlderReleaseIsNeverPlaced() {
        PlacedEntry has = EntryPlanner.place(Optional.empty(), wanted(2, 5, "a"));

        assertThatThrownBy(() -> EntryPlanner.place(Optional.of(has), wanted(1, 4, "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: 5 or more");
    }

    @Test
    void aRemovalStaysListedUntilItsReceiptComesHome() {
        PlacedEntry has = EntryPlanner.place(Optional.empty(), wanted(1, 1, "a"));
        PlacedEntry absent = EntryPlanner.remove(has, digest(9), 2);

        assertThat(absent.listed()).isTrue();
        assertThat(EntryPlanner.gone(absent, has.generation())).isEqualTo(absent); // a report of the generation before
        assertThat(EntryPlanner.gone(absent, absent.generation()).listed()).isFalse();
    }

    /** Whatever happens in whatever order: generation and counter never fall, and content never moves without a new generation. */
    @RepeatedTest(100)
    void generationAndCounterNeverFall(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        long counter = 1;
        PlacedEntry entry = EntryPlanner.place(Optional.empty(), wanted(random.nextInt(3), counter, "a"));
        for (int step = 0; step < 50; step++) {
            PlacedEntry before = entry;
            EntryOptions options = options(Duration.ofMinutes(1 + random.nextInt(9)));
            String variable = random.nextBoolean() ? "a" : "b";
            counter++;
            entry = switch (random.nextInt(7)) {
                case 0, 1 -> EntryPlanner.place(Optional.of(entry), wanted(random.nextInt(3), counter, variable));
                case 2 -> EntryPlanner.remove(entry, digest(100 + step), counter);
                case 3 -> EntryPlanner.gone(entry, entry.generation());
                case 4 -> EntryPlanner.detach(entry);
                case 5 -> EntryPlanner.again(entry);
                default -> EntryPlanner.retune(entry, options, random.nextBoolean());
            };
            assertThat(entry.generation())
                    .as("seed %d, step %d", seed, step)
                    .isGreaterThanOrEqualTo(before.generation());
            assertThat(entry.counter()).as("seed %d, step %d", seed, step).isGreaterThanOrEqualTo(before.counter());
            boolean sameContent =
                    entry.bundle().equals(before.bundle()) && entry.variables().equals(before.variables());
            assertThat(sameContent || entry.generation() > before.generation() || entry.place() == Place.GONE)
                    .as("seed %d, step %d", seed, step)
                    .isTrue();
        }
    }

    private static WantedEntry wanted(int bundle, long counter, String variable) {
        return new WantedEntry(
                AGENT,
                STACK,
                "shop",
                digest(1000L * bundle + counter),
                counter,
                Set.of(),
                new BundleRef(digest(bundle), 10),
                new TreeMap<>(Map.of("SITE", variable)),
                List.of(),
                options(Duration.ofMinutes(5)),
                false,
                counter);
    }

    static EntryOptions options(Duration healthTimeout) {
        return new EntryOptions(
                "shop",
                Duration.ofSeconds(10),
                healthTimeout,
                true,
                false,
                false,
                Duration.ofMinutes(5),
                OnUnhealthy.ROLLBACK,
                List.of(),
                Optional.empty(),
                false,
                List.of());
    }

    private static Digest digest(long number) {
        return new Digest("%064x".formatted(number));
    }
}
