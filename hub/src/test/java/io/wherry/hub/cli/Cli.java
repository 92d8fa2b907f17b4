package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Runs commands as a person's shell would, with a configuration folder and an environment of their own. */
final class Cli {
    /** What a command left behind. */
    record Ran(int exit, String out, String err) {}

    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Terminal PIPE = new Terminal(false, false, Terminal.UNLIMITED);

    private final Map<String, String> environment = new HashMap<>();
    private Terminal terminal = PIPE;
    private InstantSource clock = InstantSource.fixed(NOW);

    Cli(Path folder) {
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
    }

    Cli on(Terminal shown) {
        terminal = shown;
        return this;
    }

    Cli at(InstantSource time) {
        clock = time;
        return this;
    }

    Cli with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Ran run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        PrintStream data = new PrintStream(out, true, UTF_8);
        Session session =
                new Session(new Out(data, new PrintStream(err, true, UTF_8), () -> terminal), environment, clock);
        int exit = Interpreter.run(session, data, arguments);
        data.flush();
        return new Ran(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** Logged in to the hub, with its CA from the folder in which it was started. */
    Cli loggedIn(CannedHub hub, Path folder) {
        Ran login = run(
                "login",
                hub.url(),
                "--token-file",
                folder.resolve("token").toString(),
                "--ca-file",
                folder.resolve("ca.crt").toString());
        assertThat(login.exit()).as(login.err()).isZero();
        return this;
    }
}
