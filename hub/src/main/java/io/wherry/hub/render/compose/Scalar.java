package io.wherry.hub.render.compose;

import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads a scalar in a form of the table. Since interpolation makes text, a text that spells the value is as good as the value. */
final class Scalar {
    private static final Set<String> TRUE = Set.of("true", "yes", "y", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "n", "off");

    private Scalar() {}

    /** Whether the scalar can be read in the form. */
    static boolean fits(YamlNode.Scalar scalar, Form form) {
        ScalarValue value = Scalars.read(scalar);
        boolean text = value instanceof ScalarValue.Text;
        boolean number = value instanceof ScalarValue.Int || value instanceof ScalarValue.Decimal;
        boolean bool = value instanceof ScalarValue.Bool;
        return switch (form) {
            case NULL -> value instanceof ScalarValue.Null;
            case TEXT -> text;
            case ATOM -> text || number;
            case ANY -> text || number || bool;
            case BOOL -> bool || (text && bool(scalar.text()).isPresent());
            case INT -> integer(scalar).isPresent();
            case NUMBER -> number || (text && number(scalar.text()).isPresent());
            // Compose reads a number with a fraction as none: the limit would silently be gone.
            case BYTES ->
                (text || value instanceof ScalarValue.Int)
                        && GoFormat.bytes(Nodes.asText(scalar)).isPresent();
            case SIZE_TEXT -> text && GoFormat.bytes(scalar.text()).isPresent();
            case SWAP -> fits(scalar, Form.BYTES) || value.equals(new ScalarValue.Int(-1));
            case COUNT -> scalar.text().equals("all") || integer(scalar).isPresent();
            case DURATION -> text && GoFormat.duration(scalar.text()).isPresent();
            case MODE -> mode(scalar).isPresent();
            case LIST, FIELDS -> false;
        };
    }

    static Optional<Boolean> bool(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return TRUE.contains(lower) ? Optional.of(true) : FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
    }

    static Optional<Long> integer(YamlNode.Scalar scalar) {
        return switch (Scalars.read(scalar)) {
            case ScalarValue.Int(long value) -> Optional.of(value);
            case ScalarValue.Text(String text) when text.matches("-?[0-9]{1,18}") -> Optional.of(Long.valueOf(text));
            case ScalarValue.Text _, ScalarValue.Null _, ScalarValue.Bool _, ScalarValue.Decimal _ -> Optional.empty();
        };
    }

    static Optional<Double> number(String text) {
        return switch (Scalars.readPlain(text)) {
            case ScalarValue.Int(long value) -> Optional.of((double) value);
            case ScalarValue.Decimal(double value) when Double.isFinite(value) -> Optional.of(value);
            case ScalarValue.Decimal _, ScalarValue.Text _, ScalarValue.Null _, ScalarValue.Bool _ -> Optional.empty();
        };
    }

    /** Permissions: a number ({@code 0440} is octal in YAML) or a text of octal digits. */
    static Optional<Long> mode(YamlNode.Scalar scalar) {
        Optional<Long> mode =
                switch (Scalars.read(scalar)) {
                    case ScalarValue.Int(long value) -> Optional.of(value);
                    case ScalarValue.Text(String text)
                    when text.matches("[0-7]{1,6}") -> Optional.of(Long.valueOf(text, 8));
                    case ScalarValue.Text _, ScalarValue.Null _, ScalarValue.Bool _, ScalarValue.Decimal _ ->
                        Optional.empty();
                };
        return mode.filter(value -> value >= 0 && value <= 07777);
    }
}
