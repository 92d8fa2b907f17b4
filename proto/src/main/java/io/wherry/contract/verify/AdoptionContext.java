package io.wherry.contract.verify;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.Version;
import java.time.Instant;
import java.util.Set;

/**
 * What an agent knows when it judges an assignment.
 *
 * @param root         the newest trusted root, from {@link RootChain}
 * @param trustDomain  pinned at join
 * @param agentKeyHash SHA-256 of the SubjectPublicKeyInfo of the agent's identity key
 * @param now          the own clock, whatever it shows
 * @param running      stacks that run here, or are not yet wholly taken away
 * @param agentVersion of this program
 */
public record AdoptionContext(
        TrustRoot root,
        Digest trustDomain,
        AgentId agentId,
        Digest agentKeyHash,
        Floor floor,
        Instant now,
        Set<StackId> running,
        Version agentVersion) {

    public AdoptionContext {
        running = Set.copyOf(running);
    }
}
