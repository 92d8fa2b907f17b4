package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DeletionGuardTest {
    @Test
    void smallDeletionsGoAhead() {
        assertThat(DeletionGuard.objection(objects(4), objects(1))).isEmpty(); // 75 %, but three objects
        assertThat(DeletionGuard.objection(objects(20), objects(14))).isEmpty(); // six objects, but 30 %
        assertThat(DeletionGuard.objection(Set.of(), Set.of())).isEmpty();
    }

    @Test
    void moreThanThirtyPercentAndMoreThanThreeObjectsWait() {
        assertThat(DeletionGuard.objection(objects(20), objects(13)))
                .hasValueSatisfying(why -> assertThat(why).startsWith("7 of 20 objects would be deleted"));
        assertThat(DeletionGuard.objection(objects(5), objects(1))).isPresent();
    }

    @Test
    void everyObjectWaitsHoweverFew() {
        assertThat(DeletionGuard.objection(Set.of("service/web"), Set.of()))
                .contains("all 1 objects would be deleted: service/web");
        assertThat(DeletionGuard.objection(Set.of("service/web"), Set.of("service/shop")))
                .isPresent();
    }

    private static Set<String> objects(int count) {
        return new TreeSet<>(
                IntStream.range(0, count).mapToObj(i -> "service/s" + i).toList());
    }
}
