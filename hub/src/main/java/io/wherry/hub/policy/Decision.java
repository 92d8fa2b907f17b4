package io.wherry.hub.policy;

/** Whether new content may go to a target. */
public sealed interface Decision {
    record Allowed() implements Decision {}

    /**
     * The target keeps what it has.
     *
     * @param policy name of the first that refuses it
     * @param why    what of it is refused; half a sentence for a person
     * @param cure   what would let it through
     */
    record Denied(String policy, PolicyRule rule, String why, String cure) implements Decision {
        /** @param what the content, like {@code commit 1a2b3c4d} */
        public String sentence(String what) {
            return "policy " + policy + " (" + rule.word() + ") refuses " + what + ": " + why + " (" + cure + ")";
        }
    }
}
