package io.wherry.hub.approval;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;

/**
 * What one target would get, and how many people have to say yes first.
 *
 * @param content  of bundle and variables: other ones are another question
 * @param required 1 or more
 * @param rule     that wants it, for a person: {@code policy production (require.approvals)}
 */
public record Ask(AgentId agent, Digest content, int required, String rule) {}
