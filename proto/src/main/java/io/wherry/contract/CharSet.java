package io.wherry.contract;

import java.util.List;

/** A set of characters in a {@link ValuePattern}. */
record CharSet(List<Range> ranges, boolean negated) {
    static final CharSet ANY = new CharSet(List.of(), true);
    static final CharSet DIGIT = new CharSet(List.of(new Range('0', '9')), false);
    static final CharSet WORD = new CharSet(
            List.of(new Range('0', '9'), new Range('A', 'Z'), new Range('_', '_'), new Range('a', 'z')), false);

    record Range(int from, int to) {}

    CharSet {
        ranges = List.copyOf(ranges);
    }

    static CharSet of(int character) {
        return new CharSet(List.of(new Range(character, character)), false);
    }

    boolean contains(int character) {
        return negated != ranges.stream().anyMatch(range -> character >= range.from() && character <= range.to());
    }
}
