package io.wherry.agent.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is set by hand is what Fabric8's own reader makes of the same file. */
class ClientConfigTest {
    @TempDir
    Path folder;

    private void isAsByFabric8(String cluster, String user) throws IOException {
        Path file = Files.writeString(folder.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443"%s}}]
                users: [{name: u, user: {%s}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.formatted(cluster, user));
        Config ours = ClientConfig.of(file, Kubeconfig.read(file));
        Config theirs = Config.fromKubeconfig(file.toFile());
        assertThat(ours.getMasterUrl()).isEqualTo(theirs.getMasterUrl());
        assertThat(ours.isTrustCerts()).isEqualTo(theirs.isTrustCerts());
        assertThat(ours.isDisableHostnameVerification()).isEqualTo(theirs.isDisableHostnameVerification());
        assertThat(ours.getOauthToken()).isEqualTo(theirs.getAutoOAuthToken());
        assertThat(ours.getUsername()).isEqualTo(theirs.getUsername());
        assertThat(ours.getPassword()).isEqualTo(theirs.getPassword());
        assertThat(ours.getConnectionTimeout()).isEqualTo(theirs.getConnectionTimeout());
        assertThat(ours.getCurrentContext()).as("not read by Fabric8").isNull();
    }

    @Test
    void aServerAndAUserAreSetAsFabric8WouldReadThem() throws IOException {
        isAsByFabric8("", "token: Sesame");
        isAsByFabric8(", insecure-skip-tls-verify: true", "username: joe, password: Sesame");
        isAsByFabric8(", insecure-skip-tls-verify: false, extensions: []", "username: joe");
    }

    @Test
    void aPodFindsItsServerByItsEnvironmentAndElseByName() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), "Sesame\n");
        Config found = ClientConfig.ofPod(
                token, Map.of("KUBERNETES_SERVICE_HOST", "10.43.0.1", "KUBERNETES_SERVICE_PORT", "6443"));
        assertThat(found.getMasterUrl()).isEqualTo("https://10.43.0.1:6443/");
        assertThat(found.getOauthToken()).isEqualTo("Sesame");
        assertThat(ClientConfig.ofPod(token, Map.of("KUBERNETES_SERVICE_HOST", "fd00::1"))
                        .getMasterUrl())
                .isEqualTo("https://[fd00::1]:443/");
        assertThat(ClientConfig.ofPod(token, Map.of()).getMasterUrl()).isEqualTo("https://kubernetes.default.svc/");
    }
}
