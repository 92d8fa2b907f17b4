package io.wherry.hub.render.compose;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command written as one text into words: blanks separate, quotes and backslashes keep together. There is no shell: what only a
 * shell could carry out is refused.
 */
final class ShellWords {
    private ShellWords() {}

    /** @throws IllegalArgumentException naming what cannot be split */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean started = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'') {
                if (++i == text.length()) {
                    throw new IllegalArgumentException("a backslash at the end");
                }
                word.append(text.charAt(i));
                started = true;
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                started = true;
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                if (started) {
                    words.add(word.toString());
                }
                word.setLength(0);
                started = false;
            } else if (";&|<>()`".indexOf(c) >= 0) {
                throw new IllegalArgumentException("\"" + c + "\" needs a shell");
            } else {
                word.append(c);
                started = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("a quote is never closed");
        }
        if (started) {
            words.add(word.toString());
        }
        return words;
    }
}
