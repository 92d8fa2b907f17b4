package io.wherry.hub.api;

import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import io.wherry.hub.access.AccessReason;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.vault.CredentialValue;
import io.wherry.hub.vault.Use;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * {@code POST /webhooks/SOURCE}: a Git server says that there is something new. It is believed nothing else, not even what: the source is checked soon, as
 * its interval would have it checked later. Whoever has not the source's secret does not learn whether there is such a source.
 */
final class Webhooks {
    static final String PREFIX = "/webhooks/";

    private static final Logger LOG = System.getLogger(Webhooks.class.getName());

    private final Function<String, Optional<Stored<Source>>> sources;
    private final Function<String, Use> secrets;
    private final Consumer<String> used;
    private final SourcesApi.Nudge nudge;
    private final Sparingly refusals;

    /** Held against what is sent for a source that there is not: that takes as long as for one that there is. */
    private final Secret nobodys = Secret.of(new BigInteger(256, new SecureRandom()).toString(16));

    /**
     * @param sources  by name
     * @param secrets  the webhook's secret, by the name of its credential
     * @param used     is told the name of a credential that a sender had
     * @param refusals decides which of them are logged
     */
    Webhooks(
            Function<String, Optional<Stored<Source>>> sources,
            Function<String, Use> secrets,
            Consumer<String> used,
            SourcesApi.Nudge nudge,
            Sparingly refusals) {
        this.sources = sources;
        this.secrets = secrets;
        this.used = used;
        this.nudge = nudge;
        this.refusals = refusals;
    }

    /** What is looked at of a call. */
    interface Incoming {
        /** The address it came from. */
        String from();

        Optional<String> header(String name);

        /** Reads its body. @throws ApiException if it is too large, or breaks off */
        <T> T reading(BodyReader<T> reader);
    }

    /** Reads a body to its end. */
    @FunctionalInterface
    interface BodyReader<T> {
        T read(InputStream body) throws IOException;
    }

    /**
     * @param name of the source, as it stands in the path
     * @throws ApiException if the call is refused, or the source is not checked
     */
    Answer take(String name, Incoming incoming) {
        return checked(proven(name, incoming));
    }

    private Stored<Source> proven(String name, Incoming incoming) {
        Optional<Stored<Source>> source = sources.apply(name);
        Optional<String> named =
                source.flatMap(stored -> stored.resource().check().webhook());
        Optional<Use> credential = named.map(secrets);
        Optional<Secret> secret = credential.flatMap(Webhooks::secret);
        WebhookProof proof = new WebhookProof(incoming::header, secret.orElse(nobodys));
        if (incoming.reading(proof::isGood) && secret.isPresent()) {
            named.ifPresent(used);
            return source.orElseThrow();
        }
        refusals.now().ifPresent(more -> log(name, incoming.from(), source.isPresent(), credential, more));
        throw new ApiException(
                401,
                AccessReason.WEBHOOK_REFUSED,
                "no proof that the sender has the secret of a source of this name",
                "compare the secret at the Git server with the credential that the source names in webhook.credentialRef");
    }

    private static Optional<Secret> secret(Use credential) {
        return credential instanceof Use.Granted(CredentialValue.Webhook(Secret secret))
                ? Optional.of(secret)
                : Optional.empty();
    }

    /** With what is wrong with the credential, where it is that: the sender is told nothing of it. */
    private static void log(String name, String from, boolean known, Optional<Use> credential, long more) {
        LOG.log(
                Level.INFO,
                () -> "webhook refused: from " + from
                        + (known ? " for source " + name : "")
                        + (credential.orElse(null) instanceof Use.Refused(var _, String detail) ? ", " + detail : "")
                        + (more == 0 ? "" : ", and " + more + " more before it"));
    }

    private Answer checked(Stored<Source> stored) {
        SourcesApi.check(stored, nudge);
        return Answer.json(Json.object()
                .put("message", "is being checked")
                .put("source", stored.name())
                .put("outcome", "/api/v1/sources/" + stored.name())
                .build());
    }
}
