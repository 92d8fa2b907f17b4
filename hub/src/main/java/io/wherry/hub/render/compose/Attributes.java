package io.wherry.hub.render.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The table of Compose's attributes: what each may be, how files merge in it, and what becomes of it. Check, Merge, Emit and the reference
 * page (docs/reference/compose.md) read this table and nothing else.
 */
final class Attributes {
    /** All rows, in the order of the reference page. */
    static final List<Attribute> ALL = all();

    private static final Map<String, Node> ROOT = tree();

    private Attributes() {}

    private static List<Attribute> all() {
        List<Attribute> all = new ArrayList<>(ProjectAttributes.ROWS);
        all.addAll(ServiceAttributes.ROWS);
        all.addAll(HostAttributes.ROWS);
        all.addAll(HookAttributes.ROWS);
        all.addAll(DeployAttributes.ROWS);
        all.addAll(RefusedAttributes.ROWS);
        return List.copyOf(all);
    }

    /** A place in the table: its row and the rows below it. */
    record Node(Attribute attribute, Map<String, Node> below) {

        /** The place of a field; a free name has the row {@code *}. */
        Optional<Node> field(String name) {
            return Optional.ofNullable(below.getOrDefault(name, below.get("*")));
        }

        Optional<Node> item() {
            return Optional.ofNullable(below.get("[]"));
        }

        boolean hasFreeNames() {
            return below.containsKey("*");
        }

        /** The names a person may use here: those not refused. */
        Set<String> names() {
            Set<String> names = new TreeSet<>();
            below.forEach((name, node) -> {
                if (node.attribute().use() != Use.REFUSED && !name.equals("[]")) {
                    names.add(name);
                }
            });
            return names;
        }
    }

    static Node root() {
        return new Node(Attribute.of("", Use.CARRIED, Form.FIELDS), ROOT);
    }

    private static Map<String, Node> tree() {
        Map<String, Node> root = new LinkedHashMap<>();
        for (Attribute attribute : ALL) {
            Map<String, Node> at = root;
            List<String> steps = steps(attribute.path());
            for (String step : steps.subList(0, steps.size() - 1)) {
                Node node = at.get(step);
                if (node == null) {
                    throw new IllegalStateException(
                            attribute.path() + ": stands before " + step + " (expected: below it)");
                }
                at = node.below();
            }
            if (at.put(steps.getLast(), new Node(attribute, new LinkedHashMap<>())) != null) {
                throw new IllegalStateException(attribute.path() + ": stands twice");
            }
        }
        return root;
    }

    private static List<String> steps(String path) {
        return List.of(path.replace("[]", ".[]").split("\\."));
    }
}
