package io.wherry.agent.hubclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.HexFormat;

/**
 * A certificate signing request (PKCS#10, RFC 2986) for a P-256 key, written by hand: the JDK reads certificates but writes none, and a library for
 * these few bytes of DER would be larger than the rest of the agent's own code.
 */
public final class SigningRequest {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int NO_ATTRIBUTES = 0xa0;
    /** 2.5.4.3, commonName. */
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");
    /** 1.2.840.10045.4.3.2, ecdsa-with-SHA256. */
    private static final byte[] ECDSA_SHA256 = HexFormat.of().parseHex("06082a8648ce3d040302");

    private SigningRequest() {}

    /** The request in DER. The hub chooses the identity, so the name in it is for people who look at it. */
    public static byte[] of(KeyPair key, String name) throws GeneralSecurityException {
        byte[] subject = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, name.getBytes(UTF_8)))));
        byte[] info = der(
                SEQUENCE, der(INTEGER, new byte[] {0}), subject, key.getPublic().getEncoded(), der(NO_ATTRIBUTES));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.getPrivate());
        signature.update(info);
        byte[] noUnusedBits = {0};
        return der(SEQUENCE, info, der(SEQUENCE, ECDSA_SHA256), der(BIT_STRING, noUnusedBits, signature.sign()));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        int length = content.size();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
