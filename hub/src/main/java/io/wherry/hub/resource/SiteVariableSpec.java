package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A value that differs from site to site.
 *
 * @param name     as used in the file: {@code ${NAME}}
 * @param pattern  what a value must match as a whole; {@link #DEFAULT_PATTERN} unless given
 * @param fallback {@code default:} the value of an agent that has none; without it such an agent fails alone
 * @param early    false: the agent puts it in, and all sites share one bundle; true: it steers rendering
 */
public record SiteVariableSpec(String name, String pattern, Optional<String> fallback, boolean early) {
    /** What can do no harm in any field: no blanks, quotes, slashes, colons or dollar signs. */
    public static final String DEFAULT_PATTERN = "[A-Za-z0-9._-]{0,253}";

    /** Long enough for an address or a list of codes; patterns are matched at the site for every value. */
    public static final int MAX_PATTERN_CHARS = 256;

    public SiteVariableSpec {
        Names.requireVariable("siteVariables.name", name);
        if (pattern.length() > MAX_PATTERN_CHARS) {
            throw new IllegalArgumentException(
                    "pattern: " + pattern.length() + " characters (expected: at most " + MAX_PATTERN_CHARS + ")");
        }
        Pattern compiled = compile(pattern);
        fallback.ifPresent(value -> {
            if (!compiled.matcher(value).matches()) {
                throw new IllegalArgumentException(
                        "default: " + value + " (expected: a text that matches " + compiled + ")");
            }
        });
    }

    private static Pattern compile(String pattern) {
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "pattern: " + pattern + " (expected: a regular expression; " + e.getDescription() + ")", e);
        }
    }

    Json.Obj toJson() {
        return Json.object()
                .put("name", name)
                .put("pattern", pattern)
                .putIf("default", fallback)
                .put("early", early)
                .build();
    }
}
