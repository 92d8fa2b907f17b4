package io.wherry.base;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SdNotifyTest {
    @TempDir
    Path temp;

    @Test
    void tellsTheServiceManagerOverItsSocket() throws Exception {
        Path socket = temp.resolve("notify");
        Process listener = new ProcessBuilder("python3", "-c", """
                import socket, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                s.bind(sys.argv[1])
                s.settimeout(20)
                print("bound", flush=True)
                for _ in range(2): print(s.recv(4096).decode().replace("\\n", "|"), flush=True)
                """, socket.toString())
                .redirectErrorStream(true)
                .start();
        try (var said = listener.inputReader(UTF_8)) {
            assertThat(said.readLine()).isEqualTo("bound");
            SdNotify notify =
                    SdNotify.of(Map.of("NOTIFY_SOCKET", socket.toString())).orElseThrow();
            notify.ready("joined as site-1\nand more");
            notify.alive();
            assertThat(said.readLine()).isEqualTo("READY=1|STATUS=joined as site-1 and more");
            assertThat(said.readLine()).isEqualTo("WATCHDOG=1");
            assertThat(listener.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            listener.destroyForcibly();
        }
    }

    @Test
    void saysNothingWhereNobodyListens() {
        assertThat(SdNotify.of(Map.of())).isEmpty();
        assertThat(SdNotify.of(Map.of("NOTIFY_SOCKET", "relative"))).isEmpty();
        SdNotify gone = SdNotify.of(Map.of("NOTIFY_SOCKET", temp.resolve("gone").toString()))
                .orElseThrow();
        gone.alive(); // logged, not thrown: there is nothing better to do
        assertThat(Files.exists(temp.resolve("gone"))).isFalse();
    }

    @Test
    void knowsHowLongItMayBeSilent() {
        assertThat(SdNotify.of(Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000"))
                        .orElseThrow()
                        .watchdog())
                .contains(Duration.ofSeconds(30));
        assertThat(SdNotify.of(Map.of("NOTIFY_SOCKET", "@abstract"))
                        .orElseThrow()
                        .watchdog())
                .isEmpty();
    }
}
