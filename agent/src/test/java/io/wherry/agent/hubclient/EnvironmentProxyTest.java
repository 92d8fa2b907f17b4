package io.wherry.agent.hubclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.HttpConnectProxiedSocketAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentProxyTest {
    @Test
    void goesThroughTheProxyOfTheEnvironment() {
        EnvironmentProxy proxy = EnvironmentProxy.of(Map.of("HTTPS_PROXY", "http://anna:s3cret@127.0.0.1:8080"));
        var via = (HttpConnectProxiedSocketAddress)
                proxy.proxyFor(InetSocketAddress.createUnresolved("hub.example", 8444));
        assertThat(via).isNotNull();
        assertThat(((InetSocketAddress) via.getProxyAddress()).getPort()).isEqualTo(8080);
        assertThat(via.getTargetAddress().getHostString()).isEqualTo("hub.example");
        assertThat(via.getUsername()).isEqualTo("anna");
        assertThat(proxy.toString()).doesNotContain("s3cret");
    }

    @Test
    void goesDirectlyWithoutOne() {
        assertThat(EnvironmentProxy.of(Map.of()).proxyFor(InetSocketAddress.createUnresolved("hub.example", 8444)))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "hub.example, hub.example, true",
        "hub.example, HUB.example, true",
        "example, hub.example, true",
        ".example, hub.example, true",
        "*.example, hub.example, true",
        "*, hub.example, true",
        "hub.example:8444, hub.example, true",
        "hub.example:443, hub.example, false",
        "ample, hub.example, false",
        "other.example, hub.example, false",
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.1.2.3, false",
    })
    void leavesOutTheHostsOfNoProxy(String exception, String host, boolean direct) {
        EnvironmentProxy proxy =
                EnvironmentProxy.of(Map.of("https_proxy", "proxy.example:3128", "no_proxy", "localhost, " + exception));
        assertThat(proxy.on(host, 8444).isEmpty()).isEqualTo(direct);
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> EnvironmentProxy.of(Map.of("HTTPS_PROXY", "socks5://proxy:1080")))
                .hasMessageContaining("HTTPS_PROXY")
                .hasMessageContaining("http://HOST:PORT");
    }
}
