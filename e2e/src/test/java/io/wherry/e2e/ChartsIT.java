package io.wherry.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.wherry.base.yaml.Problem;
import io.wherry.contract.json.Json;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryTrust;
import io.wherry.e2e.git.ServerCertificates;
import io.wherry.hub.registry.ChartClient;
import io.wherry.hub.registry.ChartProvenance;
import io.wherry.hub.registry.ChartSource;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.kubernetes.HelmRenderer;
import io.wherry.hub.render.kubernetes.HelmRequest;
import io.wherry.hub.render.worker.HelmProgram;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.ChartKeyring;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.SourceChart;
import io.wherry.hub.source.LocalTree;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Charts that helm itself packed, locked and pushed, from a repository over HTTP and a real registry; and charts that nobody should render. */
class ChartsIT {
    private static final String HOST = "127.0.0.1";
    private static final long START_SECONDS = 60;

    @TempDir
    Path temp;

    private KubernetesOracle oracle;
    private ChartSigner signer;

    @BeforeEach
    void find() throws IOException, InterruptedException {
        oracle = KubernetesOracle.find(Files.createDirectory(temp.resolve("oracle")));
        signer = ChartSigner.create(temp, "Ada");
    }

    /** The chart {@code web} with its dependency {@code db}, locked, packed and signed. @return its archive */
    private Path packed() throws IOException, InterruptedException {
        oracle.helm(temp, "create", "db");
        oracle.helm(temp, "create", "web");
        append("web/Chart.yaml", "dependencies: [{name: db, version: '>=0.1.0 <1', repository: 'file://../db'}]\n");
        oracle.helm(temp, "dependency", "update", "web");
        oracle.helm(
                temp,
                "package",
                "web",
                "-d",
                "repository",
                "--sign",
                "--key",
                signer.name(),
                "--keyring",
                signer.secretKey().toString());
        oracle.helm(temp, "repo", "index", "repository");
        return temp.resolve("repository/web-0.1.0.tgz");
    }

    private void append(String file, String text) throws IOException {
        Path path = temp.resolve(file);
        Files.writeString(path, Files.readString(path) + text);
    }

    @Test
    void aChartOfARepositoryRendersAsHelmItselfRendersIt() throws Exception {
        List<String> wanted = oracle.templatePacked(packed());
        HttpServer server = SimpleFileServer.createFileServer(
                new InetSocketAddress(InetAddress.getByName(HOST), 0),
                temp.resolve("repository"),
                SimpleFileServer.OutputLevel.NONE);
        server.start();
        try {
            String url = "http://" + HOST + ":" + server.getAddress().getPort();
            ChartSource.Chart chart = client(Optional.empty()).fetch(from(url, Optional.empty()));
            byte[] archive = chart.archive();

            assertThat(signer(from(url, Optional.empty()), chart)).contains(signer.name());
            assertThat(archive).isEqualTo(Files.readAllBytes(temp.resolve("repository/web-0.1.0.tgz")));
            assertThat(objects(render(new HelmChart.Fetched("web", archive)))).isEqualTo(wanted);
        } finally {
            server.stop(0);
        }
        assertThat(objects(render(new HelmChart.InTree("repository/web-0.1.0.tgz"))))
                .isEqualTo(wanted);
        assertThat(objects(render(new HelmChart.InTree("web")))).isEqualTo(wanted);

        Path chart = temp.resolve("web/Chart.yaml");
        Files.writeString(chart, Files.readString(chart).replace(">=0.1.0 <1", ">=0.1.0 <2"));
        assertThat(problems(render(new HelmChart.InTree("web"))))
                .singleElement()
                .asString()
                .contains("web/Chart.lock:", "is out of sync with the dependencies of web/Chart.yaml");
    }

    @Test
    void aChartOfAGuardedRegistryIsFetchedWithItsOwnAuthorityAlone() throws Exception {
        Path archive = packed();
        ServerCertificates certificates = ServerCertificates.create(temp, HOST);
        int port = FreePorts.take();
        Process registry = registry(certificates, port);
        try {
            String url = "oci://" + HOST + ":" + port + "/charts";
            oracle.helm(
                    temp,
                    "push",
                    archive.toString(),
                    url,
                    "--ca-file",
                    certificates.authority().toString(),
                    "--username",
                    "ada",
                    "--password",
                    "lovelace");
            Optional<String> authority = Optional.of(Files.readString(certificates.authority()));

            ChartSource.Chart chart = client(Optional.of("lovelace")).fetch(from(url, authority));
            assertThat(chart.archive()).isEqualTo(Files.readAllBytes(archive));
            assertThat(signer(from(url, authority), chart)).contains(signer.name());
            try (TunnelProxy proxy = TunnelProxy.start()) {
                assertThat(client(Optional.of("lovelace"))
                                .fetch(ofSource(url, authority.orElseThrow(), proxy.url()))
                                .archive())
                        .isEqualTo(chart.archive());
                assertThat(proxy.asked()).isNotEmpty().containsOnly("CONNECT " + HOST + ":" + port + " HTTP/1.1");
            }
            signer = ChartSigner.create(temp, "Eve");
            assertThatThrownBy(() -> signer(from(url, authority), chart))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("is signed by key")
                    .hasMessageContaining("(Eve)");
            assertThatThrownBy(() -> client(Optional.of("lovelace")).fetch(from(url, Optional.empty())))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("its certificate was issued by an authority that the hub does not know");
            assertThatThrownBy(() -> client(Optional.of("wrong")).fetch(from(url, authority)))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the registry answered 401 to the login of the hub");
            assertThatThrownBy(() -> client(Optional.empty()).fetch(from(url, authority)))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the registry answered 401");
        } finally {
            registry.destroy();
        }
    }

    private Process registry(ServerCertificates certificates, int port) throws Exception {
        Path configuration = Files.writeString(temp.resolve("registry.yml"), """
                version: 0.1
                log: {level: error}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s:%d", tls: {certificate: %s, key: %s}}
                auth: {htpasswd: {realm: charts, path: %s}}
                """.formatted(
                        temp.resolve("registry"),
                        HOST,
                        port,
                        certificates.certificate(),
                        certificates.key(),
                        temp.resolve("htpasswd")));
        Files.writeString(
                temp.resolve("htpasswd"),
                "ada:" + OpenBSDBCrypt.generate("2y", "lovelace".toCharArray(), new byte[16], 5) + "\n");
        File log = temp.resolve("registry.log").toFile();
        Process process = new ProcessBuilder("docker-registry", "serve", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        long end = System.nanoTime() + START_SECONDS * 1_000_000_000;
        while (true) {
            try (Socket socket = new Socket(HOST, port)) {
                assertThat(socket.isConnected()).isTrue();
                return process;
            } catch (IOException e) {
                if (System.nanoTime() > end || !process.isAlive()) {
                    throw new IllegalStateException(Files.readString(log.toPath()), e);
                }
                Thread.sleep(50);
            }
        }
    }

    /** Each is refused within the limits of a rendering; what would run on for all of its time is tried in WorkerTest. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a template that includes itself | {{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
                "a template that calls itself | {{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}",
                "a list of two billion | {{ range until 2000000000 }}{{ end }}",
                "a text that doubles | {{ $x := \"0123456789\" }}{{ range until 60 }}{{ $x = print $x $x }}{{ end }}",
                "100 MB of output | a: {{ repeat 100000000 \"a\" }}",
                "a function that is not there | {{ env \"PATH\" }}"
            })
    void aHostileChartIsRefused(String name, String template) throws Exception {
        write("bomb/Chart.yaml", "apiVersion: v2\nname: bomb\nversion: 1.0.0\n");
        write("bomb/templates/a.yaml", template + "\n");

        assertThat(problems(render(new HelmChart.InTree("bomb")))).as(name).isNotEmpty();
    }

    @Test
    void valuesThatExplodeAreRefused() throws Exception {
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            String nine = String.join(", ", Collections.nCopies(9, "*a" + (i - 1)));
            laughs.append("a%d: &a%d [%s]\n".formatted(i, i, nine));
        }
        write("bomb/Chart.yaml", "apiVersion: v2\nname: bomb\nversion: 1.0.0\n");
        write("bomb/values.yaml", laughs.toString());
        write("bomb/templates/a.yaml", "a: {{ toYaml .Values | quote }}\n");

        assertThat(problems(render(new HelmChart.InTree("bomb")))).isNotEmpty();
    }

    private void write(String file, String text) throws IOException {
        Path path = temp.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, text.getBytes(UTF_8));
    }

    private ChartFrom from(String url, Optional<String> authority) {
        return new ChartFrom(
                url,
                "web",
                "0.1.0",
                Optional.empty(),
                Optional.empty(),
                authority,
                Optional.of(new ChartKeyring(signer.publicKey())));
    }

    /** The same by a source of charts, as people declare it. */
    private static ChartFrom ofSource(String url, String authority, String proxy) {
        Source source = new Source(
                Metadata.of("charts"),
                new Source.Repository(
                        Source.Type.OCI, url, Optional.empty(), Optional.of(authority), Optional.of(proxy)),
                Source.DEFAULT_REF,
                new Source.Check(Source.Check.DEFAULT_INTERVAL, Source.Check.DEFAULT_TIMEOUT, Optional.empty()),
                false);
        return new SourceChart("charts", "web", "0.1.0", Optional.empty(), Optional.empty()).of(source);
    }

    private static String signer(ChartFrom from, ChartSource.Chart chart) throws RegistryException {
        return ChartProvenance.signer(from, from.keyring().orElseThrow(), chart, Instant.now());
    }

    /** @param password of ada */
    private static ChartClient client(Optional<String> password) throws IOException {
        Optional<String> header =
                password.map(text -> "Basic " + Base64.getEncoder().encodeToString(("ada:" + text).getBytes(UTF_8)));
        return new ChartClient(RegistryTrust.of(Optional.empty()), host -> header, (credential, host) -> {
            throw new RegistryException("credential " + credential + ": is not there", "");
        });
    }

    private Rendering render(HelmChart chart) {
        return HelmRenderer.render(
                new HelmRequest(
                        LocalTree.open(temp),
                        "",
                        chart,
                        List.of(),
                        Json.object().build(),
                        "web",
                        Optional.empty(),
                        ClusterOptions.of("default")),
                new HelmProgram.Found(oracle.helm()));
    }

    private static List<String> objects(Rendering rendering) {
        assertThat(problems(rendering)).isEmpty();
        Json.Obj model = ((Rendering.Rendered) rendering).model();
        return Stream.concat(
                        model.objects("objects").stream(),
                        model.objects("hooks").stream().map(hook -> hook.object("object")))
                .map(KubernetesOracle::withoutMark)
                .map(KubernetesOracle::canonical)
                .toList();
    }

    private static List<String> problems(Rendering rendering) {
        return rendering instanceof Rendering.Invalid(List<Problem> problems, var _)
                ? problems.stream().map(Problem::toString).toList()
                : List.of();
    }
}
