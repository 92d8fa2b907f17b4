package io.wherry.contract;

/**
 * A stable reason code: what an operator searches for, a metric's label, an audit field (docs/reference/reasons.md).
 *
 * <p>Each package has its own enum that implements this; the constant is {@code UPPER_SNAKE}, the code {@code CamelCase}, and this is the one
 * place that converts.
 */
public interface Reason {
    /** The constant's name; every enum has it. */
    String name();

    /** {@code TagMoved} for {@code TAG_MOVED}. */
    default String code() {
        return camelCase(name());
    }

    /** {@code TagMoved} for {@code TAG_MOVED}. */
    static String camelCase(String upperSnake) {
        StringBuilder camel = new StringBuilder(upperSnake.length());
        boolean first = true;
        for (int i = 0; i < upperSnake.length(); i++) {
            char c = upperSnake.charAt(i);
            if (c == '_') {
                first = true;
            } else {
                camel.append(first ? c : Character.toLowerCase(c));
                first = false;
            }
        }
        return camel.toString();
    }
}
