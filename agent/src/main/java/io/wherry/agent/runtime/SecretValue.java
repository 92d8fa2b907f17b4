package io.wherry.agent.runtime;

import java.util.Base64;

/** An opened value, for the length of one call of the runtime. Its text says nothing of it. */
public final class SecretValue {
    private final byte[] bytes;

    public SecretValue(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A copy, for who forgets it again. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** As an object of Kubernetes holds it. */
    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "SecretValue[***]";
    }
}
