package io.wherry.hub.render.compose;

import io.wherry.base.yaml.YamlNode;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** Step 5: makes the relative paths of one normalised layer begin in the project directory, wherever they began. */
final class Relocate {
    private final String prefix;

    private Relocate(String prefix) {
        this.prefix = prefix;
    }

    /**
     * The layer with other paths.
     *
     * @param from folder of the tree where its paths begin
     * @param to   folder of the tree where they shall
     */
    static YamlNode.Mapping layer(YamlNode.Mapping layer, String from, String to) {
        return from.equals(to) ? layer : new Relocate(way(to, from)).layer(layer);
    }

    /** How one folder is written from another: {@code ../common}. */
    static String way(String from, String to) {
        Deque<String> down = names(to);
        Deque<String> up = names(from);
        while (!up.isEmpty() && !down.isEmpty() && up.peekFirst().equals(down.peekFirst())) {
            up.removeFirst();
            down.removeFirst();
        }
        Deque<String> way = new ArrayDeque<>(Collections.nCopies(up.size(), ".."));
        way.addAll(down);
        return way.isEmpty() ? "." : String.join("/", way);
    }

    private static Deque<String> names(String folder) {
        return folder.isEmpty() ? new ArrayDeque<>() : new ArrayDeque<>(List.of(folder.split("/")));
    }

    private YamlNode.Mapping layer(YamlNode.Mapping layer) {
        YamlNode.Mapping moved = Nodes.change(layer, "services", services -> each(services, this::service));
        for (String section : List.of("configs", "secrets")) {
            moved = Nodes.change(moved, section, entries -> each(entries, entry -> field(entry, "file", this::path)));
        }
        return moved;
    }

    private YamlNode service(YamlNode service) {
        YamlNode moved = field(service, "volumes", mounts -> items(mounts, this::mount));
        moved = field(moved, "env_file", files -> items(files, file -> field(file, "path", this::path)));
        return field(moved, "label_file", files -> items(files, this::path));
    }

    private YamlNode mount(YamlNode mount) {
        boolean bind = Nodes.findText(mount, "type").filter("bind"::equals).isPresent();
        return bind ? field(mount, "source", this::path) : mount;
    }

    /** Absolute paths and those of a home directory stay; whoever reads them refuses what must not be. */
    private YamlNode path(YamlNode node) {
        String written = Nodes.asText(node);
        if (!(node instanceof YamlNode.Scalar) || written.isEmpty() || written.matches("(?s)[/~].*")) {
            return node;
        }
        String moved = Paths.clean(prefix + "/" + written);
        return new YamlNode.Scalar(moved.startsWith(".") ? moved : "./" + moved, false, node.tag(), node.at());
    }

    private static YamlNode each(YamlNode entries, UnaryOperator<YamlNode> change) {
        if (!(entries instanceof YamlNode.Mapping)) {
            return entries;
        }
        SequencedMap<String, YamlNode> changed = new LinkedHashMap<>(Nodes.map(entries));
        changed.replaceAll((name, entry) -> change.apply(entry));
        return Nodes.fields(changed, entries);
    }

    private static YamlNode field(YamlNode entry, String key, UnaryOperator<YamlNode> change) {
        return entry instanceof YamlNode.Mapping mapping ? Nodes.change(mapping, key, change) : entry;
    }

    private static YamlNode items(YamlNode list, UnaryOperator<YamlNode> change) {
        return list instanceof YamlNode.Sequence sequence
                ? Nodes.list(sequence.items().stream().map(change).toList(), list)
                : list;
    }
}
