package io.wherry.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFileTest {
    @TempDir
    Path temp;

    @Test
    void oneThatIsLostOrDamagedIsNamedWithTheWayBack() throws IOException {
        try (StateFolder folder = StateFolder.open(temp.resolve("data"), "test")) {
            CertificateFile file = new CertificateFile(folder, new DurableStore(folder));
            var key = DeviceKeys.openOrMake(folder).identity().getPrivate();
            Path path = folder.resolve("certificate.pem");

            assertThatThrownBy(() -> file.read(key))
                    .isInstanceOf(StateException.class)
                    .hasMessageStartingWith(path + ": missing; ")
                    .hasMessageContaining("wherry-agent leave, then wherry-agent join --token-file FILE");

            Files.writeString(path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
            assertThatThrownBy(() -> file.read(key))
                    .isInstanceOf(StateException.class)
                    .hasMessageStartingWith(path + ": not a certificate")
                    .hasMessageContaining("wherry-agent leave, then wherry-agent join --token-file FILE");
            assertThat(path).exists();
        }
    }
}
