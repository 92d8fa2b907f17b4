package io.wherry.agent.hubclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.HexFormat;

/**
 * The little of DER (ITU-T X.690) that is written here: the JDK reads certificates but writes none, and a library for these few bytes would be larger than the
 * rest of the agent's own code.
 */
final class Der {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTF8_STRING = 0x0c;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    /** {@code [0]}, {@code [1]} … around other values. */
    static final int CONTEXT = 0xa0;

    /** Of ECDSA with SHA-256 (1.2.840.10045.4.3.2). */
    static final byte[] ECDSA_SHA256 = of(SEQUENCE, identifier("2a8648ce3d040302"));

    /** 2.5.4.3, commonName. */
    private static final byte[] COMMON_NAME = identifier("550403");

    private Der() {}

    /** A value: tag, length, and the parts as its content. At most 65,535 bytes of it. */
    static byte[] of(int tag, byte[]... parts) {
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

    /** @param hex of its bytes, as they are encoded */
    static byte[] identifier(String hex) {
        return of(OBJECT_IDENTIFIER, HexFormat.of().parseHex(hex));
    }

    /** A distinguished name of a common name alone. */
    static byte[] name(String commonName) {
        return of(SEQUENCE, of(SET, of(SEQUENCE, COMMON_NAME, of(UTF8_STRING, commonName.getBytes(UTF_8)))));
    }

    /** What is signed, by which algorithm, and the signature: the form of requests and certificates. */
    static byte[] signed(byte[] content, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(content);
        byte[] noUnusedBits = {0};
        return of(SEQUENCE, content, ECDSA_SHA256, of(BIT_STRING, noUnusedBits, signature.sign()));
    }
}
