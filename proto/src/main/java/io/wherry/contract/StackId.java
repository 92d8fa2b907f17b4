package io.wherry.contract;

import java.security.SecureRandom;

/**
 * A stack's uid: never reused, unlike its name; what receipts, floors and container labels speak of.
 *
 * @param value 26 characters of lower-case Crockford base32: 130 random bits
 */
public record StackId(String value) implements Comparable<StackId> {
    /** @throws IllegalArgumentException for any other form */
    public StackId {
        Base32.check("stackId", value);
    }

    public static StackId random(SecureRandom random) {
        return new StackId(Base32.id(random));
    }

    /** @throws IllegalArgumentException for any other form; capitals are not accepted, so that equal ids are equal texts */
    public static StackId parse(String text) {
        return new StackId(text);
    }

    @Override
    public int compareTo(StackId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
