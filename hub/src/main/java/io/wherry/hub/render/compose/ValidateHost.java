package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import java.util.Optional;

/** Step 7b, for limits and namespaces: what the engine or Compose itself would refuse at the site is refused here. */
final class ValidateHost {
    private final String label;
    private final YamlNode service;
    private final Problems problems;

    ValidateHost(String label, YamlNode service, Problems problems) {
        this.label = label;
        this.service = service;
        this.problems = problems;
    }

    void check() {
        range("cpu_count", 0, Integer.MAX_VALUE);
        range("cpu_percent", 0, 100);
        range("oom_score_adj", -1000, 1000);
        range("pids_limit", -1, Integer.MAX_VALUE);
        distinct("cpus", "limits", "cpus", Form.NUMBER);
        distinct("mem_limit", "limits", "memory", Form.BYTES);
        distinct("pids_limit", "limits", "pids", Form.INT);
        distinct("mem_reservation", "reservations", "memory", Form.BYTES);
        mode(
                "ipc",
                "none|private|shareable|host|service:.+|container:.+",
                "none, private, shareable, host, service:NAME, container:NAME");
        mode("pid", "host|service:.+|container:.+", "host, service:NAME, container:NAME");
        mode("uts", "host", "host");
        mode("userns_mode", "host", "host");
        mac(service, label);
        hooks("post_start");
        hooks("pre_stop");
        Nodes.fields(service, "networks").forEach((name, endpoint) -> mac(endpoint, label + ".networks." + name));
    }

    /** Compose takes an empty command, and fails when it runs it. */
    private void hooks(String key) {
        for (YamlNode hook : Nodes.items(service, key)) {
            if (Nodes.items(hook, "command").isEmpty()) {
                problems.add(
                        hook.at(),
                        label + "." + key + ": a hook without a command",
                        "add command: [PROGRAM, ARGUMENT]");
            }
        }
    }

    private void range(String key, long least, long most) {
        Nodes.find(service, key).ifPresent(node -> {
            long value = Scalar.integer((YamlNode.Scalar) node).orElse(least);
            if (value < least || value > most) {
                problems.add(node.at(), label + "." + key + ": " + value, least + " to " + most);
            }
        });
    }

    /** Both ways to say a limit, and not the same: Compose counts a limit that {@code deploy} leaves out as another one. */
    private void distinct(String key, String kind, String deployKey, Form form) {
        Optional<YamlNode> here = Nodes.find(service, key).filter(node -> !isZero(node, form));
        Optional<YamlNode> there = Nodes.find(service, "deploy")
                .flatMap(deploy -> Nodes.find(deploy, "resources"))
                .flatMap(resources -> Nodes.find(resources, kind));
        if (here.isPresent() && there.isPresent()) {
            Optional<YamlNode> other = Nodes.find(there.get(), deployKey);
            if (other.isEmpty() || !canonical(other.get(), form).equals(canonical(here.get(), form))) {
                problems.add(
                        here.get().at(),
                        label + ": " + key + " and deploy.resources." + kind + "." + deployKey + " differ",
                        "keep one of them");
            }
        }
    }

    private static boolean isZero(YamlNode node, Form form) {
        return canonical(node, form).equals(canonical(Nodes.plain("0", node.at()), form));
    }

    private static String canonical(YamlNode node, Form form) {
        String text = Nodes.asText(node);
        return form == Form.BYTES
                ? GoFormat.bytes(text).map(String::valueOf).orElse(text)
                : Scalar.number(text).map(String::valueOf).orElse(text);
    }

    private void mode(String key, String pattern, String known) {
        Nodes.find(service, key).ifPresent(node -> {
            String text = Nodes.asText(node);
            if (!text.isEmpty() && !text.matches(pattern)) {
                problems.add(
                        node.at(),
                        label + "." + key + ": \"" + SiteMark.shown(text) + "\" is not known",
                        "known: " + known);
            }
        });
    }

    private void mac(YamlNode owner, String where) {
        Nodes.find(owner, "mac_address").ifPresent(node -> {
            String text = Nodes.asText(node);
            if (!text.isEmpty() && !SiteMark.isIn(text) && !text.matches("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")) {
                problems.add(
                        node.at(), where + ".mac_address: \"" + text + "\" is no address", "write 02:42:ac:11:00:02");
            }
        });
    }
}
