package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.StackId;
import io.wherry.hub.sync.Builds.Build;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BuildsTest {
    private final Builds builds = new Builds();

    @Test
    void aSourceWithManyStacksLetsAnotherOnesIn() {
        want("a1", "a");
        want("a2", "a");
        want("a3", "a");
        want("b1", "b");

        assertThat(begun()).isEqualTo("a1");
        assertThat(begun()).isEqualTo("b1");
        assertThat(begun()).isEqualTo("a2");
        want("b2", "b");
        assertThat(begun()).isEqualTo("b2");
        assertThat(begun()).isEqualTo("a3");
        assertThat(begun()).isEqualTo("none");
    }

    @Test
    void thoseThatWereEndedBeforeNeverTakeAllPlaces() {
        for (String source : List.of("a", "b")) {
            want(source + "1", source);
            builds.ended(next(), true);
        }
        want("a1", "a");
        want("b1", "b");
        want("b2", "b");
        Build slow = next();
        assertThat(builds.begin(stack -> true)).isEmpty();
        want("c1", "c");
        assertThat(begun()).isEqualTo("c1");

        builds.ended(slow, false);
        assertThat(begun()).isNotEqualTo("none");
    }

    @Test
    void aSourceIsNotSlowAnyMoreWhenTheStackThatWasIsGone() {
        for (String source : List.of("a", "b")) {
            want(source + "1", source);
            builds.ended(next(), true);
        }

        builds.keepOnly(Set.of());

        want("a2", "a");
        want("b2", "b");
        assertThat(List.of(begun(), begun())).containsExactly("a2", "b2");
    }

    @Test
    void aStackIsBuiltOnceAtATimeAndWhatComesMeanwhileFollows() {
        want("a1", "a");
        Build first = next();
        want("a1", "a");
        assertThat(builds.begin(stack -> true)).isEmpty();

        builds.ended(first, false);

        assertThat(begun()).isEqualTo("a1");
        assertThat(builds.isIdle()).isTrue();
    }

    private void want(String stack, String source) {
        builds.want(new Build(id(stack), source, Word.none("change")));
    }

    private Build next() {
        return builds.begin(stack -> true).orElseThrow();
    }

    private String begun() {
        Optional<Build> next = builds.begin(stack -> true);
        return List.of("a1", "a2", "a3", "b1", "b2", "c1").stream()
                .filter(name -> next.isPresent() && next.get().stack().equals(id(name)))
                .findFirst()
                .orElse("none");
    }

    private static StackId id(String name) {
        return StackId.parse(name + "0".repeat(24));
    }
}
