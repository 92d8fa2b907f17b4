package io.wherry.base;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;

/** A value that must not be seen: it prints as {@code ***}, so that no log line, error or record can carry it by accident. */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    public static Secret of(String value) {
        return new Secret(value);
    }

    /** The value itself: to be called where it is sent, sealed or handed over, and nowhere else. */
    public String reveal() {
        return value;
    }

    /** Compares in time that does not depend on where the values differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(value.getBytes(UTF_8), secret.value.getBytes(UTF_8));
    }

    @Override
    public int hashCode() {
        return 0; // a hash of the value would tell about it
    }

    @Override
    public String toString() {
        return "***";
    }
}
