package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Devices, short and long ({@code SOURCE[:TARGET[:PERMISSIONS]]}), and what is asked of a device driver. */
final class Devices {
    private static final List<String> PARTS = List.of("source", "target", "permissions");

    private Devices() {}

    static YamlNode normalise(YamlNode item, Problems problems) {
        SequencedMap<String, YamlNode> device = Nodes.map(item);
        if (item instanceof YamlNode.Scalar) {
            List<String> parts = new ArrayList<>(List.of(Nodes.asText(item).split(":", -1)));
            if (parts.size() > PARTS.size() || parts.contains("")) {
                problems.add(
                        item.at(),
                        "devices: \"" + SiteMark.shown(Nodes.asText(item)) + "\" is no device",
                        "write SOURCE:TARGET:PERMISSIONS, such as /dev/ttyUSB0:/dev/ttyUSB0:rw");
                return item;
            }
            if (parts.size() == 1) {
                parts.add(parts.getFirst());
            }
            if (parts.size() == 2) {
                parts.add("rwm");
            }
            for (int i = 0; i < parts.size(); i++) {
                device.put(PARTS.get(i), Nodes.text(parts.get(i), item.at()));
            }
        }
        for (String required : PARTS.subList(0, 2)) {
            if (!device.containsKey(required)) {
                problems.add(item.at(), "devices: " + required + " is missing", "add " + required + ": /dev/…");
            }
        }
        return Nodes.fields(device, item);
    }

    /** {@code gpus: all} is one request for all that there are. */
    static YamlNode gpus(YamlNode value, Problems problems) {
        if (value instanceof YamlNode.Scalar) {
            return Nodes.list(List.of(request(Nodes.fields(new LinkedHashMap<>(), value), problems)), value);
        }
        return requests(value, problems);
    }

    /** Those of {@code deploy.resources.reservations}, which must say what they are able to. */
    static YamlNode reserved(YamlNode value, Problems problems) {
        Nodes.items(value).stream()
                .filter(item -> Nodes.find(item, "capabilities").isEmpty())
                .forEach(item -> problems.add(
                        item.at(), "devices: capabilities are missing", "add capabilities: [gpu], or what it is"));
        return requests(value, problems);
    }

    private static YamlNode requests(YamlNode value, Problems problems) {
        return Nodes.list(
                Nodes.items(value).stream().map(item -> request(item, problems)).toList(), value);
    }

    private static YamlNode request(YamlNode item, Problems problems) {
        SequencedMap<String, YamlNode> request = Nodes.map(item);
        boolean named = request.containsKey("device_ids");
        if (named && request.containsKey("count")) {
            problems.add(item.at(), "count and device_ids exclude each other", "keep one of them");
        } else if (!named) {
            request.putIfAbsent("count", Nodes.text("all", item.at()));
        }
        request.computeIfPresent("options", (key, options) -> KeyValues.filled(KeyValues.map(options)));
        return Nodes.fields(request, item);
    }
}
