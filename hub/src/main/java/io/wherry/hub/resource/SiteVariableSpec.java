package io.wherry.hub.resource;

import io.wherry.contract.ValuePattern;
import io.wherry.contract.json.Json;
import java.util.Optional;

/**
 * A value that differs from site to site.
 *
 * @param name     as used in the file: {@code ${NAME}}
 * @param pattern  what a value must match as a whole; {@link #DEFAULT_PATTERN} unless given
 * @param fallback {@code default:} the value of an agent that has none; without it such an agent fails alone
 * @param from     {@code agent.name} or {@code agent.labels.KEY}: where an agent without a variable of the name has its value; a label that it does not have
 *                 is no value
 * @param early    false: the agent puts it in, and all sites share one bundle; true: it steers rendering
 */
public record SiteVariableSpec(
        String name, String pattern, Optional<String> fallback, Optional<String> from, boolean early) {
    /** What can do no harm in any field: no blanks, quotes, slashes, colons or dollar signs. */
    public static final String DEFAULT_PATTERN = "[A-Za-z0-9._-]*";

    public SiteVariableSpec {
        Names.requireVariable("siteVariables.name", name);
        ValuePattern compiled = compile(pattern);
        from.ifPresent(
                word -> Names.require(StackSource.isAgentWord(word), "from", word, "agent.name or agent.labels.KEY"));
        fallback.ifPresent(value -> {
            if (!compiled.matches(value)) {
                throw new IllegalArgumentException(
                        "default: " + value + " (expected: a text that matches " + pattern + ")");
            }
        });
    }

    /** What the agent itself says; empty: nothing. */
    public Optional<String> of(Agent agent) {
        return from.flatMap(word -> StackSource.agentWord(word, agent));
    }

    private static ValuePattern compile(String pattern) {
        try {
            return ValuePattern.parse(pattern);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pattern: " + e.getMessage(), e);
        }
    }

    Json.Obj toJson() {
        return Json.object()
                .put("name", name)
                .put("pattern", pattern)
                .putIf("default", fallback)
                .putIf("from", from)
                .put("early", early)
                .build();
    }
}
