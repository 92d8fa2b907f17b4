package io.wherry.agent.reconcile;

import io.wherry.contract.Limits;

/** Texts as documents want them: one line, no control characters, not too long. Engine messages and log lines are none of that. */
final class Sentences {
    private Sentences() {}

    static String of(String text) {
        String line = text.strip().replaceAll("\\s*[\\x00-\\x1f\\x7f]+\\s*", " | ");
        return line.length() <= Limits.SENTENCE_CHARS ? line : line.substring(0, Limits.SENTENCE_CHARS - 1) + "…";
    }
}
