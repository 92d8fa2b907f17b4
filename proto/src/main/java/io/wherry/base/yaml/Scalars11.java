package io.wherry.base.yaml;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads scalars as kubectl does (sigs.k8s.io/yaml, which is go-yaml version 2): the types of YAML 1.1, so that {@code yes} and {@code on} are
 * true and {@code 0644} is octal, but neither sexagesimal numbers nor times: {@code 1:30} and {@code 2001-01-01} are texts.
 *
 * <p>A whole number of more than 64 bits with sign becomes the nearest fraction of 64 bits, as it does on kubectl's way to the API.
 */
public final class Scalars11 {
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern WHOLE =
            Pattern.compile("([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)");

    /** 400 digits: more is no number of anybody, and would cost time to read. */
    private static final int MAX_DIGITS = 400;

    private Scalars11() {}

    /** The value of a scalar; a quoted one is always text. */
    public static ScalarValue read(YamlNode.Scalar scalar) {
        return scalar.plain() ? readPlain(scalar.text()) : new ScalarValue.Text(scalar.text());
    }

    /** The value of a text as it would be read without quotes. */
    public static ScalarValue readPlain(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> new ScalarValue.Null();
            case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON" -> new ScalarValue.Bool(true);
            case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF" ->
                new ScalarValue.Bool(false);
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> new ScalarValue.Decimal(Double.POSITIVE_INFINITY);
            case "-.inf", "-.Inf", "-.INF" -> new ScalarValue.Decimal(Double.NEGATIVE_INFINITY);
            case ".nan", ".NaN", ".NAN" -> new ScalarValue.Decimal(Double.NaN);
            default -> number(text).orElseGet(() -> new ScalarValue.Text(text));
        };
    }

    private static Optional<ScalarValue> number(String text) {
        char first = text.charAt(0);
        if (text.length() > MAX_DIGITS
                || (first != '+' && first != '-' && first != '.' && (first < '0' || first > '9'))) {
            return Optional.empty();
        }
        String digits = first == '.' ? text : text.replace("_", "");
        var whole = WHOLE.matcher(digits);
        if (whole.matches()) {
            return whole(digits, whole.group(1).equals("-"), whole.group(2));
        }
        return FLOAT.matcher(digits).matches() ? decimal(digits) : Optional.empty();
    }

    /** One too large for 64 bits is read as a fraction if it is decimal (a leading zero does not matter then), else it is a text. */
    private static Optional<ScalarValue> whole(String written, boolean negative, String digits) {
        BigInteger magnitude =
                switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : ' ') {
                    case 'x' -> new BigInteger(digits.substring(2), 16);
                    case 'o' -> new BigInteger(digits.substring(2), 8);
                    case 'b' -> new BigInteger(digits.substring(2), 2);
                    default -> new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
                };
        BigInteger number = negative ? magnitude.negate() : magnitude;
        if (number.bitLength() < Long.SIZE) {
            return Optional.of(new ScalarValue.Int(number.longValue()));
        }
        if (!negative && !written.startsWith("+") && number.bitLength() <= Long.SIZE) {
            return Optional.of(new ScalarValue.Decimal(number.doubleValue()));
        }
        return FLOAT.matcher(written).matches() ? decimal(written) : Optional.empty();
    }

    /** One beyond the range of 64 bits is a text, as it is for kubectl. */
    private static Optional<ScalarValue> decimal(String digits) {
        double value = Double.parseDouble(digits);
        return Double.isInfinite(value) ? Optional.empty() : Optional.of(new ScalarValue.Decimal(value));
    }
}
