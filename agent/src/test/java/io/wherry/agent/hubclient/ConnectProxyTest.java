package io.wherry.agent.hubclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code HTTPS_PROXY} and {@code NO_PROXY} with a real proxy in between. */
class ConnectProxyTest {
    private static final PollAsk ASK = new PollAsk(
            new PollAsk.Standing(Optional.empty(), Optional.empty(), 1, 0),
            new PollAsk.Reported(Optional.empty(), Optional.empty()),
            Duration.ZERO,
            Optional.empty(),
            List.of());

    @Test
    void tunnelsToTheHubAndSeesNothingOfIt() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestHubServer server = new TestHubServer(certificates.server, certificates.device);
                ConnectProxy proxy = new ConnectProxy("site", "canary-7")) {
            String through = "http://site:canary-7@127.0.0.1:" + proxy.port();
            assertThat(poll(certificates, server, Map.of("HTTPS_PROXY", through)))
                    .isInstanceOf(Polled.UpToDate.class);
            assertThat(proxy.asked).containsExactly(server.address() + " 200");
            assertThat(server.protocol()).isEqualTo("TLSv1.3");
            assertThat(server.peer()).isEqualTo("CN=device");

            Map<String, String> exempt = Map.of("HTTPS_PROXY", through, "NO_PROXY", "example.org,127.0.0.0/8");
            assertThat(poll(certificates, server, exempt)).isInstanceOf(Polled.UpToDate.class);
            assertThat(proxy.asked).hasSize(1);
        }
    }

    @Test
    void reachesAHubThatHasAnIpv6AddressAlone() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestHubServer server = new TestHubServer(certificates.server, certificates.device, "[::1]");
                ConnectProxy proxy = new ConnectProxy("site", "canary-7")) {
            String through = "http://site:canary-7@127.0.0.1:" + proxy.port();

            assertThat(poll(certificates, server, Map.of())).isInstanceOf(Polled.UpToDate.class);
            assertThat(poll(certificates, server, Map.of("HTTPS_PROXY", through, "NO_PROXY", "::1")))
                    .isInstanceOf(Polled.UpToDate.class);
            assertThat(proxy.asked).isEmpty();
        }
    }

    @Test
    void saysThatTheProxyRefusesAndKeepsThePasswordToItself() throws Exception {
        TestCertificates certificates = new TestCertificates();
        try (TestHubServer server = new TestHubServer(certificates.server, certificates.device);
                ConnectProxy proxy = new ConnectProxy("site", "another")) {
            Polled polled =
                    poll(certificates, server, Map.of("HTTPS_PROXY", "http://site:canary-7@127.0.0.1:" + proxy.port()));

            assertThat(polled).isInstanceOfSatisfying(Polled.Unreachable.class, no -> {
                assertThat(no.trouble()).isEqualTo(Trouble.HUB_UNREACHABLE);
                assertThat(no.why()).contains("407").doesNotContain("canary-7");
            });
        }
    }

    private static Polled poll(TestCertificates certificates, TestHubServer server, Map<String, String> environment) {
        Hubs hubs = new Hubs(
                Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(environment), InstantSource.system());
        try (HubClient hub = new HubClient(
                hubs.links(() -> List.of(server.address()), Optional.of(certificates.device)), 1, new byte[16])) {
            return hub.poll(ASK, PollMode.HELD);
        }
    }
}
