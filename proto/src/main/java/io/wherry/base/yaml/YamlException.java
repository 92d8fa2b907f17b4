package io.wherry.base.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** The input cannot be read as what it should be. Carries every problem found, in file order. */
public final class YamlException extends RuntimeException {
    private final List<Problem> problems;

    public YamlException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public YamlException(Problem problem) {
        this(List.of(problem));
    }

    public List<Problem> problems() {
        return problems;
    }
}
