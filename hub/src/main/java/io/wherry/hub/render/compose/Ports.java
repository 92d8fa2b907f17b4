package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ports, short and long: {@code [ADDRESS:][PUBLISHED[-END]:]TARGET[-END][/PROTOCOL]}. */
final class Ports {
    /** 1,024 ports of one line: each becomes a rule and a proxy process of the engine; more is a slip or an attack. */
    static final int MAX_RANGE = 1024;

    private static final Pattern SHORT = Pattern.compile(
            "(?:(?<address>\\[[0-9a-fA-F:.]+\\]|[0-9.]+|):)?(?:(?<published>[0-9]*(?:-[0-9]+)?):)?(?<target>[0-9]+(?:-[0-9]+)?)(?:/(?<protocol>[a-zA-Z]+))?");

    private Ports() {}

    /** One port per target; nothing, and a problem, if the text is no port. */
    static List<YamlNode> normalise(YamlNode item, Problems problems) {
        if (item instanceof YamlNode.Mapping) {
            return List.of(full(item, problems));
        }
        String text = Nodes.asText(item);
        Matcher matcher = SHORT.matcher(text);
        if (!matcher.matches()) {
            // One colon: the part before it is the published port, not an address.
            return refuse(item, "\"" + SiteMark.shown(text) + "\" is no port", problems);
        }
        String address = group(matcher, "address");
        String published = group(matcher, "published");
        if (!address.isEmpty() && matcher.group("published") == null) {
            published = address;
            address = "";
        }
        Optional<Range> targets = Range.parse(group(matcher, "target"));
        Optional<Range> hosts = published.isEmpty() ? Optional.of(Range.NONE) : Range.parse(published);
        if (targets.isEmpty() || hosts.isEmpty()) {
            return refuse(item, "\"" + text + "\" names a port that is none", problems);
        }
        return expand(
                item,
                address.replaceAll("[\\[\\]]", ""),
                hosts.get(),
                targets.get(),
                group(matcher, "protocol"),
                problems);
    }

    private static List<YamlNode> expand(
            YamlNode item, String address, Range hosts, Range targets, String protocol, Problems problems) {
        boolean pool = targets.size() == 1 && hosts.size() > 1;
        if (!pool && !hosts.equals(Range.NONE) && hosts.size() != targets.size()) {
            return refuse(
                    item,
                    "\"" + Nodes.asText(item) + "\" maps " + hosts.size() + " ports to " + targets.size(),
                    problems);
        }
        if (targets.size() > MAX_RANGE || hosts.size() > MAX_RANGE) {
            return refuse(
                    item, "\"" + Nodes.asText(item) + "\" is a range of more than " + MAX_RANGE + " ports", problems);
        }
        List<YamlNode> ports = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            SequencedMap<String, YamlNode> port = new LinkedHashMap<>();
            port.put("target", Nodes.plain(String.valueOf(targets.first() + i), item.at()));
            if (!hosts.equals(Range.NONE)) {
                port.put(
                        "published",
                        Nodes.text(
                                pool ? hosts.first() + "-" + hosts.last() : String.valueOf(hosts.first() + i),
                                item.at()));
            }
            if (!address.isEmpty()) {
                port.put("host_ip", Nodes.text(address, item.at()));
            }
            port.put("protocol", Nodes.text(protocol.isEmpty() ? "tcp" : protocol.toLowerCase(Locale.ROOT), item.at()));
            port.put("mode", Nodes.text("ingress", item.at()));
            ports.add(Nodes.fields(port, item));
        }
        return ports;
    }

    private static YamlNode full(YamlNode item, Problems problems) {
        SequencedMap<String, YamlNode> port = Nodes.map(item);
        YamlNode target = port.get("target");
        if (target == null
                || Range.parse(Nodes.asText(target))
                        .filter(range -> range.size() == 1)
                        .isEmpty()) {
            problems.add(item.at(), "ports: target is " + (target == null ? "missing" : "no port"), "add target: 80");
        }
        String published = Nodes.findText(item, "published").orElse("");
        if (!published.isEmpty()
                && Range.parse(published)
                        .filter(range -> range.size() <= MAX_RANGE)
                        .isEmpty()) {
            problems.add(
                    item.at(),
                    "ports: \"" + SiteMark.shown(published) + "\" is no port or range",
                    "write published: \"8080\"");
        }
        port.putIfAbsent("mode", Nodes.text("ingress", item.at()));
        port.putIfAbsent("protocol", Nodes.text("tcp", item.at()));
        return Nodes.fields(port, item);
    }

    private static String group(Matcher matcher, String name) {
        return matcher.group(name) == null ? "" : matcher.group(name);
    }

    private static List<YamlNode> refuse(YamlNode item, String message, Problems problems) {
        problems.add(
                item.at(),
                "ports: " + message,
                "write \"8080:80\", \"127.0.0.1:8080:80/udp\" or \"8000-8010:8000-8010\"");
        return List.of();
    }

    /** Port numbers from first to last. */
    private record Range(int first, int last) {
        static final Range NONE = new Range(0, 0);

        static Optional<Range> parse(String text) {
            if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
                return Optional.empty();
            }
            String[] ends = text.split("-");
            Range range = new Range(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
            return range.first >= 1 && range.last <= 65535 && range.first <= range.last
                    ? Optional.of(range)
                    : Optional.empty();
        }

        int size() {
            return last - first + 1;
        }
    }
}
