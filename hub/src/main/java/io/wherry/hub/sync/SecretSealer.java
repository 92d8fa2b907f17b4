package io.wherry.hub.sync;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import io.wherry.contract.StackId;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.vault.CredentialValue;
import io.wherry.hub.vault.Credentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Seals the secrets of one entry to its agent. A value is in memory for this call and nowhere afterwards.
 *
 * <p>Sealed once for a generation: what is issued anew for freshness, or after the credential was deleted, is the same.
 */
final class SecretSealer {
    private final Credentials credentials;
    private final AgentRepository agents;
    private final Digest trustDomain;

    SecretSealer(Credentials credentials, AgentRepository agents, Digest trustDomain) {
        this.credentials = credentials;
        this.agents = agents;
        this.trustDomain = trustDomain;
    }

    /**
     * In the order of their names.
     *
     * @param has what the target has; its secrets are kept if they are the wanted ones
     * @throws IllegalStateException if a credential changed since the turn began: the change begins another
     */
    List<SealedSecret> seal(
            Handle handle,
            StackId stack,
            AgentId agent,
            SortedMap<String, SecretRef> wanted,
            Optional<PlacedEntry> has) {
        if (has.filter(entry -> entry.runs() && SecretRef.same(entry.secrets(), wanted))
                .isPresent()) {
            return has.get().secrets();
        }
        return seal(stack, agent, wanted, ref -> credentials
                .secret(handle, ref.credential(), ref.uid(), ref.version())
                .map(CredentialValue.Plain::bytes)
                .or(() -> credentials
                        .login(handle, ref.credential(), ref.uid(), ref.version())
                        .map(RegistryLogin::toBytes))); // a cluster's logins stand among its secrets
    }

    /**
     * The logins for registries, likewise.
     *
     * @param has what the entry has; it stays if it is what is wanted
     */
    List<SealedSecret> logins(
            Handle handle, StackId stack, AgentId agent, SortedMap<String, SecretRef> wanted, List<SealedSecret> has) {
        return SecretRef.same(has, wanted)
                ? has
                : seal(stack, agent, wanted, ref -> credentials
                        .login(handle, ref.credential(), ref.uid(), ref.version())
                        .map(RegistryLogin::toBytes));
    }

    private List<SealedSecret> seal(
            StackId stack,
            AgentId agent,
            SortedMap<String, SecretRef> wanted,
            Function<SecretRef, Optional<byte[]>> values) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        byte[] key = agents.find(agent)
                .map(AgentRecord::sealingKey)
                .orElseThrow(() -> new IllegalStateException("agent: " + agent + " (expected: one of ours)"));
        SecretSeal seal = new SecretSeal(trustDomain, agent, stack);
        List<SealedSecret> sealed = new ArrayList<>();
        wanted.forEach((name, ref) -> {
            byte[] value = values.apply(ref)
                    .orElseThrow(() -> new IllegalStateException("credential " + ref.credential()
                            + ": was changed while its stack was being offered; the next turn offers it anew"));
            sealed.add(seal.seal(name, ref.uid(), ref.version(), key, value));
        });
        return sealed;
    }
}
