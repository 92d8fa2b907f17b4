package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A Unix socket of our own that leads to a real engine, so that it can be shut, or lost, without touching the machine's engine; and it sees each request pass.
 */
final class EngineGate implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Pattern METHOD = Pattern.compile("(GET|HEAD|POST|PUT|DELETE) /");
    private static final int LONGEST_METHOD = 8;

    private final Path file;
    private final Path engine;
    private final Runnable onRequest;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    private EngineGate(Path file, Path engine, Runnable onRequest, ServerSocketChannel server) {
        this.file = file;
        this.engine = engine;
        this.onRequest = onRequest;
        this.server = server;
    }

    /** To the machine's engine. */
    static EngineGate open(Path file) throws IOException {
        return open(file, Engine.socket(), () -> {});
    }

    /** @param onRequest called before a request goes on to the engine */
    static EngineGate open(Path file, Path engine, Runnable onRequest) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file));
        EngineGate gate = new EngineGate(file, engine, onRequest, server);
        Thread.ofVirtual().name("engine-gate").start(gate::accept);
        return gate;
    }

    Path file() {
        return file;
    }

    void mode(String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private void accept() {
        try {
            while (true) {
                connect(server.accept());
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void connect(SocketChannel client) throws IOException {
        SocketChannel real;
        try {
            real = SocketChannel.open(UnixDomainSocketAddress.of(engine));
        } catch (IOException e) {
            client.close(); // the engine is away: so its callers see
            return;
        }
        connections.add(client);
        Thread.ofVirtual().start(() -> pump(client, real, this::look));
        Thread.ofVirtual().start(() -> pump(real, client, _ -> {}));
    }

    /** A request begins with its method, and a client writes the head of one at once. */
    private void look(ByteBuffer piece) {
        byte[] begin = new byte[Math.min(piece.remaining(), LONGEST_METHOD)];
        piece.get(piece.position(), begin);
        if (METHOD.matcher(new String(begin, ISO_8859_1)).lookingAt()) {
            onRequest.run();
        }
    }

    private static void pump(SocketChannel from, SocketChannel to, Consumer<ByteBuffer> look) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer.clear()) >= 0) {
                look.accept(buffer.flip());
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            end(from);
            end(to); // the other end has gone; so does this one
        }
    }

    private static void end(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // gone either way
        }
    }

    /** As if the engine had ended: nothing listens any more, and no connection is left. */
    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
