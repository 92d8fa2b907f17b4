package io.wherry.e2e.program;

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

/** A Unix socket of our own that leads to the real engine, so that it can be shut, or lost, without touching the machine's engine. */
final class EngineGate implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path file;
    private final ServerSocketChannel server;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();

    private EngineGate(Path file, ServerSocketChannel server) {
        this.file = file;
        this.server = server;
    }

    static EngineGate open(Path file) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file));
        EngineGate gate = new EngineGate(file, server);
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
                SocketChannel client = server.accept();
                SocketChannel real = SocketChannel.open(UnixDomainSocketAddress.of(Engine.socket()));
                connections.add(client);
                Thread.ofVirtual().start(() -> pump(client, real));
                Thread.ofVirtual().start(() -> pump(real, client));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private static void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (from.read(buffer.clear()) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // the other end has gone; so does this one
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
