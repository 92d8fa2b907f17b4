package io.wherry.hub.render.compose;

import static io.wherry.hub.render.compose.Form.ANY;
import static io.wherry.hub.render.compose.Form.DURATION;
import static io.wherry.hub.render.compose.Form.FIELDS;
import static io.wherry.hub.render.compose.Form.INT;
import static io.wherry.hub.render.compose.Form.LIST;
import static io.wherry.hub.render.compose.Form.NULL;
import static io.wherry.hub.render.compose.Form.NUMBER;
import static io.wherry.hub.render.compose.Form.SIZE_TEXT;
import static io.wherry.hub.render.compose.Form.TEXT;
import static io.wherry.hub.render.compose.Use.CARRIED;

import java.util.ArrayList;
import java.util.List;

/** The rows below a service's {@code deploy}; most were made for a cluster, and say nothing to one engine: as with Compose. */
final class DeployAttributes {
    private static final String D = "services.*.deploy.";
    private static final String CLUSTER = "for a cluster: without effect on one engine, as with Compose";

    private static final String START_FIRST =
            "start-first only where both can run, else stopped first with a warning ([zero"
                    + " harm](../explanation/zero-harm.md))";

    static final List<Attribute> ROWS = rows();

    private DeployAttributes() {}

    private static List<Attribute> rows() {
        List<Attribute> rows = new ArrayList<>(List.of(
                Attribute.of(D + "mode", CARRIED, TEXT)
                        .words("replicated", "global", "replicated-job", "global-job")
                        .note(CLUSTER),
                Attribute.of(D + "replicas", CARRIED, INT).kept(),
                Attribute.of(D + "labels", CARRIED, LIST, FIELDS).note(CLUSTER),
                Attribute.of(D + "labels.*", CARRIED, ANY, NULL).kept(),
                Attribute.of(D + "labels[]", CARRIED, TEXT),
                Attribute.of(D + "endpoint_mode", CARRIED, TEXT).note(CLUSTER),
                Attribute.of(D + "restart_policy", CARRIED, FIELDS).kept().note("wins over restart"),
                Attribute.of(D + "restart_policy.condition", CARRIED, TEXT)
                        .words("none", "no", "on-failure", "any", "always", "unless-stopped"),
                Attribute.of(D + "restart_policy.delay", CARRIED, DURATION)
                        .kept()
                        .note(CLUSTER),
                Attribute.of(D + "restart_policy.max_attempts", CARRIED, INT).kept(),
                Attribute.of(D + "restart_policy.window", CARRIED, DURATION)
                        .kept()
                        .note(CLUSTER),
                Attribute.of(D + "placement", CARRIED, FIELDS).kept().note(CLUSTER),
                Attribute.of(D + "placement.constraints", CARRIED, LIST).merging(Merging.ALL),
                Attribute.of(D + "placement.constraints[]", CARRIED, TEXT),
                Attribute.of(D + "placement.preferences", CARRIED, LIST).merging(Merging.ALL),
                Attribute.of(D + "placement.preferences[]", CARRIED, FIELDS),
                Attribute.of(D + "placement.preferences[].spread", CARRIED, TEXT),
                Attribute.of(D + "placement.max_replicas_per_node", CARRIED, INT)));
        rows.addAll(update("update_config", START_FIRST));
        rows.addAll(update("rollback_config", CLUSTER));
        rows.addAll(resources());
        return List.copyOf(rows);
    }

    private static List<Attribute> update(String name, String orderNote) {
        String path = D + name;
        return List.of(
                Attribute.of(path, CARRIED, FIELDS)
                        .kept()
                        .note(CLUSTER + (name.equals("update_config") ? ", but for order" : "")),
                Attribute.of(path + ".parallelism", CARRIED, INT).kept(),
                Attribute.of(path + ".delay", CARRIED, DURATION),
                Attribute.of(path + ".failure_action", CARRIED, TEXT),
                Attribute.of(path + ".monitor", CARRIED, DURATION),
                Attribute.of(path + ".max_failure_ratio", CARRIED, NUMBER),
                Attribute.of(path + ".order", CARRIED, TEXT)
                        .words("stop-first", "start-first")
                        .note(orderNote));
    }

    private static List<Attribute> resources() {
        String limits = D + "resources.limits";
        String reservations = D + "resources.reservations";
        List<Attribute> rows = new ArrayList<>(List.of(
                Attribute.of(D + "resources", CARRIED, FIELDS).kept(),
                Attribute.of(limits, CARRIED, FIELDS).kept(),
                Attribute.of(limits + ".cpus", CARRIED, NUMBER),
                Attribute.of(limits + ".memory", CARRIED, SIZE_TEXT),
                Attribute.of(limits + ".pids", CARRIED, INT),
                Attribute.of(reservations, CARRIED, FIELDS).kept(),
                Attribute.of(reservations + ".cpus", CARRIED, NUMBER).note(CLUSTER),
                Attribute.of(reservations + ".memory", CARRIED, SIZE_TEXT),
                Attribute.of(reservations + ".generic_resources", CARRIED, LIST)
                        .merging(Merging.ALL)
                        .note(CLUSTER),
                Attribute.of(reservations + ".generic_resources[]", CARRIED, FIELDS),
                Attribute.of(reservations + ".generic_resources[].discrete_resource_spec", CARRIED, FIELDS),
                Attribute.of(reservations + ".generic_resources[].discrete_resource_spec.kind", CARRIED, TEXT),
                Attribute.of(reservations + ".generic_resources[].discrete_resource_spec.value", CARRIED, INT)
                        .kept(),
                Attribute.of(reservations + ".devices", CARRIED, LIST)
                        .merging(Merging.ALL)
                        .note("a site's policy judges it")));
        rows.addAll(HostAttributes.requests(reservations + ".devices[]"));
        return rows;
    }
}
