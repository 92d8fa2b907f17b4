package io.wherry.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.e2e.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.jspecify.annotations.Nullable;

/** A real registry on the loopback with a certificate of its own and a login. What it was given it keeps while it is down. */
public final class ClosedRegistry {
    public static final String PASSWORD = "canary-of-the-registry";

    private static final String HERE = "127.0.0.1";
    private static final String USER = "robot";

    /** Far above what it takes on a busy machine. */
    private static final long LIMIT_SECONDS = 120;

    private final Path folder;
    private final int port = FreePorts.take();
    private @Nullable Process process;

    private ClosedRegistry(Path folder) {
        this.folder = folder;
    }

    public static ClosedRegistry start(Path temp) throws Exception {
        ClosedRegistry registry = new ClosedRegistry(Files.createDirectory(temp.resolve("registry")));
        registry.certify();
        registry.configure();
        registry.start();
        return registry;
    }

    private void certify() throws Exception {
        Process openssl = run(List.of(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout",
                folder.resolve("key.pem").toString(),
                "-out",
                authority().toString(),
                "-days",
                "30",
                "-subj",
                "/CN=site-registry",
                "-addext",
                "subjectAltName=IP:" + HERE));
        if (!openssl.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || openssl.exitValue() != 0) {
            throw new IOException("openssl: no certificate; its log is " + log());
        }
    }

    private void configure() throws IOException {
        String hash = OpenBSDBCrypt.generate("2y", PASSWORD.toCharArray(), "site-registry-16".getBytes(UTF_8), 5);
        Files.writeString(folder.resolve("htpasswd"), USER + ":" + hash + "\n");
        Files.writeString(folder.resolve("config.yml"), """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %1$s/data}}
                http: {addr: "%2$s:%3$d", tls: {certificate: %1$s/ca.pem, key: %1$s/key.pem}}
                auth: {htpasswd: {realm: site, path: %1$s/htpasswd}}
                """.formatted(folder, HERE, port));
    }

    void start() throws Exception {
        process = run(
                List.of("docker-registry", "serve", folder.resolve("config.yml").toString()));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!answers()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IOException("docker-registry: does not answer: " + Files.readString(log()));
            }
            Thread.sleep(50);
        }
    }

    public void stop() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
            process = null;
        }
    }

    private boolean answers() {
        try (Socket _ = new Socket(InetAddress.getByName(HERE), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Process run(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return folder.resolve("registry.log");
    }

    /** As it stands in names of images. */
    public String host() {
        return HERE + ":" + port;
    }

    /** Its certificate: it vouches for itself. */
    public Path authority() {
        return folder.resolve("ca.pem");
    }

    /** A file with a login, as {@code podman login --authfile} writes it. */
    public Path login(String password) throws IOException {
        Path file = Files.createTempFile(
                folder,
                "auth",
                ".json",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "{\"auths\":{\"" + host() + "\":{\"auth\":\"" + encoded(password) + "\"}}}");
    }

    /** What the how-to says that a node's containerd needs. */
    public String hostsToml(String path) {
        String there = "https://" + host() + "/v2/" + path;
        return """
                [host."%1$s"]
                  capabilities = ["pull", "resolve"]
                  override_path = true
                  ca = "%2$s"
                  [host."%1$s".header]
                    authorization = "Basic %3$s"
                """.formatted(there, authority(), encoded(PASSWORD));
    }

    private static String encoded(String password) {
        return Base64.getEncoder().encodeToString((USER + ":" + password).getBytes(UTF_8));
    }
}
