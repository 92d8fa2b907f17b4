package io.wherry.agent.secrets;

import io.wherry.agent.runtime.SecretFile;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import io.wherry.contract.StackId;
import java.security.KeyPair;
import java.util.Optional;

/** Opens what was sealed to this agent. Needs its key and nothing else: neither link nor clock. */
public record SecretOpener(Digest trustDomain, AgentId agent, KeyPair key) {

    /** The value of a secret or a login. Empty if it was sealed to another agent or for another stack, or was changed. */
    Optional<byte[]> open(StackId stack, SealedSecret sealed) {
        return new SecretSeal(trustDomain, agent, stack).open(sealed, key);
    }

    /** The value. Empty if it was sealed to another agent or for another stack, or was changed. */
    Optional<byte[]> open(StackId stack, SecretFile secret) {
        return open(stack, secret.sealed());
    }

    /** For a person: which one, and what would mend it. */
    static String unreadable(SecretFile secret) {
        return "secret " + secret.name() + " (version " + secret.sealed().version()
                + "): does not open with this agent's key for this stack; rotate its credential at the hub, which seals it anew";
    }

    @Override
    public String toString() {
        return "SecretOpener[" + agent + "]"; // never the key
    }
}
