package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The agents' certificates: what they say ({@code wherry://TRUSTDOMAIN/agent/ID}), and whose one is. */
public final class AgentCertificates {
    /** The GeneralName type uniformResourceIdentifier of RFC 5280. */
    private static final int URI_NAME = 6;

    private final CertificateAuthority authority;
    private final Digest trustDomain;
    private final String prefix;

    public AgentCertificates(CertificateAuthority authority, Digest trustDomain) {
        this.authority = authority;
        this.trustDomain = trustDomain;
        this.prefix = "wherry://" + trustDomain.hex() + "/agent/";
    }

    /**
     * A certificate and its issuer's.
     *
     * @param der DER: the agent's, then the authority's
     */
    public record Chain(List<byte[]> der, Instant expires) {
        public Chain {
            der = List.copyOf(der);
        }

        byte[] leaf() {
            return der.getFirst();
        }
    }

    public Digest trustDomain() {
        return trustDomain;
    }

    Chain issue(AgentId id, PublicKey key) {
        return chain(authority.issueAgent(URI.create(prefix + id.value()), key));
    }

    /** The chain for a certificate issued before. */
    Chain chain(X509Certificate certificate) {
        try {
            return new Chain(
                    List.of(certificate.getEncoded(), authority.certificate().getEncoded()),
                    certificate.getNotAfter().toInstant());
        } catch (CertificateEncodingException e) {
            throw new CertificateException("a certificate of an agent cannot be encoded", e);
        }
    }

    /** Whose certificate this is, if this hub's authority signed it for an agent of this trust domain. Dates are not judged. */
    public Optional<AgentId> identify(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null || names.size() != 1) {
                return Optional.empty();
            }
            List<?> name = names.iterator().next();
            boolean ours = name.get(0).equals(URI_NAME)
                    && name.get(1) instanceof String uri
                    && uri.startsWith(prefix)
                    && authority.signed(certificate);
            return ours
                    ? Optional.of(AgentId.parse(((String) name.get(1)).substring(prefix.length())))
                    : Optional.empty();
        } catch (CertificateParsingException | IllegalArgumentException e) {
            return Optional.empty(); // not one we wrote
        }
    }
}
