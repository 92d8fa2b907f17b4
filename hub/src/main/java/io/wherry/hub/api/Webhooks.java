package io.wherry.hub.api;

import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import io.wherry.hub.access.AccessReason;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.vault.CredentialValue;
import io.wherry.hub.vault.Use;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * {@code POST /webhooks/SOURCE}: a Git server says that there is something new. It is believed nothing else, not even what: the source is checked soon, as
 * its interval would have it checked later. Whoever has not the source's secret does not learn whether there is such a source.
 */
final class Webhooks {
    static final String PREFIX = "/webhooks/";

    /** Hashing a body of the largest size takes some tens of milliseconds, and anybody may send one. */
    static final int SIDE_BY_SIDE = 4;

    private static final Logger LOG = System.getLogger(Webhooks.class.getName());
    private static final int RETRY_AFTER_S = 5;

    private final Function<String, Optional<Stored<Source>>> sources;
    private final Function<String, Use> secrets;
    private final SourcesApi.Nudge nudge;
    private final Sparingly refusals;
    private final Semaphore places = new Semaphore(SIDE_BY_SIDE);

    /** Held against what is sent for a source that there is not: that takes as long as for one that there is. */
    private final Secret nobodys = Secret.of(new BigInteger(256, new SecureRandom()).toString(16));

    /**
     * @param sources  by name
     * @param secrets  the webhook's secret, by the name of its credential
     * @param refusals decides which of them are logged
     */
    Webhooks(
            Function<String, Optional<Stored<Source>>> sources,
            Function<String, Use> secrets,
            SourcesApi.Nudge nudge,
            Sparingly refusals) {
        this.sources = sources;
        this.secrets = secrets;
        this.nudge = nudge;
        this.refusals = refusals;
    }

    /** What is looked at of a call. */
    interface Incoming {
        /** The address it came from. */
        String from();

        Optional<String> header(String name);

        byte[] body();
    }

    /**
     * @param name of the source, as it stands in the path
     * @throws ApiException if the call is refused, or the source is not checked
     */
    Answer take(String name, Incoming incoming) {
        if (!places.tryAcquire()) {
            throw new ApiException(
                    429,
                    ApiReason.BUSY,
                    "the hub reads " + SIDE_BY_SIDE + " webhooks already",
                    "send it again; whatever is lost, the source's interval finds",
                    List.of(),
                    Map.of("Retry-After", Integer.toString(RETRY_AFTER_S)));
        }
        try {
            return checked(proven(name, incoming));
        } finally {
            places.release();
        }
    }

    private Stored<Source> proven(String name, Incoming incoming) {
        Optional<Stored<Source>> source = sources.apply(name);
        Optional<Secret> secret =
                source.flatMap(stored -> stored.resource().check().webhook()).flatMap(ref -> secret(name, ref));
        if (WebhookProof.isGood(incoming::header, incoming.body(), secret.orElse(nobodys)) && secret.isPresent()) {
            return source.orElseThrow();
        }
        refusals.now()
                .ifPresent(more -> LOG.log(
                        Level.INFO,
                        () -> "webhook refused: from " + incoming.from()
                                + (source.isEmpty() ? "" : " for source " + name)
                                + (more == 0 ? "" : ", and " + more + " more before it")));
        throw new ApiException(
                401,
                AccessReason.WEBHOOK_REFUSED,
                "no proof that the sender has the secret of a source of this name",
                "compare the secret at the Git server with the credential that the source names in webhook.credentialRef");
    }

    /** Empty, and said in the log, if the credential cannot be used: the sender is told nothing of it. */
    private Optional<Secret> secret(String source, String credential) {
        return switch (secrets.apply(credential)) {
            case Use.Granted(CredentialValue.Webhook(Secret secret)) -> Optional.of(secret);
            case Use.Granted _ -> Optional.empty(); // of another type: never granted for this
            case Use.Refused(var _, String detail) -> {
                LOG.log(Level.WARNING, "webhook of source {0} cannot be taken: {1}", source, detail);
                yield Optional.empty();
            }
        };
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
