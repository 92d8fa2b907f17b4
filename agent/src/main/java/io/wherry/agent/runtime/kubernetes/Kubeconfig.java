package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A kubeconfig looked through before it is used, so that what is wrong with it is told by its place. What it holds is secret: no value is ever quoted.
 *
 * <p>Read by our own YAML: Fabric8's reader brings the whole of Jackson along, which costs an agent 1,400 classes that it needs for nothing else.
 */
final class Kubeconfig {
    private static final List<String> CLUSTER_FIELDS = List.of(
            "server",
            "certificate-authority",
            "certificate-authority-data",
            "insecure-skip-tls-verify",
            "extensions"); // notes of other programs

    private static final List<String> USER_FIELDS = List.of(
            "client-certificate",
            "client-certificate-data",
            "client-key",
            "client-key-data",
            "token",
            "tokenFile",
            "username",
            "password",
            "extensions");

    private final Path file;
    private final Cluster cluster;
    private final String clusterAt;
    private final User user;
    private final String userAt;
    /** Whether no more is said than this class knows. */
    private final boolean plain;

    /**
     * Where the API server is. Texts that are not set are empty.
     *
     * @param authority     a path, beside the kubeconfig where it is relative
     * @param authorityData PEM in Base64
     * @param insecure      whether anybody may answer in its place
     */
    record Cluster(String server, String authority, String authorityData, boolean insecure) {}

    /**
     * Who the agent is there. Texts that are not set are empty.
     *
     * @param certificate a path, as are {@code key} and {@code tokenFile}
     * @param byOthers    whether a command or a provider logs in
     */
    record User(
            String certificate,
            String certificateData,
            String key,
            String keyData,
            String token,
            String tokenFile,
            String name,
            String password,
            boolean byOthers) {

        /** Without its values: they are secret. */
        @Override
        public String toString() {
            return "a user of a kubeconfig";
        }
    }

    private Kubeconfig(Path file, Cluster cluster, String clusterAt, User user, String userAt, boolean plain) {
        this.file = file;
        this.cluster = cluster;
        this.clusterAt = clusterAt;
        this.user = user;
        this.userAt = userAt;
        this.plain = plain;
    }

    /** @throws IOException saying what is wrong, and what is expected in its place */
    static Kubeconfig read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("no such file");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException(Files.isRegularFile(file) ? "may not be read by this user" : "is no file");
        }
        KubeconfigNode root = KubeconfigNode.parse(file);
        String current = root.text("current-context");
        KubeconfigNode context = root.pick("context", current, "current-context");
        String at = "context " + current + ": ";
        KubeconfigNode cluster = root.pick("cluster", context.text("cluster"), at + "cluster");
        KubeconfigNode user = root.pick("user", context.text("user"), at + "user");
        Kubeconfig read = new Kubeconfig(
                file,
                new Cluster(
                        cluster.text("server"),
                        cluster.text("certificate-authority"),
                        cluster.text("certificate-authority-data"),
                        cluster.isTrue("insecure-skip-tls-verify")),
                "cluster " + context.text("cluster"),
                new User(
                        user.text("client-certificate"),
                        user.text("client-certificate-data"),
                        user.text("client-key"),
                        user.text("client-key-data"),
                        user.text("token"),
                        user.text("tokenFile"),
                        user.text("username"),
                        user.text("password"),
                        user.has("exec") || user.has("auth-provider")),
                "user " + context.text("user"),
                cluster.saysNoMoreThan(CLUSTER_FIELDS) && user.saysNoMoreThan(USER_FIELDS));
        read.check();
        return read;
    }

    private void check() throws IOException {
        String server = cluster.server();
        if (isBlank(server) || !isAddress(server)) {
            throw new IOException(clusterAt + ": server: " + (isBlank(server) ? "not set" : "is no address")
                    + " (expected: one such as https://10.0.0.1:6443)");
        }
        authorities();
        clientCertificate();
        boolean certificate = has(user.certificate(), user.certificateData());
        boolean key = has(user.key(), user.keyData());
        if (certificate != key) {
            throw new IOException(userAt + ": "
                    + (certificate ? "client-certificate without client-key" : "client-key without client-certificate")
                    + " (expected: both or neither)");
        }
        pem(userAt + ": client-key", user.key(), user.keyData());
        if (!isBlank(user.tokenFile())) {
            bytes(userAt + ": tokenFile", user.tokenFile());
        }
        if (!certificate && !has(user.token(), user.tokenFile()) && isBlank(user.name()) && !user.byOthers()) {
            throw new IOException(
                    userAt + ": no credentials (expected: a client certificate, a token, a tokenFile or exec)");
        }
    }

    private static boolean isAddress(String server) {
        try {
            URI uri = URI.create(server);
            return uri.getHost() != null && List.of("http", "https").contains(String.valueOf(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    Cluster cluster() {
        return cluster;
    }

    User user() {
        return user;
    }

    /** Whether {@link #cluster} and {@link #user} are all that it says: no command to log in by, no other name for the server. */
    boolean isPlain() {
        return plain;
    }

    /** What to show to the API server; empty where the user has none. A file wins over the text beside it, as with kubectl: it is what is renewed. */
    String token() throws IOException {
        return isBlank(user.tokenFile())
                ? user.token()
                : new String(bytes(userAt + ": tokenFile", user.tokenFile()), US_ASCII).strip();
    }

    /** Who may vouch for the API server; none: the file does not say. */
    List<X509Certificate> authorities() throws IOException {
        return certificates(clusterAt + ": certificate-authority", cluster.authority(), cluster.authorityData());
    }

    /** The one that the user shows, where it has one. */
    Optional<X509Certificate> clientCertificate() throws IOException {
        return certificates(userAt + ": client-certificate", user.certificate(), user.certificateData()).stream()
                .findFirst();
    }

    /** The file itself, and those that it points at: when one of them changes all is read anew. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(file));
        for (String other : new String[] {cluster.authority(), user.certificate(), user.key(), user.tokenFile()}) {
            if (!isBlank(other)) {
                files.add(beside(other));
            }
        }
        return List.copyOf(files);
    }

    static List<X509Certificate> certificates(String at, Optional<byte[]> pem) throws IOException {
        if (pem.isEmpty()) {
            return List.of();
        }
        try (InputStream in = new ByteArrayInputStream(pem.get())) {
            List<X509Certificate> found = new ArrayList<>();
            CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .forEach(certificate -> found.add((X509Certificate) certificate));
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException e) {
            throw new IOException(at + ": holds no certificate that can be read (expected: PEM)", e);
        }
        throw new IOException(at + ": holds no certificate (expected: PEM)");
    }

    private List<X509Certificate> certificates(String at, String path, String data) throws IOException {
        return certificates(at, pem(at, path, data));
    }

    /** The data wins, as with kubectl. */
    private Optional<byte[]> pem(String at, String path, String data) throws IOException {
        if (isBlank(data)) {
            return isBlank(path) ? Optional.empty() : Optional.of(bytes(at, path));
        }
        try {
            byte[] pem = Base64.getMimeDecoder().decode(data);
            if (new String(pem, US_ASCII).contains("-----BEGIN ")) {
                return Optional.of(pem);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(at + "-data: is no Base64", e);
        }
        throw new IOException(at + "-data: holds no PEM (expected: PEM in Base64)");
    }

    private byte[] bytes(String at, String path) throws IOException {
        try {
            return Files.readAllBytes(beside(path));
        } catch (IOException e) {
            throw new IOException(
                    at + ": " + beside(path) + ": " + (Files.exists(beside(path)) ? "may not be read" : "no such file"),
                    e);
        }
    }

    /** A path as the file means it. */
    Path beside(String path) {
        return file.toAbsolutePath().resolveSibling(path);
    }

    private static boolean has(String one, String other) {
        return !isBlank(one) || !isBlank(other);
    }

    private static boolean isBlank(String text) {
        return text.isBlank();
    }
}
