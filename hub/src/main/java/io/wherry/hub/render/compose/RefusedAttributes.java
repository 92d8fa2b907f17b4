package io.wherry.hub.render.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Attributes that Compose knows and this version does not carry out: named, so that the error can say so instead of "unknown". */
final class RefusedAttributes {
    private static final String TOP = "models configs.*.external configs.*.template_driver "
            + "secrets.*.environment secrets.*.driver secrets.*.driver_opts secrets.*.template_driver "
            + "networks.*.scope";
    private static final String SERVICE = "credential_spec models provider use_api_socket";

    /** What to do instead. */
    private static final Map<String, String> NOTES = Map.of(
            "secrets.*.environment",
            "the value would lie open in the bundle: write external: true, and keep it at the hub as a credential",
            "configs.*.external",
            "write content or file: what is deployed stands in the repository");

    static final List<Attribute> ROWS = rows();

    private RefusedAttributes() {}

    private static List<Attribute> rows() {
        List<Attribute> rows = new ArrayList<>();
        for (String path : TOP.split(" ")) {
            rows.add(refused(path));
        }
        for (String path : SERVICE.split(" ")) {
            rows.add(refused("services.*." + path));
        }
        return rows;
    }

    private static Attribute refused(String path) {
        return Attribute.of(path, Use.REFUSED, Form.ANY).note(NOTES.getOrDefault(path, ""));
    }
}
