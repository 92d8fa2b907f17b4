package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.ReceivePack;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/** A Git server over TLS on the loopback address, which can also misbehave. Notes each request with its credential. */
public final class HttpsOrigin implements AutoCloseable {
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Repository repository;
    public final List<String> requests = new CopyOnWriteArrayList<>();
    public final List<String> credentials = new CopyOnWriteArrayList<>();
    public volatile Behaviour behaviour = HttpsOrigin::serve;

    /** Of each good answer to a POST: after so many it ends. */
    volatile int answerBytes = Integer.MAX_VALUE;

    /** What to do with a request. */
    public interface Behaviour {
        void answer(HttpsOrigin origin, HttpExchange exchange) throws IOException, InterruptedException;
    }

    private HttpsOrigin(HttpsServer server, Repository repository) {
        this.server = server;
        this.repository = repository;
    }

    public static HttpsOrigin start(SSLContext tls, Repository repository) {
        try {
            HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setHttpsConfigurator(new HttpsConfigurator(tls));
            HttpsOrigin origin = new HttpsOrigin(server, repository);
            server.setExecutor(origin.threads);
            server.createContext("/", origin::handle);
            server.start();
            return origin;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "https://127.0.0.1:" + port() + "/shop.git";
    }

    private void handle(HttpExchange exchange) throws IOException {
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .ifPresent(credentials::add);
        try (exchange) {
            behaviour.answer(this, exchange);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the test is over
        }
    }

    /** As a good server does. */
    public static void serve(HttpsOrigin origin, HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (String.valueOf(exchange.getRequestURI()).contains("git-receive-pack")) {
            receive(origin, exchange);
            return;
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (UploadPack upload = new UploadPack(origin.repository)) {
            upload.setBiDirectionalPipe(false);
            String version = exchange.getRequestHeaders().getFirst("Git-Protocol");
            if (version != null) {
                upload.setExtraParameters(List.of(version.split(":")));
            }
            if (path.endsWith("/info/refs")) {
                PacketLineOut out = new PacketLineOut(answer);
                if (version == null) {
                    out.writeString("# service=git-upload-pack\n");
                    out.end();
                }
                upload.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(out), "git-upload-pack");
                send(exchange, 200, "application/x-git-upload-pack-advertisement", answer.toByteArray());
            } else {
                boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
                InputStream body = exchange.getRequestBody();
                upload.upload(packed ? new GZIPInputStream(body) : body, answer, null);
                byte[] whole = answer.toByteArray();
                byte[] sent = Arrays.copyOf(whole, Math.min(whole.length, origin.answerBytes));
                send(exchange, 200, "application/x-git-upload-pack-result", sent);
            }
        }
    }

    private static void receive(HttpsOrigin origin, HttpExchange exchange) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ReceivePack receive = new ReceivePack(origin.repository);
        receive.setBiDirectionalPipe(false);
        if (exchange.getRequestURI().getPath().endsWith("/info/refs")) {
            PacketLineOut out = new PacketLineOut(answer);
            out.writeString("# service=git-receive-pack\n");
            out.end();
            receive.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(out));
            send(exchange, 200, "application/x-git-receive-pack-advertisement", answer.toByteArray());
        } else {
            boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            receive.receive(packed ? new GZIPInputStream(body) : body, answer, null);
            send(exchange, 200, "application/x-git-receive-pack-result", answer.toByteArray());
        }
    }

    public static Behaviour status(int status, String... headers) {
        return (origin, exchange) -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            send(exchange, status, "text/plain", "no".getBytes(UTF_8));
        };
    }

    /** One byte of a plausible answer every 50 ms, for ever. */
    static Behaviour dribble() {
        return (origin, exchange) -> {
            String kind = exchange.getRequestMethod().equals("GET") ? "advertisement" : "result";
            exchange.getResponseHeaders().add("Content-Type", "application/x-git-upload-pack-" + kind);
            exchange.sendResponseHeaders(200, 0);
            byte[] line = "fff0# service=git-upload-pack ".getBytes(UTF_8);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; ; i++) {
                    out.write(i < line.length ? line[i] : 'x');
                    out.flush();
                    Thread.sleep(50);
                }
            }
        };
    }

    static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
