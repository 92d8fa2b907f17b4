package io.wherry.contract.policy;

/**
 * What a site's policy does not allow.
 *
 * @param rule   which rule
 * @param detail who asks for what, and which key of the agent's configuration would allow it
 */
public record Violation(Rule rule, String detail) {
    /** {@code host-path: service web mounts /etc (…)}. */
    public String sentence() {
        return rule.word() + ": " + detail;
    }
}
