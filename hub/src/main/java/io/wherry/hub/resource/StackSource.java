package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a stack's files are.
 *
 * @param sourceRef the name of the source; one that does not exist yet is a condition, not an error
 * @param ref       overrides the source's
 * @param interval  overrides the source's, 10 s to 24 h
 * @param path      the folder at which rendering starts, empty for the root; may hold {@code ${agent.name}} and
 *                  {@code ${agent.labels.KEY}}
 */
public record StackSource(String sourceRef, Optional<Ref> ref, Optional<Duration> interval, String path) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
    private static final String LABEL = "agent.labels.";
    private static final int MAX_PATH_CHARS = 1024;

    public StackSource {
        Names.requireName("sourceRef", sourceRef);
        interval.ifPresent(Source.Check::requireInterval);
        requirePath("path", path);
        requirePlaceholders(path);
    }

    /** Whether targets may see different folders. */
    public boolean perAgent() {
        return path.contains("${");
    }

    /**
     * The path as this agent sees it; empty if it names a label that the agent does not have.
     *
     * <p>Label values hold no slash, so a label cannot lead elsewhere; one that is {@code ..} is refused by the form of label values.
     */
    public Optional<String> pathFor(Agent agent) {
        StringBuilder resolved = new StringBuilder();
        Matcher placeholder = PLACEHOLDER.matcher(path);
        while (placeholder.find()) {
            String word = placeholder.group(1);
            Optional<String> value = agentWord(word, agent);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            placeholder.appendReplacement(resolved, Matcher.quoteReplacement(value.get()));
        }
        return Optional.of(placeholder.appendTail(resolved).toString());
    }

    /** What {@code agent.name} or {@code agent.labels.KEY} means for an agent; empty: it has no such label. */
    static Optional<String> agentWord(String word, Agent agent) {
        return Optional.of(
                        word.equals("agent.name")
                                ? agent.name()
                                : agent.metadata().labels().getOrDefault(word.substring(LABEL.length()), ""))
                .filter(value -> !value.isEmpty());
    }

    static boolean isAgentWord(String word) {
        return word.equals("agent.name")
                || (word.startsWith(LABEL) && Names.isLabelKey(word.substring(LABEL.length())));
    }

    private static void requirePlaceholders(String path) {
        Matcher placeholder = PLACEHOLDER.matcher(path);
        String rest = placeholder.replaceAll(found -> {
            String word = found.group(1);
            Names.require(isAgentWord(word), "path", found.group(), "${agent.name} or ${agent.labels.KEY}");
            return "x";
        });
        Names.require(rest.indexOf('$') < 0, "path", path, "$ only as ${agent.name} or ${agent.labels.KEY}");
    }

    /** Relative, inside of the tree. */
    static void requirePath(String what, String path) {
        boolean ok = path.length() <= MAX_PATH_CHARS
                && !path.startsWith("/")
                && !path.startsWith("~")
                && path.chars().noneMatch(c -> c < ' ' || c == '\\');
        Names.require(ok, what, path, "a path inside of the repository, with / between names");
    }

    void put(Json.Builder json) {
        json.put("sourceRef", sourceRef);
        ref.ifPresent(r -> json.put("ref", r.toJson()));
        json.putIf("interval", interval.map(io.wherry.base.Durations::format));
        json.put("path", path);
    }
}
