package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An agent whose user may not open the engine's socket: everybody is told which socket, why, and what lets it in. */
class SocketPermissionIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    private EngineGate gate;

    @BeforeEach
    void closeTheGate() throws Exception {
        gate = EngineGate.open(fleet.folder().resolve("engine.sock"));
        // For root's own socket 0600 shuts everybody else out; for the tests' user's own only 0000 does.
        gate.mode(Programs.testsAreRoot() ? "rw-------" : "---------");
    }

    @AfterEach
    void open() throws Exception {
        gate.close();
    }

    @Test
    void isNamedAtEveryCommandHeldInTheDaemonAndGoneOncePermissionComes() throws Exception {
        RunningAgent site = fleet.unprivileged("locked", gate.file());
        names(site.join(fleet.operator().token("--labels", "site=locked")).ok().err());
        names(site.says("doctor").ended(ExitCode.DENIED).out());
        names(site.says("run", "--once").ended(ExitCode.DENIED).out());

        App shop = fleet.appAt("locked", "shop");
        shop.commit(App.web("red"));
        shop.declare();
        site.start();
        shop.says("RuntimeForbidden");
        fleet.until("the log has it", () -> Files.readString(site.log()).contains("RuntimeForbidden"), site::logEnd);
        names(Files.readString(site.log()));
        names(shop.phase());
        assertThat(shop.phase()).startsWith("Pending: ");
        names(fleet.operator().does("describe", "stack", shop.name()).out());
        names(describeAgent());
        Said doctor = site.says("doctor").ended(ExitCode.DENIED);
        names(doctor.out());
        assertThat(doctor.out()).contains("ok       hub");
        names(site.says("status").ok().out());

        gate.mode("rw-rw-rw-");

        fleet.until("it is applied without a restart", () -> fleet.engine().runs(shop.container("web")));
        shop.healthy();
        site.says("doctor").ok();
        fleet.until(
                "the hub knows that the engine works",
                () -> describeAgent().contains("RuntimeReady      True"),
                SocketPermissionIT::describeAgent);
    }

    /** Socket, cause, cure. */
    private void names(String text) {
        assertThat(text)
                .contains("RuntimeForbidden", "unix://" + gate.file(), "permission denied")
                .contains("usermod -aG docker");
    }

    private static String describeAgent() throws Exception {
        return fleet.operator().does("describe", "agent", "locked").out();
    }
}
