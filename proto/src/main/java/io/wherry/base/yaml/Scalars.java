package io.wherry.base.yaml;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads scalars as Docker Compose does (go-yaml version 3): YAML 1.2's core types, plus {@code 0644} as an octal number and blanks of
 * thousands ({@code 1_000}) from YAML 1.1, but neither {@code yes} nor {@code 1:30}.
 */
public final class Scalars {
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern WHOLE =
            Pattern.compile("([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)");

    private Scalars() {}

    /** The value of a scalar; a quoted one is always text. */
    public static ScalarValue read(YamlNode.Scalar scalar) {
        return scalar.plain() ? readPlain(scalar.text()) : new ScalarValue.Text(scalar.text());
    }

    /** The value of a text as it would be read without quotes. */
    public static ScalarValue readPlain(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> new ScalarValue.Null();
            case "true", "True", "TRUE" -> new ScalarValue.Bool(true);
            case "false", "False", "FALSE" -> new ScalarValue.Bool(false);
            case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF" -> new ScalarValue.Decimal(Double.POSITIVE_INFINITY);
            case "-.inf", "-.Inf", "-.INF" -> new ScalarValue.Decimal(Double.NEGATIVE_INFINITY);
            case ".nan", ".NaN", ".NAN" -> new ScalarValue.Decimal(Double.NaN);
            default -> number(text).orElseGet(() -> new ScalarValue.Text(text));
        };
    }

    public static boolean isNull(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && read(scalar) instanceof ScalarValue.Null;
    }

    private static Optional<ScalarValue> number(String text) {
        char first = text.charAt(0);
        if (first != '+' && first != '-' && first != '.' && (first < '0' || first > '9')) {
            return Optional.empty();
        }
        String digits = first == '.' ? text : text.replace("_", "");
        var whole = WHOLE.matcher(digits);
        if (whole.matches()) {
            return Optional.of(whole(whole.group(1).equals("-"), whole.group(2)));
        }
        return FLOAT.matcher(digits).matches()
                ? Optional.of(new ScalarValue.Decimal(Double.parseDouble(digits)))
                : Optional.empty();
    }

    private static ScalarValue whole(boolean negative, String digits) {
        BigInteger magnitude =
                switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : ' ') {
                    case 'x' -> new BigInteger(digits.substring(2), 16);
                    case 'o' -> new BigInteger(digits.substring(2), 8);
                    case 'b' -> new BigInteger(digits.substring(2), 2);
                    default -> new BigInteger(digits, digits.startsWith("0") ? 8 : 10);
                };
        BigInteger number = negative ? magnitude.negate() : magnitude;
        return number.bitLength() < Long.SIZE
                ? new ScalarValue.Int(number.longValue())
                : new ScalarValue.Decimal(number.doubleValue());
    }
}
