package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.wherry.base.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Runs the usual commands once, for packaging/lib/train.sh: the JVM that runs this records which classes a command needs, and keeps them
 * ready for all that follow. A hub is not there when the programs are built, so a small server stands in for one; its certificate is made
 * elsewhere, since what makes it here would be kept for every command too.
 */
final class StartUpTraining {
    /** What a hub says to {@code whoami} and to a list: enough to walk through both. */
    private static final String ANSWER = """
            {"name":"training","role":"viewer","trustDomain":"sha256:00","summary":"all well","items":[{
             "metadata":{"name":"site-1","uid":"1","labels":{"site":"a"}},"spec":{},
             "status":{"phase":"Ready","level":"good","lastSeen":"2026-01-01T00:00:00Z","conditions":[]}}]}""";

    /** Of a key that lives as long as this process. */
    private static final char[] PASSWORD = "training".toCharArray();

    private StartUpTraining() {}

    /** @param arguments one: a folder with the server's {@code hub.p12} and {@code ca.crt}, made for localhost; the commands write into it */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Path folder = Path.of(arguments[0]);
        HttpsServer hub = server(folder.resolve("hub.p12"));
        try {
            Files.writeString(folder.resolve("token"), "training");
            String url = "https://localhost:" + hub.getAddress().getPort();
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
            Session session = new Session(
                    new Out(nowhere, nowhere, () -> Terminal.detect(Map.of())),
                    Map.of("XDG_CONFIG_HOME", folder.toString()),
                    Clock.systemUTC());
            String token = folder.resolve("token").toString();
            for (List<String> command : List.of(
                    List.of("version"),
                    List.of(
                            "login",
                            url,
                            "--token-file",
                            token,
                            "--ca-file",
                            folder.resolve("ca.crt").toString()),
                    List.of("get", "agents"),
                    List.of("get", "stack", "site-1", "-o", "yaml"),
                    List.of("status"),
                    List.of("whoami", "-o", "json"),
                    List.of("--help"))) {
                int exit = Interpreter.run(session, nowhere, command.toArray(String[]::new));
                if (exit != 0) {
                    throw new IllegalStateException(command + ": exit " + exit + " (expected: 0)");
                }
            }
        } finally {
            hub.stop(0);
        }
        System.exit(0);
    }

    private static HttpsServer server(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            byte[] answer = ANSWER.getBytes(UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        return server;
    }
}
