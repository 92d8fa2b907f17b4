package io.wherry.hub.registry;

import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlLimits;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.Digest;
import io.wherry.contract.registry.Http;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryTrust;
import io.wherry.hub.resource.ChartFrom;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Helm repository over HTTP: {@code index.yaml}, which names archives and their digests, and the archives.
 *
 * <p>The credential goes to the repository's own server alone, wherever the index or a redirect points.
 */
final class HelmRepository {
    /** 8 MiB, 600,000 nodes: some thousand versions. The largest public repositories have more, and are registries by now. */
    private static final YamlLimits INDEX = new YamlLimits(8 << 20, 600_000, 32L << 20, 32);

    private static final int REDIRECTS = 5;

    private final Http http;
    private final ChartFrom from;
    private final Optional<String> authorization;
    private final URI base;

    HelmRepository(Http http, ChartFrom from, Optional<String> authorization) {
        this.http = http;
        this.from = from;
        this.authorization = authorization;
        this.base = URI.create(from.url().replaceAll("/*$", "/"));
    }

    /** One version as the index has it. */
    private record Listed(URI address, Optional<Digest> digest) {}

    /** @throws RegistryException if it cannot be had, or is another one than the index says */
    ChartSource.Chart chart() throws IOException {
        Listed listed = listed(get(base.resolve("index.yaml"), INDEX.bytes()));
        byte[] archive = get(listed.address(), ChartClient.MAX_BYTES);
        Digest digest = Digest.of(archive);
        if (listed.digest().isPresent() && !listed.digest().get().equals(digest)) {
            throw new RegistryException(
                    from + ": has digest " + digest + ", and its index says "
                            + listed.digest().get(),
                    "the repository's owner must write the index anew: helm repo index");
        }
        if (listed.digest().isEmpty() && from.digest().isEmpty()) {
            throw new RegistryException(from + ": its index says no digest", "write helm.chartFrom.digest: " + digest);
        }
        return new ChartSource.Chart(
                archive, from.keyring().isPresent() ? provenance(listed.address()) : Optional.empty());
    }

    /** What lies beside the archive; empty if nothing does. */
    private Optional<byte[]> provenance(URI archive) throws IOException {
        URI address = URI.create(archive.toString().replaceFirst("(?=[?#]|$)", ".prov"));
        HttpURLConnection answer = answer(address);
        if (answer.getResponseCode() == 404) {
            answer.disconnect();
            return Optional.empty();
        }
        return Optional.of(body(address, answer, ChartProvenance.MAX_BYTES, "sign it anew: helm package --sign"));
    }

    private Listed listed(byte[] index) throws RegistryException {
        List<YamlNode> documents;
        try {
            documents = Yaml.parseAll("index.yaml", index, INDEX);
        } catch (YamlException e) {
            throw new RegistryException(
                    from + ": its index cannot be read: " + e.problems().getFirst(), "is that a Helm repository?", e);
        }
        List<YamlNode.Mapping> versions = documents.stream()
                .flatMap(HelmRepository::mapping)
                .flatMap(all -> all.find("entries").stream())
                .flatMap(HelmRepository::mapping)
                .flatMap(entries -> entries.find(from.chart()).stream())
                .flatMap(HelmRepository::items)
                .flatMap(HelmRepository::mapping)
                .toList();
        if (versions.isEmpty()) {
            throw new RegistryException(from + ": the repository has no chart of that name", "helm search repo");
        }
        YamlNode.Mapping version = versions.stream()
                .filter(one -> text(one, "version").equals(from.version()))
                .findFirst()
                .orElseThrow(() -> new RegistryException(
                        from + ": the repository does not have that version",
                        "it has "
                                + String.join(
                                        ", ",
                                        versions.stream()
                                                .map(one -> text(one, "version"))
                                                .limit(5)
                                                .toList())));
        String url = version.find("urls").stream()
                .flatMap(HelmRepository::items)
                .filter(YamlNode.Scalar.class::isInstance)
                .map(node -> ((YamlNode.Scalar) node).text())
                .findFirst()
                .orElse("");
        String digest = text(version, "digest").replaceFirst("^sha256:", "");
        try {
            return new Listed(base.resolve(url), digest.isEmpty() ? Optional.empty() : Optional.of(new Digest(digest)));
        } catch (IllegalArgumentException e) {
            throw new RegistryException(from + ": its index cannot be read: " + e.getMessage(), "helm repo index", e);
        }
    }

    private static Stream<YamlNode.Mapping> mapping(YamlNode node) {
        return node instanceof YamlNode.Mapping mapping ? Stream.of(mapping) : Stream.empty();
    }

    private static Stream<YamlNode> items(YamlNode node) {
        return node instanceof YamlNode.Sequence list ? list.items().stream() : Stream.empty();
    }

    private static String text(YamlNode.Mapping node, String key) {
        return node.find(key)
                .filter(YamlNode.Scalar.class::isInstance)
                .map(scalar -> ((YamlNode.Scalar) scalar).text())
                .orElse("");
    }

    private byte[] get(URI address, int limit) throws IOException {
        return body(
                address, answer(address), limit, "charts of large repositories are had from a registry too: oci://");
    }

    private byte[] body(URI address, HttpURLConnection answer, int limit, String hint) throws IOException {
        int status = answer.getResponseCode();
        if (status != 200) {
            answer.disconnect();
            throw failed(address, status);
        }
        try (InputStream in = answer.getInputStream()) {
            byte[] bytes = in.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw new RegistryException(
                        from + ": " + name(address) + " has more than " + (limit >> 20) + " MiB", hint);
            }
            return bytes;
        }
    }

    private HttpURLConnection answer(URI address) throws IOException {
        URI at = address;
        try {
            for (int hop = 0; hop <= REDIRECTS; hop++) {
                requireSafe(at);
                boolean own = Http.sameServer(base, at);
                HttpURLConnection answer = http.get(at, "*/*", authorization.filter(_ -> own));
                int status = answer.getResponseCode();
                if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
                    return answer;
                }
                at = at.resolve(String.valueOf(answer.getHeaderField("Location")));
                answer.disconnect();
            }
        } catch (RegistryException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw explain(at, e);
        }
        throw new RegistryException(from + ": is redirected in a circle", "ask the repository's owner");
    }

    private void requireSafe(URI at) throws RegistryException {
        boolean safe = "https".equals(at.getScheme())
                || ("http".equals(at.getScheme()) && Http.isLoopback(String.valueOf(at.getHost())));
        if (!safe) {
            throw new RegistryException(
                    from + ": leads to " + Http.server(at) + " (expected: https)", "ask the repository's owner");
        }
    }

    private RegistryException failed(URI address, int status) {
        String what = from + ": the server answered " + status + " for " + name(address);
        return switch (status) {
            case 401, 403 ->
                new RegistryException(
                        what,
                        authorization.isPresent()
                                ? "may the credential read this repository?"
                                : "make a credential (wherry credential create NAME --type basic --host " + from.host()
                                        + ") and name it as " + from.place().field("credentialRef"));
            case 404 -> new RegistryException(what, "is that a Helm repository? its address is that of index.yaml");
            default -> new RegistryException(what, "look at the server's log");
        };
    }

    /** The last part of its path: the rest could hold what a redirect gave as a secret. */
    private static String name(URI address) {
        String path = String.valueOf(address.getPath());
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private RegistryException explain(URI at, Exception failure) {
        String server = from + ": " + at.getHost();
        if (RegistryTrust.hasCause(failure, CertPathBuilderException.class)) {
            return new RegistryException(
                    server + " has a certificate of an authority that the hub does not know",
                    "write the authority's certificate (PEM) as " + from.place().field("caBundle"),
                    failure);
        }
        return switch (failure) {
            case UnknownHostException e ->
                new RegistryException(
                        server + ": no address is known for it",
                        "check " + from.place().field("url"),
                        e);
            case ConnectException e ->
                new RegistryException(
                        server + " cannot be reached: " + e.getMessage(), "does it run, and may the hub get there?", e);
            case SocketTimeoutException e ->
                new RegistryException(
                        server + " does not answer in time", "does it run, and may the hub get there?", e);
            default ->
                new RegistryException(
                        server + ": the connection broke off: " + failure.getMessage(), "try again", failure);
        };
    }
}
