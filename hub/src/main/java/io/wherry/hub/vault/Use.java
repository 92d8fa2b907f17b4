package io.wherry.hub.vault;

/** What came of asking for a credential. */
public sealed interface Use {
    /** To be sent to the host that was named, and kept no longer than the call. */
    record Granted(CredentialValue value) implements Use {}

    /** @param detail cause and next step; never a value */
    record Refused(VaultReason reason, String detail) implements Use {}
}
