package io.wherry.hub.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Hangs up on whoever greets by TLS, as a real registry without TLS does; the JDK's server would wait for the end of a line. All else goes through. */
final class PlainFront implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int BACKLOG = 50;

    private final ServerSocket server;
    private final InetSocketAddress behind;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private PlainFront(ServerSocket server, InetSocketAddress behind) {
        this.server = server;
        this.behind = behind;
        threads.execute(this::accept);
    }

    static PlainFront of(InetSocketAddress behind) throws IOException {
        return new PlainFront(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), behind);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket caller = server.accept();
                threads.execute(() -> serve(caller));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket caller) {
        open.add(caller);
        try (caller) {
            int first = caller.getInputStream().read();
            if (first < 0 || first == TLS_HANDSHAKE) {
                return;
            }
            try (Socket registry = new Socket(behind.getAddress(), behind.getPort())) {
                open.add(registry);
                threads.execute(() -> carry(registry, caller));
                registry.getOutputStream().write(first);
                caller.getInputStream().transferTo(registry.getOutputStream());
                open.remove(registry);
            }
        } catch (IOException e) {
            // one of them hung up: so does the other
        } finally {
            open.remove(caller);
        }
    }

    private static void carry(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // one of them hung up: so does the other
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.close();
    }
}
