package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Joining where a person must approve: the fingerprint on both sides, the operator's word, the agent's way in or not. */
class ApprovalIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    private static final Pattern FINGERPRINT = Pattern.compile("compare this fingerprint with the hub's: (\\S+)");

    /** The agent asks every ten seconds whether it was approved. */
    private static final long ASKS_AGAIN_SECONDS = 120;

    @Test
    void theAgentWaitsAndBothSidesShowOneFingerprintUntilAnOperatorDecides() throws Exception {
        RunningAgent welcome = fleet.agent("welcome");
        RunningAgent stranger = fleet.agent("stranger");
        Process joining = welcome.startJoin(fleet.operator().token("--approval", "--labels", "site=welcome"));
        Process refused = stranger.startJoin(fleet.operator().token("--approval"));
        String shown = fingerprint(welcome);
        String other = fingerprint(stranger);

        assertThat(shown).isEqualTo(atTheHub(welcome)).isNotEqualTo(other);
        assertThat(other).isEqualTo(atTheHub(stranger));
        assertThat(fleet.operator().phase("agent", "welcome")).contains("NotApproved");
        assertThat(fleet.operator().does("status").out())
                .contains("agent/welcome: NotApproved", "next: wherry agent approve welcome --fingerprint ");

        fleet.operator()
                .says("agent", "approve", "welcome", "--fingerprint", other)
                .failed(ExitCode.BLOCKED, "welcome", shown, "fix: ", "wherry agent deny welcome");
        assertThat(joining.isAlive()).isTrue();
        fleet.operator().does("agent", "approve", "welcome", "--fingerprint", shown);
        fleet.operator().does("agent", "deny", "stranger");
        fleet.operator()
                .says("agent", "deny", "stranger")
                .failed(ExitCode.NOT_FOUND, "agent stranger was denied", "fix: ", "a new token");

        assertThat(joining.waitFor(ASKS_AGAIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(joining.exitValue()).as(welcome.logEnd()).isZero();
        welcome.start();
        fleet.operator().does("wait", "agent", "welcome", "--for", "connected", "--timeout", "4m");
        assertThat(refused.waitFor(ASKS_AGAIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(refused.exitValue()).as(stranger.logEnd()).isEqualTo(ExitCode.DENIED.code());
        assertThat(stranger.logEnd()).contains("the hub refused", "denied", "wherry-agent leave");
        assertThat(fleet.operator().does("audit", "list", "--stream", "user").out())
                .contains("agent.approve", "agent.deny");
    }

    @Test
    void whoeverTiresOfWaitingMayComeBackWithTheSameToken() throws Exception {
        RunningAgent patient = fleet.agent("patient");
        String token = fleet.operator().token("--approval");

        patient.join(token, "--timeout", "1s")
                .failed(ExitCode.TIMEOUT, "no approval within 1s", "the same command again");
        fleet.operator().does("agent", "approve", "patient", "--fingerprint", atTheHub(patient));

        patient.join(token).ok();
    }

    private static String fingerprint(RunningAgent agent) throws Exception {
        fleet.until(
                agent.name() + " waits",
                () -> Files.exists(agent.log())
                        && FINGERPRINT.matcher(Files.readString(agent.log())).find());
        Matcher shown = FINGERPRINT.matcher(Files.readString(agent.log()));
        assertThat(shown.find()).isTrue();
        return shown.group(1);
    }

    private static String atTheHub(RunningAgent agent) throws Exception {
        return fleet.operator().status("agent", agent.name()).string("fingerprint");
    }
}
