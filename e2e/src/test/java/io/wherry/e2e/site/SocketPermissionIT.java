package io.wherry.e2e.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An agent whose user may not open the engine's socket: everybody is told which socket, why, and what lets it in. */
class SocketPermissionIT {
    @RegisterExtension
    static final Hub hub = new Hub();

    private Path socket = Path.of("");
    private EngineGate gate;
    private Machine site;

    @BeforeEach
    void closeTheGate() throws Exception {
        socket = hub.folder().resolve("engine.sock");
        gate = EngineGate.open(socket);
        // For root's own socket 0600 shuts everybody else out; for the tests' user's own only 0000 does.
        gate.mode(System.getProperty("user.name").equals("root") ? "rw-------" : "---------");
        site = Machine.unprivileged(hub.folder(), "locked", socket);
    }

    @AfterEach
    void open() throws Exception {
        site.stop();
        gate.close();
    }

    @Test
    void isNamedAtEveryCommandHeldInTheDaemonAndGoneOncePermissionComes() throws Exception {
        Ran joined = site.join(hub.token("locked")).ok();
        names(joined.err());
        names(site.agent("doctor").ended(ExitCode.DENIED).out());
        names(site.agent("run", "--once").ended(ExitCode.DENIED).out());

        String stack = hub.assign("locked");
        site.start();
        hub.until(
                "the hub shows why",
                () -> describe(stack).contains("RuntimeForbidden"),
                () -> describe(stack) + site.log());
        names(site.log());
        names(describe(stack));
        assertThat(describe(stack)).contains("Pending");
        names(hub.wherry("describe", "agent", "locked").ok().out());
        Ran doctor = site.agent("doctor").ended(ExitCode.DENIED);
        names(doctor.out());
        assertThat(doctor.out()).contains("ok       hub");
        names(site.agent("status").ok().out());

        gate.mode("rw-rw-rw-");

        hub.until(
                "it is applied without a restart",
                () -> hub.docker("inspect", "-f", "{{.State.Running}}", stack + "-web-1")
                        .equals("true"),
                site::log);
        hub.wherry("wait", "stack", stack, "--for", "healthy", "--timeout", "180s")
                .ok();
        site.agent("doctor").ok();
        hub.until(
                "the hub knows that the engine works",
                () -> hub.wherry("describe", "agent", "locked").out().contains("RuntimeReady      True"),
                () -> hub.wherry("describe", "agent", "locked").out());
    }

    /** Socket, cause, cure. */
    private void names(String text) {
        assertThat(text)
                .contains("RuntimeForbidden", "unix://" + socket, "permission denied")
                .contains("usermod -aG docker");
    }

    private static String describe(String stack) throws Exception {
        return hub.wherry("describe", "stack", stack).out();
    }
}
