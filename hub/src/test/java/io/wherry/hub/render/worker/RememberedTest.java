package io.wherry.hub.render.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RememberedTest {
    private static final int LARGE = 6 << 20;

    @Test
    void aRunIsNamedByAllThatAProgramGets() {
        List<Digest> keys = List.of(
                key("1", List.of("a"), Map.of("f", new byte[1])),
                key("2", List.of("a"), Map.of("f", new byte[1])),
                key("1", List.of("b"), Map.of("f", new byte[1])),
                key("1", List.of("a", ""), Map.of("f", new byte[1])),
                key("1", List.of("a"), Map.of("g", new byte[1])),
                key("1", List.of("a"), Map.of("f", new byte[2])),
                key("1", List.of("a", "f"), Map.of()));

        assertThat(keys).doesNotHaveDuplicates();
        assertThat(key("1", List.of("a"), Map.of("f", new byte[1]))).isEqualTo(keys.getFirst());
    }

    @Test
    void theLongestUnusedGoesFirst() {
        Digest one = key("one", List.of(), Map.of());
        Digest two = key("two", List.of(), Map.of());
        Digest three = key("three", List.of(), Map.of());
        Remembered.keep(one, new Worker.Done(new byte[LARGE], "warned"));
        Remembered.keep(two, new Worker.Done(new byte[LARGE], ""));
        assertThat(Remembered.find(one).orElseThrow().errors()).isEqualTo("warned"); // used

        Remembered.keep(three, new Worker.Done(new byte[LARGE], ""));

        assertThat(Remembered.find(two)).isEmpty();
        assertThat(Remembered.find(one)).isPresent();
        assertThat(Remembered.find(three)).isPresent();
    }

    @Test
    void oneThatIsTooLargeIsNotKept() {
        Digest key = key("large", List.of(), Map.of());

        Remembered.keep(key, new Worker.Done(new byte[17 << 20], ""));

        assertThat(Remembered.find(key)).isEmpty();
    }

    private static Digest key(String program, List<String> arguments, Map<String, byte[]> files) {
        return Remembered.key(program, arguments, new TreeMap<>(files));
    }
}
