package io.wherry.hub.render.compose;

import static io.wherry.hub.render.compose.Form.ANY;
import static io.wherry.hub.render.compose.Form.BOOL;
import static io.wherry.hub.render.compose.Form.FIELDS;
import static io.wherry.hub.render.compose.Form.LIST;
import static io.wherry.hub.render.compose.Form.NULL;
import static io.wherry.hub.render.compose.Form.TEXT;
import static io.wherry.hub.render.compose.Use.CARRIED;
import static io.wherry.hub.render.compose.Use.LATE;

import java.util.ArrayList;
import java.util.List;

/** The rows of commands that run in a container after it started and before it stops. */
final class HookAttributes {
    static final List<Attribute> ROWS = rows();

    private HookAttributes() {}

    private static List<Attribute> rows() {
        List<Attribute> rows = new ArrayList<>();
        rows.addAll(
                hooks("services.*.post_start", "one that fails is a verdict on the release; at most 5 minutes each"));
        rows.addAll(hooks(
                "services.*.pre_stop", "one that fails is told, and the container stops; at most 5 minutes each"));
        return List.copyOf(rows);
    }

    private static List<Attribute> hooks(String path, String note) {
        String item = path + "[]";
        return List.of(
                Attribute.of(path, CARRIED, LIST).merging(Merging.ALL).note(note),
                Attribute.of(item, CARRIED, FIELDS),
                Attribute.of(item + ".command", CARRIED, TEXT, LIST).merging(Merging.REPLACE),
                Attribute.of(item + ".command[]", LATE, TEXT),
                Attribute.of(item + ".user", LATE, TEXT),
                Attribute.of(item + ".privileged", CARRIED, BOOL).note("a site's policy judges it"),
                Attribute.of(item + ".working_dir", CARRIED, TEXT),
                Attribute.of(item + ".environment", CARRIED, LIST, FIELDS),
                Attribute.of(item + ".environment.*", LATE, ANY, NULL).kept(),
                Attribute.of(item + ".environment[]", LATE, TEXT));
    }
}
