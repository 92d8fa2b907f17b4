package io.wherry.contract;

import java.util.List;

/**
 * What values of a site variable are allowed: a small regular language whose matching takes linear time, whoever wrote it
 * (docs/reference/bundle-format.md#value-patterns).
 *
 * <p>The whole value must match. Known are literal characters, {@code .}, {@code [a-z]} and {@code [^…]}, {@code \d}, {@code \w}, a
 * backslash before punctuation, {@code ( )}, {@code |}, and {@code * + ? {m} {m,} {m,n}}; one {@code ^} in front and one {@code $} behind
 * mean nothing.
 */
public final class ValuePattern {
    /** 256 characters of pattern: an IPv6 address in full takes about 200. */
    public static final int MAX_CHARS = 256;

    private final String text;
    private final List<Step> program;

    private ValuePattern(String text, List<Step> program) {
        this.text = text;
        this.program = program;
    }

    /** One step of the machine; numbers are indexes of steps. */
    sealed interface Step {
        /** Takes one character of a set. */
        record Take(CharSet set) implements Step {}

        /** Goes on at both. */
        record Split(int one, int other) implements Step {}

        record Jump(int to) implements Step {}

        record Accept() implements Step {}
    }

    /** @throws IllegalArgumentException saying where and what is not known */
    public static ValuePattern parse(String text) {
        return new ValuePattern(text, ValuePatternCompiler.compile(text));
    }

    /** Follows all ways at once, one character at a time: no pattern can make it go back. */
    public boolean matches(String value) {
        boolean[] now = new boolean[program.size()];
        reach(now, 0);
        int[] characters = value.codePoints().toArray();
        for (int character : characters) {
            boolean[] next = new boolean[program.size()];
            for (int i = 0; i < now.length; i++) {
                if (now[i] && program.get(i) instanceof Step.Take(CharSet set) && set.contains(character)) {
                    reach(next, i + 1);
                }
            }
            now = next;
        }
        return now[program.size() - 1];
    }

    /** Marks a step and all that follow without taking a character; the depth is bounded by the pattern's own. */
    private void reach(boolean[] marked, int start) {
        int[] waiting = new int[program.size() + 1];
        int count = 0;
        waiting[count++] = start;
        while (count > 0) {
            int step = waiting[--count];
            if (marked[step]) {
                continue;
            }
            marked[step] = true;
            switch (program.get(step)) {
                case Step.Jump(int to) -> waiting[count++] = to;
                case Step.Split(int one, int other) -> {
                    waiting[count++] = other;
                    waiting[count++] = one;
                }
                case Step.Take _, Step.Accept _ -> {}
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
