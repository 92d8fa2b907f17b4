package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Lists of {@code KEY=VALUE} and their mappings. */
final class KeyValues {
    private KeyValues() {}

    /** The mapping; an item without {@code =} has no value, and the last of equal keys counts. */
    static YamlNode map(YamlNode value) {
        if (!(value instanceof YamlNode.Sequence items)) {
            return value;
        }
        SequencedMap<String, YamlNode> fields = new LinkedHashMap<>();
        for (YamlNode item : items.items()) {
            String text = Nodes.asText(item);
            int equals = text.indexOf('=');
            fields.put(
                    equals < 0 ? text : text.substring(0, equals),
                    equals < 0 ? Nodes.nothing(item.at()) : Nodes.text(text.substring(equals + 1), item.at()));
        }
        return Nodes.fields(fields, value);
    }

    /** The mapping with empty texts for keys without a value. */
    static YamlNode filled(YamlNode value) {
        SequencedMap<String, YamlNode> fields = Nodes.map(value);
        fields.replaceAll(
                (key, field) -> Scalars.isNull(field) && field.tag().isEmpty() ? Nodes.text("", field.at()) : field);
        return Nodes.fields(fields, value);
    }

    /** {@code extra_hosts} as a sorted list of {@code NAME=ADDRESS}. */
    static YamlNode hosts(YamlNode value, Problems problems) {
        List<YamlNode> hosts = new ArrayList<>();
        for (YamlNode item : Nodes.items(value)) {
            String text = Nodes.asText(item);
            int separator = text.indexOf('=') >= 0 ? text.indexOf('=') : text.indexOf(':');
            if (separator <= 0) {
                problems.add(
                        item.at(),
                        "extra_hosts: \"" + SiteMark.shown(text) + "\" has no address",
                        "write NAME=ADDRESS");
            } else {
                hosts.add(host(text.substring(0, separator), text.substring(separator + 1), item));
            }
        }
        Nodes.map(value).forEach((name, addresses) -> {
            List<YamlNode> all = addresses instanceof YamlNode.Sequence several ? several.items() : List.of(addresses);
            all.forEach(address -> hosts.add(host(name, Nodes.asText(address), address)));
        });
        return sorted(Nodes.list(hosts, value));
    }

    /** Several lists over each other too: the same name in two files has its addresses side by side. */
    static YamlNode sorted(YamlNode list) {
        return Nodes.list(
                Nodes.items(list).stream()
                        .sorted(Comparator.comparing(Nodes::asText))
                        .toList(),
                list);
    }

    private static YamlNode host(String name, String address, YamlNode like) {
        boolean bracketed = address.startsWith("[") && address.endsWith("]");
        return Nodes.text(name + "=" + (bracketed ? address.substring(1, address.length() - 1) : address), like.at());
    }
}
