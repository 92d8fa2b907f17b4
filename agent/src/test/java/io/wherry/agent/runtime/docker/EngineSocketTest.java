package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineSocketTest {
    private static final Engine.Call PULL =
            new Engine.Call("POST", "/images/create?fromImage=x", null, Duration.ofMinutes(5), true);

    @TempDir
    Path folder;

    @Test
    void saysHowToHelpWhereNothingAnswers() {
        try (EngineSocket engine = new EngineSocket(URI.create("unix://" + folder.resolve("none.sock")))) {
            assertThatThrownBy(() -> engine.call(new Engine.Call("GET", "/info", null, Duration.ofSeconds(5), false)))
                    .isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
                        assertThat(e.reason()).isEqualTo(RuntimeReason.RUNTIME_UNREACHABLE);
                        assertThat(e).hasMessageContaining("none.sock").hasMessageContaining("systemctl status docker");
                    });
        }
    }

    @Test
    void givesUpOnAnEngineThatNeverAnswers() throws Exception {
        Path socket = folder.resolve("deaf.sock");
        try (ServerSocketChannel deaf = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            deaf.bind(UnixDomainSocketAddress.of(socket));
            try (EngineSocket engine = new EngineSocket(URI.create("unix://" + socket), Duration.ofMillis(200))) {
                assertThatThrownBy(
                                () -> engine.call(new Engine.Call("GET", "/info", null, Duration.ofMillis(200), false)))
                        .isInstanceOfSatisfying(RuntimeUnavailable.class, e -> assertThat(e.reason())
                                .isEqualTo(RuntimeReason.RUNTIME_TIMEOUT));
            }
        }
    }

    /** As one that is killed in the middle of a call: the HTTP client would name a host and a port that nobody configured. */
    @Test
    void namesTheSocketOfAnEngineThatHangsUp() throws Exception {
        Path socket = folder.resolve("dying.sock");
        CompletableFuture<Void> hungUp;
        try (ServerSocketChannel dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dying.bind(UnixDomainSocketAddress.of(socket));
            hungUp = CompletableFuture.runAsync(() -> hangUp(dying));
            try (EngineSocket engine = new EngineSocket(URI.create("unix://" + socket))) {
                assertThatThrownBy(
                                () -> engine.call(new Engine.Call("GET", "/info", null, Duration.ofSeconds(20), false)))
                        .isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
                            assertThat(e.reason()).isEqualTo(RuntimeReason.RUNTIME_UNREACHABLE);
                            assertThat(e)
                                    .hasMessageContaining("dying.sock")
                                    .hasMessageContaining("systemctl status docker");
                            assertThat(e.getMessage()).doesNotContain("2375");
                        });
            }
        }
        hungUp.get(20, TimeUnit.SECONDS);
    }

    /** However often it is asked. */
    private static void hangUp(ServerSocketChannel server) {
        try {
            while (true) {
                try (SocketChannel asked = server.accept()) {
                    asked.read(ByteBuffer.allocate(4096));
                }
            }
        } catch (ClosedChannelException e) {
            // the test is over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFullDiskOfTheEngineIsToldWithItsCure() {
        assertThat(new EngineException(
                        500, "write /var/lib/docker/x: no space left on device", "POST /containers/create"))
                .hasMessageContaining("/var/lib/docker/x")
                .hasMessageContaining("docker system df");
    }

    @Test
    void aPullThatStandsStillIsBrokenOffAndOneThatMovesIsNot() throws Exception {
        try (TalkingEngine there = TalkingEngine.open(folder.resolve("slow.sock"), 20, Duration.ofMillis(100));
                EngineSocket engine = new EngineSocket(there.uri())) {
            List<String> lines = new ArrayList<>();
            assertThatThrownBy(() -> engine.follow(PULL, Duration.ofSeconds(3), lines::add))
                    .isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.words())
                            .contains("nothing came for 3s", "stands still"));
            assertThat(lines).as("all lines that there were").hasSize(20);
            there.awaitHungUp();
        }
    }

    @Test
    void aPullIsBrokenOffByWhoReadsItsLines() throws Exception {
        try (TalkingEngine there = TalkingEngine.open(folder.resolve("long.sock"), 1000, Duration.ofMillis(100));
                EngineSocket engine = new EngineSocket(there.uri())) {
            ImageException tooLarge = new ImageException(RuntimeReason.DISK_FULL, "does not fit");
            assertThatThrownBy(() -> engine.follow(PULL, Duration.ofMinutes(1), _ -> {
                        throw tooLarge;
                    }))
                    .isSameAs(tooLarge);
            there.awaitHungUp();
        }
    }

    @Test
    void speaksTheNewestVersionThatBothKnow() {
        assertThat(negotiate("1.41", "1.12")).hasToString("1.41");
        assertThat(negotiate("1.52", "1.44")).hasToString("1.51");
        assertThatThrownBy(() -> negotiate("1.40", "1.12")).hasMessageContaining("upgrade the engine");
        assertThatThrownBy(() -> negotiate("1.60", "1.55")).hasMessageContaining("upgrade the agent");
    }

    @Test
    void tellsVerdictsFromSurroundingsByStatusAndWords() {
        assertThat(reason(400, "invalid mount")).isEqualTo(RuntimeReason.REFUSED_BY_RUNTIME);
        assertThat(reason(500, "Bind for 0.0.0.0:80 failed: port is already allocated"))
                .isEqualTo(RuntimeReason.PORT_TAKEN);
        assertThat(reason(500, "write /var: no space left on device")).isEqualTo(RuntimeReason.DISK_FULL);
        assertThat(reason(500, "toomanyrequests: slow down")).isEqualTo(RuntimeReason.REGISTRY_BUSY);
        assertThat(reason(500, "OCI runtime create failed: x")).isEqualTo(RuntimeReason.REFUSED_BY_RUNTIME);
        assertThat(reason(500, "server is restarting")).isEqualTo(RuntimeReason.RUNTIME_ERROR);
    }

    private static RuntimeReason reason(int status, String words) {
        return new EngineException(status, words, "POST /x").reason();
    }

    private static ApiVersion negotiate(String version, String oldest) {
        return ApiVersion.negotiate(Json.object()
                .put("ApiVersion", version)
                .put("MinAPIVersion", oldest)
                .build());
    }
}
