package io.wherry.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @TempDir
    Path data;

    @Test
    void aHubThatRefusesIsNotOneThatIsAway() {
        assertThat(hub("AgentRetired: the agent was retired by an operator").exitCode())
                .isEqualTo(ExitCode.DENIED);
        assertThat(hub("HubUnreachable: hub localhost:8444: connection refused").exitCode())
                .isEqualTo(ExitCode.HUB_UNREACHABLE);
        assertThat(hub("HubBusy: hub localhost:8444: asks to come back later").exitCode())
                .isEqualTo(ExitCode.HUB_UNREACHABLE);
        assertThat(hub("HubNotTrusted: hub localhost:8444: another CA").exitCode())
                .isEqualTo(ExitCode.VERIFICATION_FAILED);
        assertThat(hub("").exitCode()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aRegistryOfTheSiteThatDoesNotAnswerIsAProblemOfTheSite() throws IOException {
        try (Socket silent = new Socket()) { // has its port and does not listen: whoever connects is refused
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String host = "127.0.0.1:" + silent.getLocalPort();
            Files.writeString(
                    data.resolve("agent.yaml"),
                    "runtime: kubernetes\nkubernetes: {imagesRegistry: 'http://" + host + "'}\n");
            Doctor.Finding finding = finding("images", "");
            assertThat(finding.good()).isFalse();
            assertThat(finding.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(finding.detail()).contains("SiteRegistryUnusable: registry " + host + ": cannot be reached");
        }
    }

    private Doctor.Finding hub(String problem) {
        return finding("hub", problem);
    }

    /** What it finds of something, with the hub that the running agent had this problem with. */
    private Doctor.Finding finding(String what, String problem) {
        Json.Obj hub = Json.object()
                .put("tried", "2026-11-23T12:00:00Z")
                .put("problem", problem)
                .build();
        Json.Obj status = Json.object().put("name", "site").put("hub", hub).build();
        Json.Obj runtime = Json.object()
                .put("kind", "docker")
                .put("id", "engine-1")
                .put("version", "20.10.24")
                .put("platform", "linux/amd64")
                .put("problem", "")
                .build();
        AgentConfig config = AgentConfig.read(data.resolve("agent.yaml"), Map.of());
        return Doctor.ofRunning(data, config, runtime, status).stream()
                .filter(finding -> finding.what().equals(what))
                .findFirst()
                .orElseThrow();
    }
}
