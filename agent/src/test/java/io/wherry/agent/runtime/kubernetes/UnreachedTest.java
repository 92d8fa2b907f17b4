package io.wherry.agent.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class UnreachedTest {
    private static String words(Throwable cause) {
        return Unreached.words("https://10.0.0.1:6443", "/etc/wherry/kubeconfig", new ExecutionException(cause));
    }

    @Test
    void aClockThatIsWrongIsThoughtOf() {
        for (Exception validity : new Exception[] {
            new CertificateNotYetValidException("NotBefore: Fri Nov 27 00:00:00 UTC 2026"),
            new CertificateExpiredException("NotAfter: Fri Nov 27 00:00:00 UTC 2026")
        }) {
            assertThat(words(new SSLHandshakeException("PKIX path validation failed").initCause(validity)))
                    .startsWith("https://10.0.0.1:6443: its certificate is not valid at this machine's time: Not")
                    .contains("Is the clock right (timedatectl)?");
        }
    }

    @Test
    void aCertificateForAnotherAddressIsNamedAsThat() {
        assertThat(words(new SSLHandshakeException("No subject alternative names matching IP address 10.0.0.1 found")))
                .isEqualTo(
                        "https://10.0.0.1:6443: its certificate is not for that address. See the cluster's server in /etc/wherry/kubeconfig");
    }

    @Test
    void whereNobodyListensTheServiceIsAskedFor() {
        assertThat(words(new ConnectException("Connection refused")))
                .isEqualTo(
                        "https://10.0.0.1:6443: Connection refused. Does the cluster's API server run? On K3s see: systemctl status k3s");
        assertThat(words(new ConnectException().initCause(new ClosedChannelException())))
                .isEqualTo(
                        "https://10.0.0.1:6443: nobody listens there. Does the cluster's API server run? On K3s see: systemctl status k3s");
        assertThat(words(new IOException())).contains("IOException");
    }
}
