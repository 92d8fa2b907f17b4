package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Fabric8's settings for a client, set one by one: its own ways to find them load the whole of Jackson. Only what we do not read ourselves, logins by a
 * command above all, is left to it.
 */
final class ClientConfig {
    /** The name of the API server within every cluster. */
    private static final String IN_CLUSTER = "https://kubernetes.default.svc";

    private ClientConfig() {}

    /** @param read what the file says */
    static Config of(Path file, Kubeconfig read) throws IOException {
        return read.isPlain() ? plain(read) : Config.fromKubeconfig(file.toFile());
    }

    private static Config plain(Kubeconfig read) throws IOException {
        Kubeconfig.Cluster cluster = read.cluster();
        Kubeconfig.User user = read.user();
        ConfigBuilder config = new ConfigBuilder(Config.empty())
                .withMasterUrl(cluster.server())
                .withTrustCerts(cluster.insecure())
                .withDisableHostnameVerification(cluster.insecure());
        String token = read.token();
        if (!token.isEmpty()) {
            config.withOauthToken(token);
        }
        if (!user.name().isEmpty()) {
            config.withUsername(user.name()).withPassword(user.password());
        }
        if (read.clientCertificate().isPresent()) {
            certificate(config, read, user);
        }
        return config.build();
    }

    /** The data wins, as with kubectl. */
    private static void certificate(ConfigBuilder config, Kubeconfig read, Kubeconfig.User user) {
        if (user.certificateData().isEmpty()) {
            config.withClientCertFile(read.beside(user.certificate()).toString());
        } else {
            config.withClientCertData(user.certificateData());
        }
        String file = user.keyData().isEmpty() ? read.beside(user.key()).toString() : "";
        if (file.isEmpty()) {
            config.withClientKeyData(user.keyData());
        } else {
            config.withClientKeyFile(file);
        }
        config.withClientKeyAlgo(
                Config.getKeyAlgorithm(file.isEmpty() ? null : file, file.isEmpty() ? user.keyData() : null));
    }

    /**
     * The account of the pod that this agent runs in.
     *
     * @param token       what the cluster has put there, and renews
     * @param environment of this process: the cluster says in it where its API server is
     */
    static Config ofPod(Path token, Map<String, String> environment) throws IOException {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        String server =
                host.isEmpty() ? IN_CLUSTER : "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(server)
                .withOauthToken(Files.readString(token, US_ASCII).strip())
                .build();
    }
}
