package io.wherry.hub.render.compose;

import static io.wherry.hub.render.compose.Form.ANY;
import static io.wherry.hub.render.compose.Form.ATOM;
import static io.wherry.hub.render.compose.Form.BOOL;
import static io.wherry.hub.render.compose.Form.BYTES;
import static io.wherry.hub.render.compose.Form.COUNT;
import static io.wherry.hub.render.compose.Form.FIELDS;
import static io.wherry.hub.render.compose.Form.INT;
import static io.wherry.hub.render.compose.Form.LIST;
import static io.wherry.hub.render.compose.Form.NULL;
import static io.wherry.hub.render.compose.Form.SWAP;
import static io.wherry.hub.render.compose.Form.TEXT;
import static io.wherry.hub.render.compose.Use.CARRIED;
import static io.wherry.hub.render.compose.Use.LATE;

import java.util.ArrayList;
import java.util.List;

/** The rows of a service that say what it gets of its host: limits, devices, namespaces, other containers. */
final class HostAttributes {
    private static final String S = "services.*.";
    private static final String POLICY = "a site's policy judges it";

    static final List<Attribute> ROWS = rows();

    private HostAttributes() {}

    private static List<Attribute> rows() {
        List<Attribute> rows = new ArrayList<>(limits());
        rows.addAll(devices());
        rows.addAll(namespaces());
        return List.copyOf(rows);
    }

    private static List<Attribute> limits() {
        List<Attribute> rows = new ArrayList<>(List.of(
                Attribute.of(S + "cpu_count", CARRIED, INT).note("without effect on Linux, as with Compose"),
                Attribute.of(S + "cpu_percent", CARRIED, INT).note("without effect on Linux, as with Compose"),
                Attribute.of(S + "cpu_period", CARRIED, INT).note("microseconds"),
                Attribute.of(S + "cpu_quota", CARRIED, INT).note("microseconds"),
                Attribute.of(S + "cpu_rt_period", CARRIED, INT).note("microseconds"),
                Attribute.of(S + "cpu_rt_runtime", CARRIED, INT).note("microseconds"),
                Attribute.of(S + "cpu_shares", CARRIED, INT),
                Attribute.of(S + "cpuset", CARRIED, TEXT),
                Attribute.of(S + "mem_reservation", CARRIED, BYTES),
                Attribute.of(S + "memswap_limit", CARRIED, SWAP),
                Attribute.of(S + "mem_swappiness", CARRIED, BYTES),
                Attribute.of(S + "oom_kill_disable", CARRIED, BOOL).note(POLICY),
                Attribute.of(S + "oom_score_adj", CARRIED, INT).note("-1000 to 1000; " + POLICY),
                Attribute.of(S + "pids_limit", CARRIED, INT).note("-1: without a limit"),
                Attribute.of(S + "storage_opt", CARRIED, FIELDS),
                Attribute.of(S + "storage_opt.*", CARRIED, ATOM, NULL).kept(),
                Attribute.of(S + "blkio_config", CARRIED, FIELDS).kept(),
                Attribute.of(S + "blkio_config.weight", CARRIED, INT)));
        rows.addAll(blkio("weight_device", "weight", INT));
        for (String limit : List.of("device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops")) {
            rows.addAll(blkio(limit, "rate", BYTES));
        }
        return rows;
    }

    private static List<Attribute> blkio(String name, String value, Form form) {
        String path = S + "blkio_config." + name;
        return List.of(
                Attribute.of(path, CARRIED, LIST).merging(Merging.ALL),
                Attribute.of(path + "[]", CARRIED, FIELDS),
                Attribute.of(path + "[].path", CARRIED, TEXT).kept(),
                Attribute.of(path + "[]." + value, CARRIED, form).kept());
    }

    private static List<Attribute> devices() {
        List<Attribute> rows = new ArrayList<>(List.of(
                Attribute.of(S + "devices", CARRIED, LIST)
                        .merging(Merging.KEYED)
                        .note(POLICY),
                Attribute.of(S + "devices[]", CARRIED, TEXT, FIELDS),
                Attribute.of(S + "devices[].source", CARRIED, TEXT),
                Attribute.of(S + "devices[].target", CARRIED, TEXT),
                Attribute.of(S + "devices[].permissions", CARRIED, TEXT),
                Attribute.of(S + "device_cgroup_rules", CARRIED, LIST)
                        .merging(Merging.APPEND)
                        .note(POLICY),
                Attribute.of(S + "device_cgroup_rules[]", CARRIED, TEXT),
                Attribute.of(S + "gpus", CARRIED, TEXT, LIST)
                        .words("all")
                        .merging(Merging.ALL)
                        .note(POLICY)));
        rows.addAll(requests(S + "gpus[]"));
        return rows;
    }

    /** What is asked of a device driver: {@code gpus}, and the devices of {@code deploy.resources.reservations}. */
    static List<Attribute> requests(String item) {
        return List.of(
                Attribute.of(item, CARRIED, FIELDS),
                Attribute.of(item + ".driver", CARRIED, TEXT),
                Attribute.of(item + ".count", CARRIED, COUNT),
                Attribute.of(item + ".capabilities", CARRIED, LIST).merging(Merging.ALL),
                Attribute.of(item + ".capabilities[]", CARRIED, TEXT),
                Attribute.of(item + ".device_ids", CARRIED, LIST).merging(Merging.ALL),
                Attribute.of(item + ".device_ids[]", CARRIED, TEXT),
                Attribute.of(item + ".options", CARRIED, LIST, FIELDS),
                Attribute.of(item + ".options.*", CARRIED, ANY, NULL).kept(),
                Attribute.of(item + ".options[]", CARRIED, TEXT));
    }

    private static List<Attribute> namespaces() {
        String other = "host, service:NAME or container:NAME; " + POLICY;
        return List.of(
                Attribute.of(S + "annotations", CARRIED, LIST, FIELDS).note("engines before 25 know none"),
                Attribute.of(S + "annotations.*", LATE, ANY, NULL).kept(),
                Attribute.of(S + "annotations[]", LATE, TEXT),
                Attribute.of(S + "attach", CARRIED, BOOL).kept().note("without effect on what runs in the background"),
                Attribute.of(S + "cgroup", CARRIED, TEXT)
                        .words("host", "private")
                        .note(POLICY),
                Attribute.of(S + "cgroup_parent", CARRIED, TEXT).note(POLICY),
                Attribute.of(S + "dns_opt", CARRIED, LIST),
                Attribute.of(S + "dns_opt[]", CARRIED, TEXT),
                Attribute.of(S + "dns_search", CARRIED, TEXT, LIST),
                Attribute.of(S + "dns_search[]", CARRIED, TEXT),
                Attribute.of(S + "external_links", CARRIED, LIST)
                        .merging(Merging.APPEND)
                        .note(POLICY),
                Attribute.of(S + "external_links[]", CARRIED, TEXT),
                Attribute.of(S + "ipc", CARRIED, TEXT).note("none, private, shareable, " + other),
                Attribute.of(S + "isolation", CARRIED, TEXT).note("Linux engines know default only"),
                Attribute.of(S + "links", CARRIED, LIST),
                Attribute.of(S + "links[]", CARRIED, TEXT),
                Attribute.of(S + "mac_address", CARRIED, TEXT),
                Attribute.of(S + "pid", CARRIED, TEXT).note(other),
                Attribute.of(S + "runtime", CARRIED, TEXT).note(POLICY),
                Attribute.of(S + "userns_mode", CARRIED, TEXT).note("host; " + POLICY),
                Attribute.of(S + "uts", CARRIED, TEXT).note("host; " + POLICY),
                Attribute.of(S + "volumes_from", CARRIED, LIST)
                        .merging(Merging.APPEND)
                        .note("SERVICE or container:NAME; :ro is read over, as by Compose; " + POLICY),
                Attribute.of(S + "volumes_from[]", CARRIED, TEXT));
    }
}
