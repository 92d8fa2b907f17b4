package io.wherry.e2e.program;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.wherry.e2e.ChartSigner;
import io.wherry.e2e.KubernetesOracle;
import io.wherry.e2e.git.ServerCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A Helm repository as people run one: files that helm packed, signed and listed, over HTTPS, by an authority that nobody knows. */
final class ChartRepository implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    private final HttpsServer server;
    private final ServerCertificates certificates;

    private final ChartSigner signer;

    private ChartRepository(HttpsServer server, ServerCertificates certificates, ChartSigner signer) {
        this.server = server;
        this.certificates = certificates;
        this.signer = signer;
    }

    /** @param chart files of the one chart in it, by path */
    static ChartRepository start(Programs programs, Path folder, Map<String, String> chart) throws Exception {
        for (Map.Entry<String, String> file : chart.entrySet()) {
            Path path = folder.resolve("chart").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Path files = Files.createDirectories(folder.resolve("files"));
        String helm = KubernetesOracle.helmPath().toString();
        ChartSigner signer = ChartSigner.create(folder, "Ada");
        programs.run(
                        helm,
                        "package",
                        folder.resolve("chart").toString(),
                        "-d",
                        files.toString(),
                        "--sign",
                        "--key",
                        signer.name(),
                        "--keyring",
                        signer.secretKey().toString())
                .ok();
        programs.run(helm, "repo", "index", files.toString()).ok();
        ServerCertificates certificates = ServerCertificates.create(folder, HOST);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName(HOST), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(certificates.tls()));
        server.createContext("/", SimpleFileServer.createFileHandler(files));
        server.start();
        return new ChartRepository(server, certificates, signer);
    }

    String url() {
        return "https://" + HOST + ":" + server.getAddress().getPort();
    }

    /** A source of that name, as YAML. */
    String source(String name) throws IOException {
        String authority = Files.readString(certificates.authority()).strip().replaceAll("\\R", "\\\\n");
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: %s}
                spec: {type: helm, url: '%s', caBundle: "%s\\n"}
                """.formatted(name, url(), authority);
    }

    /** The one chart, and who must have signed it, as {@code helm.chartFrom} says that on one line. */
    String web() {
        return "chart: web, version: 1.2.3, " + signer.verify();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
