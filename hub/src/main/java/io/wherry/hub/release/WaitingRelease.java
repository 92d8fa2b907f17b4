package io.wherry.hub.release;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.Dsse;
import io.wherry.contract.Envelope;
import io.wherry.contract.Release;
import io.wherry.contract.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A release that approvers have yet to sign: no agent hears of it before.
 *
 * @param digest     SHA-256 of its payload
 * @param payload    the exact bytes to be signed; not copied: do not change it
 * @param role       whose signatures are asked for, by the newest trust root
 * @param signatures by key id: good ones of keys of the role
 * @param targets    agents whose entry takes it as soon as it is signed; empty where the stack's turn places it
 */
public record WaitingRelease(
        Release release,
        Digest digest,
        byte[] payload,
        Role role,
        SortedMap<String, byte[]> signatures,
        Set<AgentId> targets,
        Instant madeAt) {

    public WaitingRelease {
        targets = Set.copyOf(targets);
    }

    /** Whether as many distinct keys as the role asks for have signed. */
    public boolean complete() {
        return signatures.size() >= role.threshold();
    }

    /** With the signatures that came so far; they may be none, so this is no envelope yet. */
    public List<Envelope.Signature> signed() {
        List<Envelope.Signature> signed = new ArrayList<>();
        signatures.forEach((keyId, signature) -> signed.add(new Envelope.Signature(keyId, signature)));
        return signed;
    }

    /** @throws IllegalArgumentException if nobody has signed yet */
    Envelope envelope() {
        return new Envelope(Dsse.PAYLOAD_TYPE, payload, signed());
    }

    /** One sentence: what waits for how much. */
    public String summary() {
        String what = release.kind() == Release.Kind.TOMBSTONE
                ? "the removal"
                : release.source()
                        .map(source -> "commit "
                                + source.commit()
                                        .substring(
                                                0,
                                                Math.min(SHOWN, source.commit().length())))
                        .orElse("the content");
        return what + " for " + where() + " (release " + release.counter() + ") has " + signatures.size() + " of "
                + role.threshold() + " signatures";
    }

    private String where() {
        return release.environments().stream()
                .map(name -> name.equals("*") ? "any environment" : name)
                .collect(Collectors.joining(", "));
    }

    /** As other lines show commits. */
    private static final int SHOWN = 8;
}
