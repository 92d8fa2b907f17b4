package io.wherry.base.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.parser.Parser;

/**
 * Builds nodes from the parser's events, pulled one by one, so that a hostile file is refused before it is read to its end.
 *
 * <p>An alias shares its anchor's node, but is charged for all of it: what comes later walks trees and would meet every copy.
 */
final class NodeReader {
    private static final String STRING_TAG = "tag:yaml.org,2002:str";

    private final String file;
    private final Parser events;
    private final YamlLimits limits;
    private final Map<Anchor, Sized> anchors = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();
    private int nodes;
    private long characters;

    /** A node with what it costs: how many nodes and characters it holds, how many levels it is high. */
    private record Sized(YamlNode node, int nodes, long characters, int height) {}

    NodeReader(String file, Parser events, YamlLimits limits) {
        this.file = file;
        this.events = events;
        this.limits = limits;
    }

    List<YamlNode> documents() {
        List<YamlNode> documents = new ArrayList<>();
        while (events.hasNext()) {
            Event event = events.next();
            if (event.getEventId() == Event.ID.DocumentStart) {
                anchors.clear();
                documents.add(node(events.next(), 1).node());
            }
        }
        if (!problems.isEmpty()) {
            throw new YamlException(problems);
        }
        return documents;
    }

    private Sized node(Event event, int depth) {
        if (event instanceof AliasEvent alias) {
            return aliased(alias, depth);
        }
        if (depth > limits.depth()) {
            throw refused(event, "nested too deeply", "at most " + limits.depth() + " levels");
        }
        int nodesBefore = nodes;
        long charactersBefore = characters;
        charge(event, 1, 0);
        int[] height = {1};
        YamlNode read =
                switch (event) {
                    case ScalarEvent scalar -> scalar(scalar);
                    case SequenceStartEvent start -> sequence(start, depth, height);
                    case MappingStartEvent start -> mapping(start, depth, height);
                    default -> throw new IllegalStateException("event: " + event + " (expected: a node)");
                };
        Sized sized = new Sized(read, nodes - nodesBefore, characters - charactersBefore, height[0]);
        ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, sized));
        return sized;
    }

    private Sized aliased(AliasEvent alias, int depth) {
        Sized target = anchors.get(alias.getAlias());
        if (target == null) {
            throw refused(
                    alias,
                    "alias *" + alias.getAlias() + " names nothing above it",
                    "set &" + alias.getAlias() + " first; an alias cannot stand inside of what it names");
        }
        charge(alias, target.nodes(), target.characters());
        if (depth + target.height() - 1 > limits.depth()) {
            throw refused(alias, "nested too deeply by its aliases", "at most " + limits.depth() + " levels");
        }
        return target;
    }

    private void charge(Event event, int moreNodes, long moreCharacters) {
        nodes += moreNodes;
        characters += moreCharacters;
        if (nodes > limits.nodes()) {
            throw refused(event, "too many nodes", "at most " + limits.nodes() + ", with every alias expanded");
        }
        if (characters > limits.characters()) {
            throw refused(
                    event,
                    "too much text",
                    "at most " + limits.characters() + " characters, with every alias expanded");
        }
    }

    private YamlNode scalar(ScalarEvent event) {
        charge(event, 0, event.getValue().length());
        String tag = event.getTag().orElse("");
        boolean text = tag.equals(STRING_TAG) || tag.equals("!");
        return new YamlNode.Scalar(
                event.getValue(), event.isPlain() && !text, text ? "" : checkedTag(event, tag), at(event));
    }

    private YamlNode sequence(SequenceStartEvent start, int depth, int[] height) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            Sized item = node(event, depth + 1);
            items.add(item.node());
            height[0] = Math.max(height[0], item.height() + 1);
        }
        return new YamlNode.Sequence(items, checkedTag(start, start.getTag().orElse("")), at(start));
    }

    private YamlNode mapping(MappingStartEvent start, int depth, int[] height) {
        Map<String, YamlNode.Field> fields = new LinkedHashMap<>();
        List<YamlNode> merged = new ArrayList<>();
        for (Event event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            YamlNode keyNode = node(event, depth + 1).node();
            if (!(keyNode instanceof YamlNode.Scalar key)) {
                throw refused(event, "a key that is not a text", "keys are plain words");
            }
            Sized value = node(events.next(), depth + 1);
            height[0] = Math.max(height[0], value.height() + 1);
            if (key.plain() && key.text().equals("<<")) {
                merged.add(value.node());
                continue;
            }
            YamlNode.Field earlier = fields.putIfAbsent(
                    key.text(), new YamlNode.Field(key.text(), at(event), value.node(), key.plain()));
            if (earlier != null) {
                problems.add(new Problem(
                        at(event),
                        "key \"" + key.text() + "\" stands here a second time",
                        "first at " + earlier.keyAt()));
            }
        }
        merged.forEach(value -> merge(fields, value));
        return new YamlNode.Mapping(
                List.copyOf(fields.values()), checkedTag(start, start.getTag().orElse("")), at(start));
    }

    /** What stands in the mapping itself wins over what is merged in; of several merged mappings the first wins. */
    private void merge(Map<String, YamlNode.Field> fields, YamlNode value) {
        switch (value) {
            case YamlNode.Mapping mapping -> mapping.fields().forEach(field -> fields.putIfAbsent(field.key(), field));
            case YamlNode.Sequence sequence -> {
                for (YamlNode item : sequence.items()) {
                    if (item instanceof YamlNode.Mapping mapping) {
                        merge(fields, mapping);
                    } else {
                        problems.add(notMergeable(item));
                    }
                }
            }
            case YamlNode.Scalar scalar -> problems.add(notMergeable(scalar));
        }
    }

    private static Problem notMergeable(YamlNode value) {
        return new Problem(
                value.at(), "only mappings can be merged by <<", "write <<: *name of a mapping, or a list of such");
    }

    private String checkedTag(Event event, String tag) {
        if (!tag.isEmpty() && !tag.equals("!reset") && !tag.equals("!override")) {
            problems.add(new Problem(
                    at(event),
                    "tag " + tag.replace("tag:yaml.org,2002:", "!!") + " is not known",
                    "known are !reset, !override and !!str"));
        }
        return tag;
    }

    private YamlException refused(Event event, String message, String hint) {
        return new YamlException(new Problem(at(event), message, hint));
    }

    private Position at(Event event) {
        return Optional.of(event)
                .flatMap(Event::getStartMark)
                .map(mark -> new Position(file, mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(Position.of(file));
    }
}
