package io.wherry.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
    @Test
    void aChangedLineStandsBetweenThreeOfItsSurroundings() {
        List<String> before =
                IntStream.rangeClosed(1, 10).mapToObj(String::valueOf).toList();
        List<String> after = new ArrayList<>(before);
        after.set(4, "five");

        assertThat(UnifiedDiff.of(before, after))
                .containsExactly("@@ -2,7 +2,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8");
    }

    @Test
    void changesFarApartAreTwoHunksAndNearOnesOne() {
        List<String> before =
                IntStream.rangeClosed(1, 30).mapToObj(String::valueOf).toList();
        List<String> after = new ArrayList<>(before);
        after.set(1, "two");
        after.set(7, "eight");
        after.remove(27);

        assertThat(UnifiedDiff.of(before, after).stream().filter(line -> line.startsWith("@@")))
                .containsExactly("@@ -1,11 +1,11 @@", "@@ -25,6 +25,5 @@");
    }

    @Test
    void whatIsNewAndWhatIsGoneIsWhole() {
        assertThat(UnifiedDiff.of(List.of(), List.of("a", "b"))).containsExactly("@@ -0,0 +1,2 @@", "+a", "+b");
        assertThat(UnifiedDiff.of(List.of("a"), List.of())).containsExactly("@@ -1 +0,0 @@", "-a");
        assertThat(UnifiedDiff.of(List.of("a"), List.of("a"))).isEmpty();
    }

    @Test
    void textsTooLargeToCompareAreOneBlock() {
        List<String> before = Collections.nCopies(3000, "a");
        List<String> after = Collections.nCopies(3000, "b");

        assertThat(UnifiedDiff.of(before, after)).hasSize(6001).startsWith("@@ -1,3000 +1,3000 @@", "-a");
    }

    /** Applying the hunks to the text before gives the text after. */
    @RepeatedTest(100)
    void itsHunksMakeTheOtherText(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<String> before = lines(random);
        List<String> after = lines(random);

        List<String> made = new ArrayList<>();
        int at = 0;
        for (String line : UnifiedDiff.of(before, after)) {
            if (line.startsWith("@@")) {
                String[] range = line.substring(4, line.indexOf(" +")).split(",", -1);
                int from = Integer.parseInt(range[0]) - (range.length > 1 && range[1].equals("0") ? 0 : 1);
                made.addAll(before.subList(at, from));
                at = from;
            } else {
                if (line.charAt(0) != '+') {
                    assertThat(line.substring(1)).as("seed %d", seed).isEqualTo(before.get(at++));
                }
                if (line.charAt(0) != '-') {
                    made.add(line.substring(1));
                }
            }
        }
        made.addAll(before.subList(at, before.size()));

        assertThat(made).as("seed %d", seed).isEqualTo(after);
    }

    private static List<String> lines(Random random) {
        return random.ints(random.nextInt(40), 0, 6).mapToObj(String::valueOf).toList();
    }
}
