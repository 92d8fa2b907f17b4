package io.wherry.base.yaml;

/** What a scalar means once its type is known. Made by {@link Scalars}. */
public sealed interface ScalarValue {
    record Null() implements ScalarValue {}

    record Bool(boolean value) implements ScalarValue {}

    /** A whole number that fits 64 bits with sign. */
    record Int(long value) implements ScalarValue {}

    /** Any other number: a fraction, an exponent, infinity, not-a-number, or a whole number of more than 64 bits. */
    record Decimal(double value) implements ScalarValue {}

    record Text(String value) implements ScalarValue {}
}
