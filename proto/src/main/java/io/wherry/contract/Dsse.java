package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/** Dead Simple Signing Envelope, version 1: what exactly is signed. */
public final class Dsse {
    /** All statements share it; which of them is expected, the call site says. */
    public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    private Dsse() {}

    /** Pre-authentication encoding: {@code DSSEv1 LEN(type) type LEN(payload) payload}, lengths in bytes as ASCII decimals. */
    public static byte[] pae(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + type.length + 32);
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(UTF_8));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length + " ").getBytes(UTF_8));
        out.writeBytes(payload);
        return out.toByteArray();
    }
}
