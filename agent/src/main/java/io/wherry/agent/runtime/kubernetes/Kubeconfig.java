package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** A kubeconfig looked through before it is used, so that what is wrong with it is told by its place. What it holds is secret: no value is ever quoted. */
final class Kubeconfig {
    private final Path file;
    private final Cluster cluster;
    private final String clusterAt;
    private final AuthInfo user;
    private final String userAt;

    private Kubeconfig(Path file, Cluster cluster, String clusterAt, AuthInfo user, String userAt) {
        this.file = file;
        this.cluster = cluster;
        this.clusterAt = clusterAt;
        this.user = user;
        this.userAt = userAt;
    }

    /** @throws IOException saying what is wrong, and what is expected in its place */
    static Kubeconfig read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("no such file");
        }
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IOException(Files.isRegularFile(file) ? "may not be read by this user" : "is no file");
        }
        Config config = parse(file);
        Context context = pick(
                "context",
                config.getCurrentContext(),
                "current-context",
                config.getContexts(),
                NamedContext::getName,
                NamedContext::getContext);
        String at = "context " + config.getCurrentContext();
        Cluster cluster = pick(
                "cluster",
                context.getCluster(),
                at + ": cluster",
                config.getClusters(),
                NamedCluster::getName,
                NamedCluster::getCluster);
        AuthInfo user = pick(
                "user",
                context.getUser(),
                at + ": user",
                config.getUsers(),
                NamedAuthInfo::getName,
                NamedAuthInfo::getUser);
        Kubeconfig read =
                new Kubeconfig(file, cluster, "cluster " + context.getCluster(), user, "user " + context.getUser());
        read.check();
        return read;
    }

    private static Config parse(Path file) throws IOException {
        try {
            return KubeConfigUtils.parseConfig(file.toFile());
        } catch (MarkedYamlEngineException e) {
            throw new IOException(
                    "is no YAML"
                            + e.getProblemMark()
                                    .map(mark ->
                                            ": line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                                    .orElse(""),
                    e);
        } catch (RuntimeException e) { // of whatever kind its reader throws; its words may show a piece of the file
            throw new IOException("cannot be read as a kubeconfig" + (Files.size(file) == 0 ? ": it is empty" : ""), e);
        }
    }

    private static <N, T> T pick(
            String what,
            @Nullable String name,
            String at,
            List<N> all,
            Function<N, @Nullable String> names,
            Function<N, @Nullable T> values)
            throws IOException {
        List<String> known = all.stream().map(names).map(String::valueOf).toList();
        String expected = " (expected: "
                + (known.isEmpty() ? "one of its " + what + "s; it has none" : String.join(" or ", known)) + ")";
        if (name == null || name.isBlank()) {
            throw new IOException(at + ": not set" + expected);
        }
        for (N one : all) {
            T value = name.equals(names.apply(one)) ? values.apply(one) : null;
            if (value != null) {
                return value;
            }
        }
        throw new IOException(at + ": there is no " + what + " " + name + expected);
    }

    private void check() throws IOException {
        String server = cluster.getServer();
        if (isBlank(server) || !isAddress(server)) {
            throw new IOException(clusterAt + ": server: " + (isBlank(server) ? "not set" : "is no address")
                    + " (expected: one such as https://10.0.0.1:6443)");
        }
        authorities();
        clientCertificate();
        boolean certificate = has(user.getClientCertificate(), user.getClientCertificateData());
        boolean key = has(user.getClientKey(), user.getClientKeyData());
        if (certificate != key) {
            throw new IOException(userAt + ": "
                    + (certificate ? "client-certificate without client-key" : "client-key without client-certificate")
                    + " (expected: both or neither)");
        }
        pem(userAt + ": client-key", user.getClientKey(), user.getClientKeyData());
        if (!isBlank(user.getTokenFile())) {
            bytes(userAt + ": tokenFile", user.getTokenFile());
        }
        if (!certificate
                && !has(user.getToken(), user.getTokenFile())
                && isBlank(user.getUsername())
                && user.getExec() == null
                && user.getAuthProvider() == null) {
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

    /** Who may vouch for the API server; none: the file does not say. */
    List<X509Certificate> authorities() throws IOException {
        return certificates(
                clusterAt + ": certificate-authority",
                cluster.getCertificateAuthority(),
                cluster.getCertificateAuthorityData());
    }

    /** The one that the user shows, where it has one. */
    Optional<X509Certificate> clientCertificate() throws IOException {
        return certificates(
                        userAt + ": client-certificate", user.getClientCertificate(), user.getClientCertificateData())
                .stream()
                .findFirst();
    }

    /** The file itself, and those that it points at: when one of them changes all is read anew. */
    List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(file));
        for (String other : new String[] {
            cluster.getCertificateAuthority(), user.getClientCertificate(), user.getClientKey(), user.getTokenFile()
        }) {
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

    private List<X509Certificate> certificates(String at, @Nullable String path, @Nullable String data)
            throws IOException {
        return certificates(at, pem(at, path, data));
    }

    /** The data wins, as with kubectl. */
    private Optional<byte[]> pem(String at, @Nullable String path, @Nullable String data) throws IOException {
        if (isBlank(data)) {
            return path == null || path.isBlank() ? Optional.empty() : Optional.of(bytes(at, path));
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

    private Path beside(String path) {
        return file.toAbsolutePath().resolveSibling(path);
    }

    private static boolean has(@Nullable String one, @Nullable String other) {
        return !isBlank(one) || !isBlank(other);
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isBlank();
    }
}
