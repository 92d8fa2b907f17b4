package io.wherry.hub.vault;

import io.wherry.contract.Reason;

/** Why a credential cannot be used. */
public enum VaultReason implements Reason {
    /** There is none of that name. */
    CREDENTIAL_NOT_FOUND,
    /** Its end has come: it is not sent any more. */
    CREDENTIAL_EXPIRED,
    /** It was made for another host and is not sent to this one. */
    CREDENTIAL_FOR_ANOTHER_HOST
}
