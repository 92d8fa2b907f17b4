package io.wherry.agent.trust;

import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Renewed;
import io.wherry.agent.hubclient.SigningRequest;
import io.wherry.agent.hubclient.Trouble;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.CertificateFile;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * Renews the device's certificate once half its life is over, and has it replaced after it ended while this site was away. Same key, so nothing
 * that is bound to it changes.
 */
public final class Renewal {
    private static final Logger LOG = System.getLogger(Renewal.class.getName());

    private final AgentState state;
    private final CertificateFile file;
    private final HubClient hub;
    private final InstantSource clock;
    /** 0 to 1, drawn once: spreads a fleet that joined on one day over a tenth of the certificate's life. */
    private final double jitter;

    public Renewal(AgentState state, CertificateFile file, HubClient hub, InstantSource clock, double jitter) {
        this.state = state;
        this.file = file;
        this.hub = hub;
        this.clock = clock;
        this.jitter = jitter;
    }

    /** When it is due: half of the life, and up to a tenth of it later. */
    Instant due(DeviceCertificate certificate) {
        Duration life = Duration.between(certificate.notBefore(), certificate.notAfter());
        return certificate.notBefore().plus(life.dividedBy(2)).plusMillis((long)
                (life.dividedBy(10).toMillis() * jitter));
    }

    /** Renews if due. Whatever fails is tried again at the next run: half a life is left for that. */
    public void runOnce() {
        DeviceCertificate certificate = file.read(state.keys().identity().getPrivate());
        if (clock.instant().isBefore(due(certificate))) {
            return;
        }
        switch (hub.renew(request())) {
            case Renewed.Issued(List<X509Certificate> chain) -> take(chain);
            case Renewed.Unreachable(var trouble, String why) ->
                LOG.log(Level.INFO, "certificate: not renewed yet: " + trouble.code() + ": " + why);
            case Renewed.Refused(String reason, String detail) ->
                LOG.log(Level.WARNING, "certificate: the hub refuses to renew it: " + reason + ": " + detail);
        }
    }

    /**
     * Asks for a certificate in place of the one that the hub calls expired: the hub's clock decides that, not this site's.
     *
     * @return what came of it; one that was issued is used from the next call on
     */
    public Renewed recover() {
        Renewed recovered = hub.recover(request());
        return recovered instanceof Renewed.Issued(List<X509Certificate> chain) && !take(chain)
                ? new Renewed.Unreachable(Trouble.PROTOCOL_MISMATCH, "the hub sent a certificate for another key")
                : recovered;
    }

    private byte[] request() {
        try {
            return SigningRequest.of(
                    state.keys().identity(), state.membership().agentId().value());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("identity key: cannot sign (expected: a P-256 key)", e);
        }
    }

    /** @return whether it is for this device's key */
    private boolean take(List<X509Certificate> chain) {
        if (!chain.getFirst().getPublicKey().equals(state.keys().identity().getPublic())) {
            LOG.log(Level.WARNING, "certificate: the hub sent one for another key; it is not used");
            return false;
        }
        file.write(chain);
        hub.useCertificate(new DeviceCertificate(state.keys().identity().getPrivate(), chain));
        LOG.log(
                Level.INFO,
                "certificate: renewed, valid until "
                        + chain.getFirst().getNotAfter().toInstant());
        return true;
    }
}
