package io.wherry.hub.resource;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A chart that lies elsewhere than the stack's files, in one exact version.
 *
 * @param place   where
 * @param chart   its name there
 * @param version like {@code 1.2.3}; no range, since that moves without a commit
 * @param digest  SHA-256 of its archive: only that one is taken
 * @param keyring if given, one of these keys must have signed it
 */
public record ChartFrom(
        Place place, String chart, String version, Optional<Digest> digest, Optional<ChartKeyring> keyring)
        implements StackChart {
    private static final String OCI = "oci://";
    private static final int MAX_PORT = 65_535;
    private static final int MAX_URL_CHARS = 2048;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?");
    private static final Pattern VERSION =
            Pattern.compile("v?[0-9]{1,9}\\.[0-9]{1,9}\\.[0-9]{1,9}(-[0-9A-Za-z.-]{1,64})?(\\+[0-9A-Za-z.-]{1,64})?");
    private static final Pattern PROXY =
            Pattern.compile("http://([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]):[0-9]{1,5}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|\\[::1]");

    /**
     * A Helm repository or a registry, and what it takes to reach it.
     *
     * @param url           {@code https://HOST/PATH} of a Helm repository, or {@code oci://HOST/PATH} of a registry, without a chart's name
     * @param credentialRef the name of a credential of the vault; of a registry the one for its host is used without it
     * @param caBundle      certificates in PEM: if given, these authorities alone are trusted for it
     * @param proxy         {@code http://HOST:PORT} by which it is reached
     * @param timeout       of one fetch, an index included
     * @param source        the name of the source that says so; empty: the stack itself does
     */
    public record Place(
            String url,
            Optional<String> credentialRef,
            Optional<String> caBundle,
            Optional<String> proxy,
            Duration timeout,
            Optional<String> source) {
        public Place {
            requireUrl(url);
            credentialRef.ifPresent(name -> Names.requireName("credentialRef", name));
            proxy.ifPresent(ChartFrom::requireProxy);
        }

        /** Where a field of it stands, for a person who is to mend it. */
        public String field(String key) {
            return source.map(name -> key + " of source " + name).orElse("helm.chartFrom." + key);
        }
    }

    /** One of a place that the stack names itself; need not be signed. */
    public ChartFrom(
            String url,
            String chart,
            String version,
            Optional<Digest> digest,
            Optional<String> credentialRef,
            Optional<String> caBundle) {
        this(url, chart, version, digest, credentialRef, caBundle, Optional.empty());
    }

    /** One of a place that the stack names itself. */
    public ChartFrom(
            String url,
            String chart,
            String version,
            Optional<Digest> digest,
            Optional<String> credentialRef,
            Optional<String> caBundle,
            Optional<ChartKeyring> keyring) {
        this(
                new Place(
                        url, credentialRef, caBundle, Optional.empty(), Source.Check.DEFAULT_TIMEOUT, Optional.empty()),
                chart,
                version,
                digest,
                keyring);
    }

    public ChartFrom {
        requireName(chart, place.url());
        requireVersion(version);
    }

    static void requireName(String chart, String of) {
        Names.require(NAME.matcher(chart).matches(), "chart", chart, "the name of a chart of " + of);
    }

    static void requireVersion(String version) {
        Names.require(
                VERSION.matcher(version).matches(),
                "version",
                version,
                "one exact version such as 1.2.3: what a range means changes without a commit");
    }

    public String url() {
        return place.url();
    }

    public Optional<String> credentialRef() {
        return place.credentialRef();
    }

    public Optional<String> caBundle() {
        return place.caBundle();
    }

    /** Whether it is in a registry, and not in a Helm repository. */
    public boolean isOci() {
        return isOci(url());
    }

    static boolean isOci(String url) {
        return url.startsWith(OCI);
    }

    /** {@code HOST} or {@code HOST:PORT}. */
    public String host() {
        return URI.create(url()).getRawAuthority();
    }

    /** Of a registry: what follows {@code oci://}, and the name. */
    public String ociName() {
        return url().substring(OCI.length()).replaceAll("/+$", "") + "/" + chart;
    }

    /** For a person. */
    @Override
    public String toString() {
        return "chart " + chart + " " + version + " of " + url();
    }

    static void requireProxy(String proxy) {
        Names.require(
                PROXY.matcher(proxy).matches() && URI.create(proxy).getPort() <= MAX_PORT,
                "proxy",
                proxy.contains("@") ? "not shown" : proxy,
                "http://HOST:PORT, of a proxy that wants no login");
    }

    static void requireUrl(String url) {
        boolean plain = url.length() <= MAX_URL_CHARS
                && url.chars().noneMatch(c -> c <= ' ' || c == 0x7f || c == '\\' || c == '@');
        Names.require(plain, "url", "not shown", "no blank, backslash or @; a password belongs into a credential");
        try {
            URI uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme());
            boolean here =
                    uri.getHost() != null && LOOPBACK.matcher(uri.getHost()).matches();
            boolean known = scheme.equals("https") || scheme.equals("oci") || (scheme.equals("http") && here);
            Names.require(
                    known && uri.getHost() != null && uri.getRawQuery() == null && uri.getRawFragment() == null,
                    "url",
                    url,
                    "https://HOST/PATH of a Helm repository, or oci://HOST/PATH of a registry");
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url: " + url + " (expected: an address; " + e.getReason() + ")", e);
        }
    }

    @Override
    public Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("url", url())
                .put("chart", chart)
                .put("version", version)
                .putIf("digest", digest.map(Digest::toString))
                .putIf("credentialRef", credentialRef())
                .putIf("caBundle", caBundle());
        return signed(json, keyring);
    }

    static Json.Obj signed(Json.Builder json, Optional<ChartKeyring> keyring) {
        keyring.ifPresent(keys ->
                json.put("verify", Json.object().put("keyring", keys.armored()).build()));
        return json.build();
    }
}
