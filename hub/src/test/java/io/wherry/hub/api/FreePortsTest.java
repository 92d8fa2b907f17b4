package io.wherry.hub.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    private static final int TRIES = 2_000;

    private static InetSocketAddress free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    @Test
    void namesThePortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            var listeners = new ApiServer.Listeners(free(), new InetSocketAddress("127.0.0.1", taken.getLocalPort()));
            assertThatThrownBy(() -> FreePorts.require(listeners))
                    .isInstanceOf(ApiPortException.class)
                    .hasMessageContaining("the health port /127.0.0.1:" + taken.getLocalPort() + " cannot be opened: ")
                    .hasMessageContaining("is another hub running?");
        }
    }

    /** Whoever waits for the hub would take it for ready, and be cut off. */
    @Test
    void takesNobodyInWhileItLooks() throws Exception {
        InetSocketAddress operators = free();
        var listeners = new ApiServer.Listeners(operators, free());
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> looking = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                FreePorts.require(listeners);
            }
        });
        int takenIn = 0;
        for (int tries = 0; tries < TRIES; tries++) {
            try (Socket early = new Socket()) {
                early.connect(operators, 1_000);
                takenIn++;
            } catch (IOException refused) {
                assertThat(refused).hasMessageContaining("refused");
            }
        }
        enough.set(true);
        looking.get(1, TimeUnit.MINUTES);
        assertThat(takenIn).isZero();
    }
}
