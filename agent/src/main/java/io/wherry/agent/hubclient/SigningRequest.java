package io.wherry.agent.hubclient;

import java.security.GeneralSecurityException;
import java.security.KeyPair;

/**
 * A certificate signing request (PKCS#10, RFC 2986) for a P-256 key, written by hand ({@link Der}).
 */
public final class SigningRequest {
    private static final int NO_ATTRIBUTES = 0xa0;

    private SigningRequest() {}

    /** The request in DER. The hub chooses the identity, so the name in it is for people who look at it. */
    public static byte[] of(KeyPair key, String name) throws GeneralSecurityException {
        byte[] info = Der.of(
                Der.SEQUENCE,
                Der.of(Der.INTEGER, new byte[] {0}),
                Der.name(name),
                key.getPublic().getEncoded(),
                Der.of(NO_ATTRIBUTES));
        return Der.signed(info, key.getPrivate());
    }
}
