package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.ScalarValue;
import io.wherry.base.yaml.Scalars;
import io.wherry.base.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** Mounts, short and long: {@code [SOURCE:]TARGET[:OPTION,…]}. */
final class Mounts {
    private static final Set<String> PROPAGATION =
            Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

    private Mounts() {}

    static YamlNode normalise(YamlNode item, Problems problems) {
        SequencedMap<String, YamlNode> mount =
                item instanceof YamlNode.Mapping ? full(item, problems) : brief(item, problems);
        YamlNode target = mount.get("target");
        if (target != null) {
            String path = Nodes.asText(target);
            if (!path.startsWith("/")) {
                problems.add(
                        item.at(),
                        "volumes: target \"" + SiteMark.shown(path) + "\" is no absolute path",
                        "begin it with /");
            }
            mount.put("target", Nodes.text(Paths.clean(path), target.at()));
        }
        Nodes.find(item, "tmpfs")
                .flatMap(tmpfs -> Nodes.find(tmpfs, "mode"))
                .filter(mode ->
                        mode instanceof YamlNode.Scalar scalar && Scalars.read(scalar) instanceof ScalarValue.Text)
                .ifPresent(mode -> problems.add(
                        mode.at(),
                        "volumes.tmpfs.mode: a text, of which nobody knows the base",
                        "write a number: 0755"));
        mount.computeIfPresent(
                "volume",
                (key, volume) -> volume instanceof YamlNode.Mapping options
                        ? Nodes.change(options, "labels", labels -> KeyValues.filled(KeyValues.map(labels)))
                        : volume);
        return Nodes.fields(mount, item);
    }

    private static SequencedMap<String, YamlNode> full(YamlNode item, Problems problems) {
        SequencedMap<String, YamlNode> mount = Nodes.map(item);
        for (String required : List.of("type", "target")) {
            if (!mount.containsKey(required)) {
                problems.add(item.at(), "volumes: " + required + " is missing", "add " + required + ": …");
            }
        }
        if (Nodes.findText(item, "type").filter("bind"::equals).isPresent() && !mount.containsKey("source")) {
            problems.add(item.at(), "volumes: a bind mount without source", "add source: ./folder");
        }
        if (Nodes.findText(item, "type").filter("image"::equals).isPresent()
                && Nodes.findText(item, "source")
                        .filter(source -> !source.isEmpty())
                        .isEmpty()) {
            problems.add(item.at(), "volumes: a mount of an image without source", "add source: IMAGE");
        }
        return mount;
    }

    private static SequencedMap<String, YamlNode> brief(YamlNode item, Problems problems) {
        SequencedMap<String, YamlNode> mount = new LinkedHashMap<>();
        String text = Nodes.asText(item);
        String[] parts = text.split(":", -1);
        boolean empty = List.of(parts).contains("");
        if (empty || parts.length > 3 || (parts.length > 1 && parts[0].matches("[a-zA-Z]"))) {
            problems.add(
                    item.at(),
                    "volumes: \"" + SiteMark.shown(text) + "\" is no mount",
                    parts.length > 1 && parts[0].matches("[a-zA-Z]")
                            ? "one letter is a Windows drive to Compose; a volume's name has two characters or more"
                            : "write SOURCE:TARGET or SOURCE:TARGET:ro");
            return mount;
        }
        String source = parts.length > 1 ? parts[0] : "";
        boolean bind = source.startsWith(".") || source.startsWith("/") || source.startsWith("~");
        mount.put("type", Nodes.text(bind ? "bind" : "volume", item.at()));
        if (!source.isEmpty()) {
            mount.put("source", Nodes.text(source, item.at()));
        }
        mount.put("target", Nodes.text(parts.length > 1 ? parts[1] : text, item.at()));
        SequencedMap<String, YamlNode> bindOptions = new LinkedHashMap<>();
        SequencedMap<String, YamlNode> volumeOptions = new LinkedHashMap<>();
        for (String option : parts.length > 2 ? List.of(parts[2].split(",", -1)) : List.<String>of()) {
            option(option, item, mount, bindOptions, volumeOptions, problems);
        }
        if (bind) {
            bindOptions.put("create_host_path", Nodes.plain("true", item.at()));
        } else if (text.length() > 2) { // Compose writes no options for a text this short
            mount.put("volume", Nodes.fields(volumeOptions, Nodes.nothing(item.at())));
        }
        if (!bindOptions.isEmpty()) {
            mount.put("bind", Nodes.fields(bindOptions, Nodes.nothing(item.at())));
        }
        return mount;
    }

    private static void option(
            String option,
            YamlNode item,
            SequencedMap<String, YamlNode> mount,
            SequencedMap<String, YamlNode> bind,
            SequencedMap<String, YamlNode> volume,
            Problems problems) {
        if (option.equals("ro")) {
            mount.put("read_only", Nodes.plain("true", item.at()));
        } else if (option.equals("nocopy")) {
            volume.put("nocopy", Nodes.plain("true", item.at()));
        } else if (option.equals("z") || option.equals("Z")) {
            bind.put("selinux", Nodes.text(option, item.at()));
        } else if (PROPAGATION.contains(option)) {
            bind.put("propagation", Nodes.text(option, item.at()));
        } else if (!option.equals("rw")
                && !Set.of("cached", "consistent", "delegated").contains(option)) {
            problems.add(
                    item.at(),
                    "volumes: option \"" + SiteMark.shown(option) + "\" is not known",
                    "known: ro, rw, nocopy, z, Z, "
                            + String.join(", ", PROPAGATION.stream().sorted().toList()));
        }
    }
}
