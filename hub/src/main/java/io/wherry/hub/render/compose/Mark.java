package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;

/** How many problems were known at some point: what adds none may go on, whatever else is wrong in another file. */
record Mark(Problems problems, int known) {

    static Mark of(Problems problems) {
        return new Mark(problems, problems.list().size());
    }

    /** Whether nothing came since; never once so many are known that no more are kept. */
    boolean isClean() {
        return known < Problems.MAX_PROBLEMS && problems.list().size() == known;
    }
}
