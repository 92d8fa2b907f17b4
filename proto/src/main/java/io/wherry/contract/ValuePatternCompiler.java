package io.wherry.contract;

import java.util.ArrayList;
import java.util.List;

/** Reads a {@link ValuePattern} by recursive descent and writes its machine. */
final class ValuePatternCompiler {
    /** 4,096 steps: with a value of 4,096 characters a match takes at most some ten million operations. */
    private static final int MAX_STEPS = 4096;

    /** 1,024: the largest number in braces. */
    private static final int MAX_REPEAT = 1024;

    /** 16: depth of parentheses. */
    private static final int MAX_DEPTH = 16;

    private static final int UNBOUNDED = -1;
    private static final String PUNCTUATION = "\\.[](){}*+?|^$-/:_@#%&=,;!~'\"<> ";

    private final String text;
    private final int end;
    private int at;
    private int depth;

    private sealed interface Node {
        record One(CharSet set) implements Node {}

        record Sequence(List<Node> items) implements Node {}

        record Choice(List<Node> ways) implements Node {}

        record Repeat(Node item, int least, int most) implements Node {}
    }

    private ValuePatternCompiler(String text) {
        this.text = text;
        this.at = text.startsWith("^") ? 1 : 0;
        boolean anchored = text.endsWith("$") && !text.endsWith("\\$");
        this.end = anchored ? text.length() - 1 : text.length();
    }

    static List<ValuePattern.Step> compile(String text) {
        Check.filled("pattern", text, ValuePattern.MAX_CHARS);
        Check.that(text.chars().allMatch(c -> c < 0x80), "pattern", text, "ASCII");
        ValuePatternCompiler compiler = new ValuePatternCompiler(text);
        Node node = compiler.choice();
        if (compiler.at < compiler.end) {
            throw compiler.wrong("a balanced pattern");
        }
        List<ValuePattern.Step> program = new ArrayList<>();
        compiler.write(node, program);
        program.add(new ValuePattern.Step.Accept());
        compiler.checkSize(program);
        return List.copyOf(program);
    }

    private Node choice() {
        List<Node> ways = new ArrayList<>();
        ways.add(sequence());
        while (at < end && text.charAt(at) == '|') {
            at++;
            ways.add(sequence());
        }
        return ways.size() == 1 ? ways.getFirst() : new Node.Choice(ways);
    }

    private Node sequence() {
        List<Node> items = new ArrayList<>();
        while (at < end && text.charAt(at) != '|' && text.charAt(at) != ')') {
            items.add(repeated(item()));
        }
        return new Node.Sequence(items);
    }

    private Node item() {
        char c = text.charAt(at++);
        return switch (c) {
            case '.' -> new Node.One(CharSet.ANY);
            case '[' -> new Node.One(set());
            case '\\' -> new Node.One(escaped());
            case '(' -> group();
            case '*', '+', '?', '{', '}', ']', '^', '$' -> {
                at--;
                throw wrong("a character (a backslash before it where it is meant as such)");
            }
            default -> new Node.One(CharSet.of(c));
        };
    }

    private Node group() {
        if (++depth > MAX_DEPTH) {
            throw wrong("at most " + MAX_DEPTH + " parentheses in each other");
        }
        if (at < end && text.charAt(at) == '?') {
            throw wrong("plain parentheses, no (?…)");
        }
        Node inner = choice();
        if (at >= end) {
            throw wrong("a closing parenthesis");
        }
        at++;
        depth--;
        return inner;
    }

    private Node repeated(Node item) {
        if (at >= end) {
            return item;
        }
        return switch (text.charAt(at)) {
            case '*' -> once(new Node.Repeat(item, 0, UNBOUNDED));
            case '+' -> once(new Node.Repeat(item, 1, UNBOUNDED));
            case '?' -> once(new Node.Repeat(item, 0, 1));
            case '{' -> once(counted(item));
            default -> item;
        };
    }

    private Node once(Node repeat) {
        at++;
        return repeat;
    }

    /** Ends on the closing brace. */
    private Node counted(Node item) {
        at++;
        int least = number();
        int most = least;
        if (at < end && text.charAt(at) == ',') {
            at++;
            most = at < end && text.charAt(at) == '}' ? UNBOUNDED : number();
        }
        if (at >= end || text.charAt(at) != '}' || (most != UNBOUNDED && most < least)) {
            throw wrong("{m}, {m,} or {m,n}");
        }
        return new Node.Repeat(item, least, most);
    }

    private int number() {
        int start = at;
        while (at < end && Character.isDigit(text.charAt(at)) && at - start < 4) {
            at++;
        }
        if (at == start || Integer.parseInt(text.substring(start, at)) > MAX_REPEAT) {
            throw wrong("a number up to " + MAX_REPEAT);
        }
        return Integer.parseInt(text.substring(start, at));
    }

    private CharSet set() {
        boolean negated = at < end && text.charAt(at) == '^';
        if (negated) {
            at++;
        }
        List<CharSet.Range> ranges = new ArrayList<>();
        while (at < end && text.charAt(at) != ']') {
            char c = text.charAt(at++);
            if (c == '[') {
                throw wrong("\\[ inside brackets");
            }
            if (c == '\\') {
                CharSet escaped = escaped();
                ranges.addAll(escaped.ranges());
            } else if (at + 1 < end && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
                char to = text.charAt(at + 1);
                if (to < c || to == '\\' || to == '[') {
                    throw wrong("a range like a-z");
                }
                ranges.add(new CharSet.Range(c, to));
                at += 2;
            } else {
                ranges.add(new CharSet.Range(c, c));
            }
        }
        if (at >= end || ranges.isEmpty()) {
            throw wrong("a closing bracket after at least one character");
        }
        at++;
        return new CharSet(ranges, negated);
    }

    private CharSet escaped() {
        if (at >= end) {
            throw wrong("a character after the backslash");
        }
        char c = text.charAt(at++);
        if (c == 'd') {
            return CharSet.DIGIT;
        }
        if (c == 'w') {
            return CharSet.WORD;
        }
        if (PUNCTUATION.indexOf(c) < 0) {
            at--;
            throw wrong("\\d, \\w or a backslash before punctuation");
        }
        return CharSet.of(c);
    }

    private void write(Node node, List<ValuePattern.Step> program) {
        checkSize(program);
        switch (node) {
            case Node.One(CharSet set) -> program.add(new ValuePattern.Step.Take(set));
            case Node.Sequence(List<Node> items) -> items.forEach(item -> write(item, program));
            case Node.Choice(List<Node> ways) -> writeChoice(ways, program);
            case Node.Repeat(Node item, int least, int most) -> writeRepeat(item, least, most, program);
        }
    }

    private void checkSize(List<ValuePattern.Step> program) {
        Check.that(program.size() <= MAX_STEPS, "pattern", text, "fewer repetitions: at most " + MAX_STEPS + " steps");
    }

    private void writeChoice(List<Node> ways, List<ValuePattern.Step> program) {
        List<Integer> jumps = new ArrayList<>();
        for (Node way : ways.subList(0, ways.size() - 1)) {
            int split = hole(program);
            write(way, program);
            jumps.add(hole(program));
            program.set(split, new ValuePattern.Step.Split(split + 1, program.size()));
        }
        write(ways.getLast(), program);
        jumps.forEach(jump -> program.set(jump, new ValuePattern.Step.Jump(program.size())));
    }

    private void writeRepeat(Node item, int least, int most, List<ValuePattern.Step> program) {
        for (int i = 0; i < least; i++) {
            int before = program.size();
            write(item, program);
            // An empty item is the same however often: without this, empty ones in each other would take forever.
            if (program.size() == before) {
                break;
            }
        }
        if (most == UNBOUNDED) {
            int split = hole(program);
            write(item, program);
            program.add(new ValuePattern.Step.Jump(split));
            program.set(split, new ValuePattern.Step.Split(split + 1, program.size()));
            return;
        }
        List<Integer> splits = new ArrayList<>();
        for (int i = least; i < most; i++) {
            splits.add(hole(program));
            write(item, program);
        }
        splits.forEach(split -> program.set(split, new ValuePattern.Step.Split(split + 1, program.size())));
    }

    /** A place to be filled in when it is known where it leads. */
    private static int hole(List<ValuePattern.Step> program) {
        program.add(new ValuePattern.Step.Jump(program.size() + 1));
        return program.size() - 1;
    }

    private IllegalArgumentException wrong(String expected) {
        return Check.wrong("pattern at character " + (at + 1), text, expected);
    }
}
