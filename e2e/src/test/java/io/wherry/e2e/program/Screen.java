package io.wherry.e2e.program;

import java.util.List;

/** A command on a real terminal of a given width, by {@code script}: what a person with a narrow window sees. */
final class Screen {
    private Screen() {}

    /** The lines as they arrive at the terminal, without colour. */
    static List<String> lines(Programs programs, int columns, String command) throws Exception {
        String shell = "stty cols " + columns + "; exec " + command;
        Said said = programs.run("script", "-qec", shell, "/dev/null").ok();
        return said.out()
                .replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "")
                .replace("\r", "")
                .lines()
                .toList();
    }
}
