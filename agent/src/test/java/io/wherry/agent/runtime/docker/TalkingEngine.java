package io.wherry.agent.runtime.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The far end of an engine's socket: says its version, and to anything else so many lines of progress, then nothing more. */
final class TalkingEngine implements AutoCloseable {
    private static final String VERSION = "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}";

    private final Path socket;
    private final ServerSocketChannel server;
    private final int lines;
    private final Duration pause;
    private final CountDownLatch hungUp = new CountDownLatch(1);

    private TalkingEngine(Path socket, ServerSocketChannel server, int lines, Duration pause) {
        this.socket = socket;
        this.server = server;
        this.lines = lines;
        this.pause = pause;
    }

    static TalkingEngine open(Path socket, int lines, Duration pause) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        TalkingEngine engine = new TalkingEngine(socket, server, lines, pause);
        Thread.ofVirtual().start(engine::accept);
        return engine;
    }

    URI uri() {
        return URI.create("unix://" + socket);
    }

    /** The caller closed the connection on which it was told lines. */
    void awaitHungUp() throws InterruptedException {
        assertThat(hungUp.await(1, TimeUnit.MINUTES)).as("hung up").isTrue();
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel caller = server.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void serve(SocketChannel caller) {
        try (caller) {
            for (String request = read(caller); !request.isEmpty(); request = read(caller)) {
                if (request.startsWith("GET /version")) {
                    write(
                            caller,
                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + VERSION.length()
                                    + "\r\n\r\n" + VERSION);
                } else {
                    tell(caller);
                }
            }
        } catch (IOException e) {
            hungUp.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(SocketChannel caller) throws IOException, InterruptedException {
        write(caller, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < lines; i++) {
            String line = "{\"status\":\"line " + i + "\"}\r\n";
            write(caller, Integer.toHexString(line.length()) + "\r\n" + line + "\r\n");
            Thread.sleep(pause);
        }
        if (read(caller).isEmpty()) { // nothing more is asked on a connection whose answer has not ended
            hungUp.countDown();
        }
    }

    private static String read(SocketChannel caller) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 << 10);
        return caller.read(bytes) < 0 ? "" : new String(bytes.array(), 0, bytes.position(), US_ASCII);
    }

    private static void write(SocketChannel caller, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(US_ASCII));
        while (bytes.hasRemaining()) {
            caller.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
