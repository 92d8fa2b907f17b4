package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Releases for one environment are signed by two people whose keys, one in a file and one in a token, the hub never sees; the commands are those of the how-to. */
class TwoKeyIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("lab");

    @Test
    void whatApproversHaveNotSignedWaitsAndWhatRunsGoesOn() throws Exception {
        RunningAgent agent = fleet.agent("vault");
        agent.join(fleet.operator().token("--labels", "site=vault"), "--environment", "vault")
                .ok();
        agent.start();
        fleet.operator().does("wait", "agent", "vault", "--for", "connected", "--timeout", "4m");
        App shop = fleet.appAt("vault", "two-key");
        shop.declare().healthyAt(shop.commit(App.web("red")));
        Path ada = key("ada");
        ApproverToken bob = new ApproverToken(fleet.folder());

        fleet.hub().stop();
        fleet.hub()
                .approvers("vault", 2, Path.of(ada + ".pub"), ada)
                .failed(ExitCode.FAILED, "holds a private key", "openssl pkey");
        assertThat(fleet.hub()
                        .approvers("vault", 2, Path.of(ada + ".pub"), bob.publicKey())
                        .ok()
                        .out())
                .contains(
                        "trust root version 2",
                        "need 2 of these 2 keys",
                        "1 agent is in environment vault",
                        "root.pem");
        fleet.hub().start();
        fleet.untilHubAnswers();
        String footprint = shop.footprint("web");
        String blue = shop.push(App.web("blue"));
        shop.says("AwaitingApproval");
        fleet.operator()
                .says("wait", "stack", shop.name(), "--revision", blue, "--timeout", "20s")
                .failed(ExitCode.TIMEOUT, "0 of 2 signatures", "wherry bundle export-unsigned --stack " + shop.name());

        Path file = fleet.folder().resolve("shop.release");
        assertThat(fleet.operator()
                        .does("bundle", "export-unsigned", "--stack", shop.name(), "-o", file.toString())
                        .out())
                .contains(blue, "environments     vault", "signatures       0 of 2");
        fleet.operator()
                .says("bundle", "submit", file.toString())
                .failed(ExitCode.BLOCKED, "signed by nobody", "wherry bundle sign");
        sign(file, ada);
        assertThat(fleet.operator().does("bundle", "submit", file.toString()).out())
                .contains("1 of 2 signatures; waits for more");
        assertThat(shop.phase()).contains("1 of 2 signatures");
        assertThat(shop.colour()).isEqualTo("red");
        assertThat(shop.footprint("web")).isEqualTo(footprint);

        String screen = bob.signsOnATerminal(file);
        assertThat(screen)
                .contains("PIN of token card", "may delete", "signed with key")
                .doesNotContain("314159");
        assertThat(bob.signs(file).ok().out()).contains("2 so far", "signed with key"); // one key, one signature
        assertThat(fleet.operator()
                        .does("bundle", "submit", file.toString(), "--change", "CHG-7")
                        .out())
                .contains("2 of 2 signatures; may run now");
        shop.healthyAt(blue);
        assertThat(shop.colour()).isEqualTo("blue");
        fleet.operator()
                .says("bundle", "submit", file.toString())
                .failed(ExitCode.BLOCKED, "has all its signatures already", "ApprovalNotAwaited");
        assertThat(fleet.operator().does("audit", "list", "--stream", "user").out())
                .contains("keys.approvers", "release.sign");
    }

    /** What the how-to says. */
    private static Path key(String name) throws Exception {
        Path key = fleet.folder().resolve(name + ".pem");
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key.toString());
        run("openssl", "pkey", "-in", key.toString(), "-pubout", "-out", key + ".pub");
        return key;
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    private static void sign(Path file, Path key) throws Exception {
        fleet.operator()
                .says("bundle", "sign", file.toString(), "--key", key.toString())
                .failed(ExitCode.BLOCKED, "this signs it with key", "add --yes");
        assertThat(fleet.operator()
                        .does("bundle", "sign", file.toString(), "--key", key.toString(), "--yes")
                        .out())
                .contains("may delete", "and their data   no", "signed with key");
    }
}
