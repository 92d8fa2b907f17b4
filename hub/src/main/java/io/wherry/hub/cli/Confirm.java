package io.wherry.hub.cli;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Asks a person before something is taken away. Without a terminal nobody can answer, so {@code --yes} is needed. */
final class Confirm {
    private Confirm() {}

    static void orStop(Session session, String what) {
        if (!session.out().terminal().interactive()) {
            throw new CliException(ExitCode.BLOCKED, what, "add --yes to do it");
        }
        session.out().note(what);
        session.out().note("go on? [y/N]");
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            if (answer == null
                    || !answer.strip().toLowerCase(java.util.Locale.ROOT).startsWith("y")) {
                throw new CliException(ExitCode.BLOCKED, "nothing was done", "");
            }
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.BLOCKED, "no answer could be read: " + Causes.words(e), "add --yes to do it");
        }
    }
}
