package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.file.Descriptor;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.fleet.TestClock;
import io.wherry.hub.registry.ImageResolver.Resolved;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which image is taken from where. The engine is one that knows three answers; a real one's images travel in an end-to-end test. */
class EngineImagesTest {
    private static final Platform AMD64 = Platform.parse("linux/amd64");
    private static final String ID = "a".repeat(64);

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock(Instant.parse("2026-11-26T10:00:00Z"));
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> elsewhere = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private ServerSocketChannel server;
    private EngineImages images;

    @BeforeEach
    void start() throws IOException {
        Path socket = folder.resolve("engine.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        threads.execute(this::serve);
        images = EngineImages.open(new ImageEngine(socket), folder.resolve("images"), otherwise(), clock);
    }

    @AfterEach
    void stop() throws IOException {
        images.close();
        server.close();
        threads.close();
    }

    private ImageSource otherwise() {
        return new ImageSource() {
            @Override
            public Resolved resolve(String name, Platform platform) throws IOException {
                elsewhere.add(name);
                throw new RegistryException("image " + name + ": no registry", "none");
            }

            @Override
            public InputStream open(Resolved image, Descriptor part) throws IOException {
                throw new RegistryException("no registry", "none");
            }
        };
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                threads.execute(() -> answer(connection));
            }
        } catch (AsynchronousCloseException e) {
            asked.add("stopped");
        } catch (IOException e) {
            asked.add("failed: " + e);
        }
    }

    private void answer(SocketChannel connection) {
        try (connection;
                InputStream in = Channels.newInputStream(connection);
                OutputStream out = Channels.newOutputStream(connection)) {
            StringBuilder request = new StringBuilder();
            while (request.indexOf("\r\n\r\n") < 0) {
                request.append((char) in.read());
            }
            String path = request.substring(request.indexOf(" ") + 1).split(" ", 2)[0];
            asked.add(path);
            byte[] body = answers.getOrDefault(path, "{\"message\":\"No such image\"}".getBytes(UTF_8));
            String status = answers.containsKey(path) ? "200 OK" : "404 Not Found";
            out.write(("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n")
                    .getBytes(US_ASCII));
            out.write(body);
        } catch (IOException e) {
            asked.add("failed: " + e);
        }
    }

    private void engineHas(String name, String architecture) throws IOException {
        answers.put(
                "/images/" + name + "/json",
                "{\"Id\":\"sha256:%s\",\"Os\":\"linux\",\"Architecture\":\"%s\"}"
                        .formatted(ID, architecture)
                        .getBytes(UTF_8));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            file(tar, "config.json", "{}");
            file(tar, "layer.tar", "a layer");
            file(tar, "manifest.json", "[{\"Config\":\"config.json\",\"Layers\":[\"layer.tar\"]}]");
        }
        answers.put("/images/sha256:" + ID + "/get", bytes.toByteArray());
    }

    private static void file(TarArchiveOutputStream tar, String name, String text) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(text.length());
        tar.putArchiveEntry(entry);
        tar.write(text.getBytes(US_ASCII));
        tar.closeArchiveEntry();
    }

    private List<String> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("images"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void takesWhatTheEngineHasByTagAndSavesItOnce() throws IOException {
        engineHas("shop:1", "amd64");

        Resolved image = images.resolve("shop:1", AMD64);
        images.resolve("shop:1", AMD64);

        try (InputStream layer = images.open(image, image.manifest().layers().getFirst())) {
            assertThat(layer.readAllBytes()).asString(US_ASCII).isEqualTo("a layer");
        }
        assertThat(image.image().name()).isEqualTo("shop:1");
        assertThat(asked).containsOnlyOnce("/images/sha256:" + ID + "/get");
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void asksARegistryForWhatIsPinnedUnknownOrForAnotherPlatform() throws IOException {
        engineHas("shop:1", "arm64");
        for (String name : List.of("shop@sha256:" + ID, "other:1", "shop:1")) {
            assertThatThrownBy(() -> images.resolve(name, AMD64)).hasMessageContaining(name + ": no registry");
        }
        assertThat(elsewhere).containsExactly("shop@sha256:" + ID, "other:1", "shop:1");
        assertThat(asked).containsExactly("/images/other:1/json", "/images/shop:1/json");
    }

    @Test
    void whatNobodyUsedForAnHourIsRemovedAndWhatAKilledHubLeftToo() throws IOException {
        engineHas("shop:1", "amd64");
        images.resolve("shop:1", AMD64);
        clock.advance(EngineImages.KEPT);
        images.sweep();
        assertThat(kept()).containsExactly(ID + ".tar");
        clock.advance(Duration.ofSeconds(1));
        images.sweep();
        assertThat(kept()).isEmpty();

        Files.writeString(folder.resolve("images/saving123"), "half");
        EngineImages.open(new ImageEngine(folder.resolve("engine.sock")), folder.resolve("images"), otherwise(), clock)
                .close();
        assertThat(kept()).isEmpty();
    }

    @Test
    void anEngineThatCannotBeAskedIsNamedWithTheWayOut() throws IOException {
        server.close();
        assertThatThrownBy(() -> images.resolve("shop:1", AMD64)).isInstanceOfSatisfying(RegistryException.class, e -> {
            assertThat(e).hasMessageContaining("image shop:1: the engine at " + folder);
            assertThat(e.hint()).contains("images.engineSocket", "docker");
        });
        assertThat(elsewhere).isEmpty();
    }

    @Test
    void anArchiveThatBreaksOffLeavesNothing() throws IOException {
        engineHas("shop:1", "amd64");
        answers.put("/images/sha256:" + ID + "/get", new byte[0]);
        assertThatThrownBy(() -> images.resolve("shop:1", AMD64))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("image shop:1: what the engine saved cannot be read");
        assertThat(kept()).isEmpty();
    }
}
