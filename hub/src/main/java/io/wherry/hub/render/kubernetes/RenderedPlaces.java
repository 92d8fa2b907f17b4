package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which template a line of what helm wrote comes from. Nobody sees that text where it is refused, but everybody has the template. */
final class RenderedPlaces {
    private static final String SOURCE = "# Source: ";

    private final String file;
    private final Pattern places;
    private final NavigableMap<Integer, String> templates = new TreeMap<>();

    /**
     * @param file   what positions in the text say for it
     * @param folder of the chart; empty: it is packed, and its templates go by the names that helm gives them
     */
    RenderedPlaces(String file, byte[] output, Optional<String> folder) {
        this.file = file;
        this.places = Pattern.compile(Pattern.quote(file) + ":([0-9]{1,9}):([0-9]{1,9})");
        List<String> lines = new String(output, UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(SOURCE)) {
                String name = lines.get(i).substring(SOURCE.length()); // CHART/templates/a.yaml
                templates.put(
                        i + 1,
                        folder.map(chart ->
                                        (chart.isEmpty() ? "" : chart + "/") + name.substring(name.indexOf('/') + 1))
                                .orElse(name));
            }
        }
    }

    /** Adds the problems, told by their templates: the lines are those of what came of the template. */
    void name(Problems found, Problems told) {
        found.list()
                .forEach(problem ->
                        told.add(new Problem(at(problem.at()), named(problem.message()), named(problem.hint()))));
    }

    private String named(String text) {
        return places.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(
                        at(new Position(file, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2))))
                                .toString()));
    }

    private Position at(Position at) {
        return Optional.ofNullable(templates.lowerEntry(at.line()))
                .filter(_ -> at.file().equals(file))
                .map((Map.Entry<Integer, String> template) -> new Position(
                        template.getValue() + " (as rendered)", at.line() - template.getKey(), at.column()))
                .orElse(at);
    }
}
