package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.YamlNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** The merged files, taken apart by section; sorted, since order in a file means nothing to Compose. */
record Model(
        SortedMap<String, YamlNode> services,
        SortedMap<String, YamlNode> networks,
        SortedMap<String, YamlNode> volumes,
        SortedMap<String, YamlNode> configs,
        SortedMap<String, YamlNode> secrets,
        Position at) {
    Model {
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
        networks = Collections.unmodifiableSortedMap(new TreeMap<>(networks));
        volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
        configs = Collections.unmodifiableSortedMap(new TreeMap<>(configs));
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
    }

    static Model of(YamlNode.Mapping root) {
        return new Model(
                section(root, "services"),
                section(root, "networks"),
                section(root, "volumes"),
                section(root, "configs"),
                section(root, "secrets"),
                root.at());
    }

    Model withServices(SortedMap<String, YamlNode> other) {
        return new Model(other, networks, volumes, configs, secrets, at);
    }

    private static SortedMap<String, YamlNode> section(YamlNode root, String key) {
        return new TreeMap<>(Nodes.fields(root, key));
    }
}
