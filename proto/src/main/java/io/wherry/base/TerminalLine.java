package io.wherry.base;

import java.util.function.Consumer;

/** One line of a terminal that is written over until it is done: cut to the width, without anything that could steer the terminal. */
public final class TerminalLine {
    private static final String ERASE = "\r\u001b[K";

    private final Terminal terminal;
    private final Consumer<String> printer;
    private boolean shown;

    /** @param printer prints exactly this, at once */
    public TerminalLine(Terminal terminal, Consumer<String> printer) {
        this.terminal = terminal;
        this.printer = printer;
    }

    public void show(String text) {
        String line = plain(text);
        shown = true;
        printer.accept(
                ERASE + (line.length() >= terminal.columns() ? line.substring(0, terminal.columns() - 1) : line));
    }

    /** Takes it away, so that what follows begins on its own. Where nothing is shown it does nothing. */
    public void clear() {
        if (shown) {
            shown = false;
            printer.accept(ERASE);
        }
    }

    /** Text of others, in which control characters, which could steer a terminal, are question marks. */
    public static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            plain.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '?' : c);
        }
        return plain.toString();
    }
}
