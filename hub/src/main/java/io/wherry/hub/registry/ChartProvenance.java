package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlException;
import io.wherry.base.yaml.YamlLimits;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.Digest;
import io.wherry.contract.registry.RegistryException;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.ChartKeyring;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code helm package --sign} writes beside a chart ({@code .prov}): its {@code Chart.yaml} and the digest of its archive, signed. Judged as
 * {@code helm verify} does, and the name and the version too: an older chart is signed as well.
 */
public final class ChartProvenance {
    /** 1 MiB: it holds a {@code Chart.yaml}, and those with all their changes have some ten thousand bytes. */
    static final int MAX_BYTES = 1 << 20;

    private static final YamlLimits LIMITS = new YamlLimits(MAX_BYTES, 20_000, 2L * MAX_BYTES, 32);

    /** Between the two documents, as helm writes and looks for it. */
    private static final String BETWEEN = "\n...\n";

    private final ChartFrom from;

    private ChartProvenance(ChartFrom from) {
        this.from = from;
    }

    /**
     * Whose signature it is that this archive is the chart.
     *
     * @param now when the key must be valid
     * @return fingerprint and name of one of the keys
     * @throws RegistryException if none of them signed it
     */
    public static String signer(ChartFrom from, ChartKeyring keyring, ChartSource.Chart chart, Instant now)
            throws RegistryException {
        return new ChartProvenance(from).signer(keyring, chart, now);
    }

    private String signer(ChartKeyring keyring, ChartSource.Chart chart, Instant now) throws RegistryException {
        if (chart.provenance().isEmpty()) {
            throw new RegistryException(
                    from + ": has no provenance (" + file() + ".prov), and helm.chartFrom.verify wants one",
                    "its owner signs with helm package --sign; or take a version that is signed");
        }
        try {
            ClearSigned message = ClearSigned.parse(chart.provenance().get());
            String signer = Keyring.parse(keyring).signer(message, now);
            requireSame(message.text(), Digest.of(chart.archive()), signer);
            return signer;
        } catch (Keyring.Refused e) {
            throw refused(e.getMessage(), e.hint(), e);
        } catch (YamlException e) {
            throw refused("cannot be read: " + e.problems().getFirst(), "sign it anew: helm package --sign", e);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage(), "sign it anew: helm package --sign", e);
        }
    }

    private void requireSame(String text, Digest archive, String signer) throws RegistryException {
        String[] documents = text.split(Pattern.quote(BETWEEN), -1);
        if (documents.length != 2) {
            throw new IllegalArgumentException("holds no Chart.yaml and files: with a line ... between them");
        }
        String name = field(documents[0], "name").orElse("");
        String version = field(documents[0], "version").orElse("");
        if (!name.equals(from.chart()) || !version.equals(from.version())) {
            throw refused(
                    "is that of chart " + name + " " + version + ", signed by " + signer,
                    "the repository gives the wrong file; ask its owner");
        }
        String digest = field(documents[1], "files", file())
                .orElseThrow(() -> new IllegalArgumentException("says no digest of " + file()));
        if (!digest.equals(archive.toString())) {
            throw refused(
                    "says that " + file() + " is " + shown(digest) + ", signed by " + signer + ", and it is " + archive,
                    "the archive was changed after it was signed; ask its owner");
        }
    }

    private String file() {
        return from.chart() + "-" + from.version() + ".tgz";
    }

    private static Optional<String> field(String document, String... path) {
        List<YamlNode> documents = Yaml.parseAll("provenance", document.getBytes(UTF_8), LIMITS);
        Optional<YamlNode> at = documents.size() == 1 ? Optional.of(documents.getFirst()) : Optional.empty();
        for (String key : path) {
            at = at.filter(YamlNode.Mapping.class::isInstance)
                    .flatMap(mapping -> ((YamlNode.Mapping) mapping).find(key));
        }
        return at.filter(YamlNode.Scalar.class::isInstance).map(scalar -> ((YamlNode.Scalar) scalar).text());
    }

    private static String shown(String digest) {
        return digest.length() > 80 ? digest.substring(0, 80) + "…" : digest;
    }

    private RegistryException refused(String what, String hint) {
        return new RegistryException(from + ": its provenance " + what, hint);
    }

    private RegistryException refused(@Nullable String what, String hint, Exception cause) {
        return new RegistryException(from + ": its provenance " + what, hint, cause);
    }
}
