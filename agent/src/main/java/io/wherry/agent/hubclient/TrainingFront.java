package io.wherry.agent.hubclient;

import io.wherry.base.Loop;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * TLS 1.3 before a server without it: gRPC's small server knows 1.2 alone, and the agent accepts no less than 1.3. One connection at a time, which is
 * what an agent has.
 */
final class TrainingFront implements AutoCloseable {
    private static final int BACKLOG = 8;
    private static final int BUFFER_BYTES = 16 << 10;
    /** A pump runs once: its loop is ended with the connection, long before. */
    private static final Duration ONCE = Duration.ofDays(1);

    private final SSLServerSocket listener;
    private final int plainPort;
    private final Loop loop;

    /** @param asksWho whether a client must show a certificate */
    TrainingFront(SSLContext context, int plainPort, boolean asksWho) throws IOException {
        this.plainPort = plainPort;
        this.listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setApplicationProtocols(new String[] {"h2"});
        parameters.setNeedClientAuth(asksWho);
        listener.setSSLParameters(parameters);
        this.loop = Loop.start("front", Duration.ZERO, this::serve);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        try (SSLSocket client = (SSLSocket) listener.accept();
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), plainPort)) {
            client.startHandshake();
            Loop up = Loop.start("up", ONCE, () -> pump(client, plain));
            // Closed in this order: the pump from the client ends with the client's socket, and then its loop.
            try (up;
                    Socket _ = client) {
                pump(plain, client);
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one side left, and so does the other
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        loop.close();
    }
}
