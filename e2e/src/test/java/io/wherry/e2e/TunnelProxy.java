package io.wherry.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that does what it is asked to by {@code CONNECT}, and notes it. */
public final class TunnelProxy implements AutoCloseable {
    private static final int MAX_HEAD = 8192;

    private final ServerSocket server;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private TunnelProxy(ServerSocket server) {
        this.server = server;
    }

    public static TunnelProxy start() throws IOException {
        TunnelProxy proxy = new TunnelProxy(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")));
        Thread.startVirtualThread(proxy::accept);
        return proxy;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** The first lines of requests. */
    public List<String> asked() {
        return asked;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.startVirtualThread(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String first = head(client.getInputStream()).lines().findFirst().orElse("");
            asked.add(first);
            String[] to = first.split(" ")[1].split(":");
            try (Socket there = new Socket(to[0], Integer.parseInt(to[1]))) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
                Thread back = Thread.startVirtualThread(() -> copy(there, client));
                copy(client, there);
                back.join();
            }
        } catch (IOException e) {
            asked.add(e.toString()); // which no test expects
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < MAX_HEAD) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them is gone, and the other sees it
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
