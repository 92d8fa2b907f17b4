package io.wherry.contract;

import java.security.SecureRandom;

/**
 * An agent's identity: chosen by the hub at join, never reused, also the last part of its certificate's {@code wherry://TRUSTDOMAIN/agent/ID}.
 *
 * @param value 26 characters of lower-case Crockford base32: 130 random bits
 */
public record AgentId(String value) implements Comparable<AgentId> {
    /** @throws IllegalArgumentException for any other form */
    public AgentId {
        Base32.check("agentId", value);
    }

    public static AgentId random(SecureRandom random) {
        return new AgentId(Base32.id(random));
    }

    /** @throws IllegalArgumentException for any other form; capitals are not accepted, so that equal ids are equal texts */
    public static AgentId parse(String text) {
        return new AgentId(text);
    }

    @Override
    public int compareTo(AgentId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
