package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A late site variable: the agent puts its value in after parsing, within the pattern that the release signs.
 *
 * @param name         {@code [A-Za-z_][A-Za-z0-9_]*}, at most 63 characters
 * @param pattern      what the whole value must match: a {@link ValuePattern}
 * @param defaultValue used where the entry gives none; must match the pattern
 */
public record SiteVariable(String name, String pattern, Optional<String> defaultValue) {
    static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    static final String NAME_EXPECTED = "1 to 63 of A-Z, a-z, 0-9 and _, not a digit first";

    /** @throws IllegalArgumentException if name or pattern is malformed, or the default does not match */
    public SiteVariable {
        Check.matches("name", name, NAME, NAME_EXPECTED);
        ValuePattern values = ValuePattern.parse(pattern);
        defaultValue.ifPresent(value -> {
            Check.text("default", value, Limits.VARIABLE_CHARS);
            Check.that(values.matches(value), "default", value, "a value that matches " + pattern);
        });
    }

    /** Whether the agent may put this value in. */
    public boolean accepts(String value) {
        return ValuePattern.parse(pattern).matches(value);
    }

    Json toJson() {
        return Json.object()
                .put("name", name)
                .put("pattern", pattern)
                .putIf("default", defaultValue)
                .build();
    }

    static SiteVariable parse(Json.Obj variable) {
        return new SiteVariable(variable.string("name"), variable.string("pattern"), variable.findString("default"));
    }
}
