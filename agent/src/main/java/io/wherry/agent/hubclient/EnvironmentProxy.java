package io.wherry.agent.hubclient;

import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ProxiedSocketAddress;
import io.grpc.ProxyDetector;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxy of {@code HTTPS_PROXY}, except for hosts of {@code NO_PROXY}, as curl and git read them.
 *
 * <p>The proxy carries a CONNECT tunnel: TLS runs from the agent to the hub through it.
 *
 * @param proxy   where to connect instead; empty: directly
 * @param noProxy hosts that are reached directly: {@code *}, a host, {@code .domain}, {@code host:port}, a range such as {@code 10.0.0.0/8}
 */
public record EnvironmentProxy(Optional<Proxy> proxy, List<String> noProxy) implements ProxyDetector {
    private static final int DEFAULT_PORT = 3128;

    /** @param user may be empty; the password is never printed */
    public record Proxy(String host, int port, String user, String password) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    public EnvironmentProxy {
        noProxy = List.copyOf(noProxy);
    }

    /** @throws IllegalArgumentException if the variable holds no {@code http://[user:password@]host[:port]} */
    public static EnvironmentProxy of(Map<String, String> environment) {
        String url = first(environment, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy");
        String exceptions = first(environment, "NO_PROXY", "no_proxy");
        return new EnvironmentProxy(
                url.isBlank() ? Optional.empty() : Optional.of(parse(url.strip())),
                List.of(exceptions.toLowerCase(Locale.ROOT).split(",")).stream()
                        .map(String::strip)
                        .filter(host -> !host.isEmpty())
                        .toList());
    }

    private static String first(Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.getOrDefault(name, "");
            if (!value.isBlank()) {
                return value;
            }
        }
        return "";
    }

    private static Proxy parse(String text) {
        URI uri;
        try {
            uri = URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("HTTPS_PROXY: not an address (expected: http://HOST:PORT)", e);
        }
        if (uri.getHost() == null || !"http".equals(uri.getScheme())) {
            throw new IllegalArgumentException(
                    "HTTPS_PROXY: not an address of an HTTP proxy (expected: http://HOST:PORT)");
        }
        String userInfo = uri.getUserInfo() == null ? "" : uri.getUserInfo();
        int colon = userInfo.indexOf(':');
        return new Proxy(
                uri.getHost(),
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                colon < 0 ? userInfo : userInfo.substring(0, colon),
                colon < 0 ? "" : userInfo.substring(colon + 1));
    }

    /** The proxy on the way to this host and port. */
    public Optional<Proxy> on(String host, int port) {
        String name = host.toLowerCase(Locale.ROOT)
                .replaceAll("[\\[\\]]", ""); // an IPv6 address has brackets here, and none in NO_PROXY
        boolean direct = noProxy.stream().anyMatch(exception -> {
            if (exception.equals("*") || exception.equals(name) || exception.equals(name + ":" + port)) {
                return true;
            }
            if (exception.contains("/")) {
                return AddressRange.contains(exception, name);
            }
            String domain = exception.startsWith("*.") ? exception.substring(1) : exception;
            return name.endsWith(domain.startsWith(".") ? domain : "." + domain);
        });
        return direct ? Optional.empty() : proxy;
    }

    @Override
    public @Nullable ProxiedSocketAddress proxyFor(SocketAddress target) {
        if (!(target instanceof InetSocketAddress address)) {
            return null;
        }
        return on(address.getHostString(), address.getPort())
                .<ProxiedSocketAddress>map(via -> {
                    var connect = HttpConnectProxiedSocketAddress.newBuilder()
                            .setTargetAddress(
                                    InetSocketAddress.createUnresolved(address.getHostString(), address.getPort()))
                            .setProxyAddress(new InetSocketAddress(via.host(), via.port()));
                    return via.user().isEmpty()
                            ? connect.build()
                            : connect.setUsername(via.user())
                                    .setPassword(via.password())
                                    .build();
                })
                .orElse(null);
    }
}
