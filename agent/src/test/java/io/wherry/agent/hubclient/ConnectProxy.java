package io.wherry.agent.hubclient;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A company's HTTP proxy, as far as a tunnel needs it: CONNECT with Basic authentication, and nothing seen of what goes through. */
final class ConnectProxy implements AutoCloseable {
    private static final int MAX_HEADER_BYTES = 8 << 10;

    /** Where tunnels were asked for, and with what answer: {@code host:port 200}. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    private final ServerSocket listening = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final String authorization;

    ConnectProxy(String user, String password) throws IOException {
        authorization = "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(US_ASCII));
        start(() -> {
            while (true) {
                Socket client = listening.accept();
                open.add(client);
                start(() -> serve(client));
            }
        });
    }

    int port() {
        return listening.getLocalPort();
    }

    private void serve(Socket client) throws IOException {
        String header = header(client.getInputStream());
        String target = header.split(" ", 3)[1];
        boolean known = header.lines().anyMatch(line -> line.equalsIgnoreCase("Proxy-Authorization: " + authorization));
        asked.add(target + (known ? " 200" : " 407"));
        OutputStream answer = client.getOutputStream();
        if (!known) {
            answer.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
            client.close();
            return;
        }
        int colon = target.lastIndexOf(':');
        Socket hub = new Socket(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
        open.add(hub);
        answer.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(US_ASCII));
        start(() -> hub.getInputStream().transferTo(answer));
        client.getInputStream().transferTo(hub.getOutputStream());
    }

    private static String header(InputStream in) throws IOException {
        StringBuilder header = new StringBuilder();
        while (header.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || header.length() > MAX_HEADER_BYTES) {
                throw new IOException("no request");
            }
            header.append((char) next);
        }
        return header.toString();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the other side went away: how every tunnel ends
            }
        });
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
