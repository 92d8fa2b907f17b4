package io.wherry.hub.render.compose;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.OwnedConfigs;
import io.wherry.contract.file.TarWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Step 11b, continued: an owner or a mode of a config whose content stands in the file. It is put into the container, as Compose does ({@link OwnedConfigs}). */
final class ValidateGrants {
    private static final long MOUNTED = Long.parseLong(OwnedConfigs.MOUNTED_MODE, 8);

    private final String label;
    private final YamlNode service;
    private final Map<String, YamlNode> configs;
    private final Problems problems;

    ValidateGrants(String label, YamlNode service, Map<String, YamlNode> configs, Problems problems) {
        this.label = label + ".configs";
        this.service = service;
        this.configs = configs;
        this.problems = problems;
    }

    void check() {
        for (YamlNode grant : Nodes.items(service, "configs")) {
            boolean owned = Nodes.find(grant, "uid").isPresent()
                    || Nodes.find(grant, "gid").isPresent()
                    || Nodes.find(grant, "mode")
                            .flatMap(mode -> Scalar.mode((YamlNode.Scalar) mode))
                            .filter(bits -> bits != MOUNTED)
                            .isPresent();
            boolean written = Nodes.findText(grant, "source")
                    .flatMap(source -> Optional.ofNullable(configs.get(source)))
                    .filter(config -> Nodes.find(config, "file").isEmpty())
                    .isPresent();
            if (owned && written) {
                placed(grant);
            }
        }
    }

    private void placed(YamlNode grant) {
        for (String key : List.of("uid", "gid")) {
            Nodes.find(grant, key)
                    .filter(number -> !isOwner(Nodes.asText(number)))
                    .ifPresent(number -> problems.add(
                            number.at(),
                            label + ": " + key + " \"" + Nodes.asText(number) + "\" is no number of a user or group",
                            "0 to " + TarWriter.MAX_OWNER + ": names are known in the image alone"));
        }
        Nodes.find(grant, "target")
                .filter(target -> !fits(Nodes.asText(target)))
                .ifPresent(target -> problems.add(
                        target.at(),
                        label + ": target of a config with content and an owner or mode is too long or not ASCII",
                        "at most " + TarWriter.MAX_NAME_BYTES
                                + " characters; a config with file may have a longer one"));
        if (Nodes.isTrue(service, "read_only")) {
            problems.add(
                    grant.at(),
                    label
                            + ": a config with content and an owner or mode cannot be put into a service that is read_only",
                    "leave out uid, gid and mode: it is mounted then, and everybody may read it (0444)");
        }
    }

    private static boolean isOwner(String text) {
        return text.matches("[0-9]{1,7}") && Integer.parseInt(text) <= TarWriter.MAX_OWNER;
    }

    private static boolean fits(String target) {
        return target.length() <= TarWriter.MAX_NAME_BYTES
                && US_ASCII.newEncoder().canEncode(target);
    }
}
