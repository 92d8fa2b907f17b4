package io.wherry.hub.fleet;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.Digest;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509ExtensionUtils;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.bc.BcDigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The hub's own certificate authority: its server certificates and the agents' client certificates. P-256 throughout.
 *
 * <p>The hub alone chooses what a certificate says. A signing request proves possession of a key and nothing else.
 */
public final class CertificateAuthority {
    /** Every certificate begins this much early, so that a site whose clock is behind can still connect. */
    static final Duration BACKDATED = Duration.ofHours(24);

    /** How long an agent's certificate lives: three days' outage after the renewal at half-life still leaves it valid. */
    public static final Duration AGENT_VALIDITY = Duration.ofDays(7);

    /** How long the hub's own server certificate lives. It is made anew at half of this, and at each start. */
    public static final Duration SERVER_VALIDITY = Duration.ofDays(90);

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final CaKeys keys;
    private final List<X509Certificate> retired;
    private final InstantSource clock;
    private final SecureRandom random;

    public CertificateAuthority(CaKeys keys, InstantSource clock, SecureRandom random) {
        this(keys, List.of(), clock, random);
    }

    /** @param retired certificates of the authorities before it, whose agents' certificates are known still */
    public CertificateAuthority(CaKeys keys, List<X509Certificate> retired, InstantSource clock, SecureRandom random) {
        this.retired = List.copyOf(retired);
        this.keys = requireNonNull(keys, "keys");
        this.clock = requireNonNull(clock, "clock");
        this.random = requireNonNull(random, "random");
    }

    public X509Certificate certificate() {
        return keys.certificate();
    }

    public Digest pin() {
        return keys.pin();
    }

    /**
     * A new key and a server certificate for these names, for the operators' and the agents' port alike.
     *
     * @param hosts DNS names and IP addresses, at least one; the first is the common name
     */
    public ServerIdentity issueServer(List<String> hosts) {
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("hosts: none (expected: at least one name or address)");
        }
        KeyPair pair = P256.generate(random);
        GeneralName[] names = hosts.stream().map(CertificateAuthority::name).toArray(GeneralName[]::new);
        X509Certificate certificate = issue(
                new X500Principal("CN=" + hosts.getFirst()),
                pair.getPublic(),
                SERVER_VALIDITY,
                new GeneralNames(names),
                KeyPurposeId.id_kp_serverAuth);
        return new ServerIdentity(pair.getPrivate(), List.of(certificate, keys.certificate()));
    }

    /**
     * A client certificate for an agent's key, valid for {@link #AGENT_VALIDITY}.
     *
     * @param identity {@code wherry://TRUSTDOMAIN/agent/ID}: the only thing that says whose certificate it is
     */
    public X509Certificate issueAgent(URI identity, PublicKey key) {
        return issue(
                new X500Principal("CN=wherry-agent"),
                key,
                AGENT_VALIDITY,
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, identity.toString())),
                KeyPurposeId.id_kp_clientAuth);
    }

    /**
     * Whether this authority, or one before it, signed the certificate. Says nothing of its dates, purpose or revocation. That an earlier one counts gives
     * nobody who has its key anything: an agent is known by its own key.
     */
    public boolean signed(X509Certificate certificate) {
        return Stream.concat(Stream.of(keys.certificate()), retired.stream())
                .anyMatch(authority -> signed(certificate, authority));
    }

    private static boolean signed(X509Certificate certificate, X509Certificate authority) {
        if (!certificate.getIssuerX500Principal().equals(authority.getSubjectX500Principal())) {
            return false;
        }
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            return false; // hostile input: whatever the parser or verifier throws means "not ours"
        }
    }

    private X509Certificate issue(
            X500Principal subject, PublicKey key, Duration validity, GeneralNames names, KeyPurposeId purpose) {
        Instant now = clock.instant();
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    keys.certificate().getSubjectX500Principal(),
                    CaKeys.serial(random),
                    Date.from(now.minus(BACKDATED)),
                    Date.from(now.plus(validity)),
                    subject,
                    key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, names);
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(
                            keyIdentifier(keys.certificate().getPublicKey()).getKeyIdentifier()));
            return sign(builder, keys.key());
        } catch (CertIOException e) {
            throw new CertificateException("a certificate for " + subject + " could not be built", e);
        }
    }

    static SubjectKeyIdentifier keyIdentifier(PublicKey key) {
        try {
            return new X509ExtensionUtils(
                            new BcDigestCalculatorProvider().get(new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1)))
                    .createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        } catch (OperatorCreationException e) {
            throw new CertificateException("the identifier of a key could not be computed", e);
        }
    }

    static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(P256.SIGNATURE).build(key)));
        } catch (OperatorCreationException | java.security.cert.CertificateException e) {
            throw new CertificateException("a certificate could not be signed by the authority's key", e);
        }
    }

    private static GeneralName name(String host) {
        boolean address = host.contains(":") || IPV4.matcher(host).matches();
        return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }
}
