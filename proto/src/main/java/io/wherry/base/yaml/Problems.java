package io.wherry.base.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with an input, so that a person sees all of it at once. Not for several threads. */
public final class Problems {
    /** 100: nobody mends more at once, and a hostile file could make millions. */
    public static final int MAX_PROBLEMS = 100;

    private final List<Problem> list = new ArrayList<>();

    public void add(Position at, String message) {
        add(Problem.of(at, message));
    }

    public void add(Position at, String message, String hint) {
        add(new Problem(at, message, hint));
    }

    /** Keeps the first {@link #MAX_PROBLEMS}, each once. */
    public void add(Problem problem) {
        if (list.size() < MAX_PROBLEMS && !list.contains(problem)) {
            list.add(problem);
        }
    }

    /** Whether something was found at the very place already: what follows from it need not be said too. */
    public boolean isKnown(Position at) {
        return list.stream().anyMatch(problem -> problem.at().equals(at));
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    /** All of them, by line and column within a file; files in the order they were first named. */
    public List<Problem> list() {
        List<String> files = list.stream().map(p -> p.at().file()).distinct().toList();
        return list.stream()
                .sorted(Comparator.<Problem>comparingInt(p -> files.indexOf(p.at().file()))
                        .thenComparingInt(p -> p.at().line())
                        .thenComparingInt(p -> p.at().column()))
                .toList();
    }

    /** @throws YamlException with all problems, if there is any */
    public void throwIfAny() {
        if (!list.isEmpty()) {
            throw new YamlException(list());
        }
    }
}
