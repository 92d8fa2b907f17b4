package io.wherry.hub.render.compose;

import java.util.ArrayList;
import java.util.List;

/** Attributes that Compose knows and this version does not carry out: named, so that the error can say so instead of "unknown". */
final class RefusedAttributes {
    private static final String TOP =
            "include models configs.*.content configs.*.environment configs.*.external configs.*.template_driver "
                    + "secrets.*.environment secrets.*.driver secrets.*.driver_opts secrets.*.template_driver "
                    + "networks.*.ipam.options networks.*.enable_ipv4 networks.*.enable_ipv6 networks.*.scope";
    private static final String SERVICE =
            "annotations attach blkio_config cgroup cgroup_parent cpu_count cpu_percent cpu_period cpu_quota "
                    + "cpu_rt_period cpu_rt_runtime cpu_shares cpuset credential_spec develop device_cgroup_rules devices dns_opt dns_search "
                    + "env_file[].format extends external_links gpus ipc isolation label_file links mac_address mem_reservation mem_swappiness memswap_limit "
                    + "models oom_kill_disable oom_score_adj pid pids_limit platform post_start pre_stop provider runtime storage_opt use_api_socket "
                    + "userns_mode uts volumes_from deploy.labels deploy.resources deploy.restart_policy deploy.placement deploy.rollback_config "
                    + "deploy.endpoint_mode deploy.update_config.parallelism deploy.update_config.delay deploy.update_config.failure_action "
                    + "deploy.update_config.monitor deploy.update_config.max_failure_ratio networks.*.ipv6_address networks.*.link_local_ips "
                    + "networks.*.mac_address networks.*.driver_opts networks.*.priority networks.*.gw_priority networks.*.interface_name "
                    + "volumes[].volume.subpath volumes[].volume.labels volumes[].bind.recursive volumes[].image";

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
        return Attribute.of(path, Use.REFUSED, Form.ANY);
    }
}
