package io.wherry.e2e.docker;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/** What a project must not say at once, because Compose or the engine would refuse it: the made-up ones give way. Some rules need what others left, so they run to the end. */
final class ProjectRules {
    private static final List<String> OF_A_NETWORK = List.of(
            "hostname", "domainname", "dns", "dns_opt", "dns_search", "extra_hosts", "mac_address", "ports", "expose");

    private final SortedMap<String, SomeService> services;
    private final Map<String, SortedMap<String, String>> objects;

    ProjectRules(SortedMap<String, SomeService> services, Map<String, SortedMap<String, String>> objects) {
        this.services = services;
        this.objects = objects;
    }

    /** Applies them until nothing changes. */
    void settle() {
        String before;
        do {
            before = services.values().stream().map(SomeService::lines).toList().toString();
            services.values().forEach(this::references);
            services.values().forEach(ProjectRules::number);
            services.values().forEach(ProjectRules::job);
            services.values().forEach(ProjectRules::limits);
            services.values().forEach(ProjectRules::volumes);
            services.values().forEach(this::namespaces);
            services.values().forEach(this::files);
        } while (!before.equals(
                services.values().stream().map(SomeService::lines).toList().toString()));
    }

    private void references(SomeService service) {
        service.shares().values().removeIf(other -> !services.containsKey(other));
        service.shares().entrySet().removeIf(share -> refuses(share.getKey(), service(share.getValue())));
        service.used("depends_on").keySet().removeIf(other -> !services.containsKey(other));
        service.used("depends_on").replaceAll((other, how) -> condition(service(other), how));
        for (Map.Entry<String, SortedMap<String, String>> kind : objects.entrySet()) {
            service.used(kind.getKey()).keySet().removeIf(name -> !kind.getValue()
                    .containsKey(name));
        }
        service.used("networks").replaceAll((network, how) -> {
            boolean fixed = named("networks").getOrDefault(network, "").contains("subnet");
            return how.contains("ipv4_address") && (!fixed || service.isScaled()) ? "{}" : how;
        });
    }

    private SortedMap<String, String> named(String kind) {
        return Objects.requireNonNull(objects.get(kind), kind);
    }

    private SomeService service(String name) {
        return Objects.requireNonNull(services.get(name), name);
    }

    /** Whether a service cannot give another what is its own. */
    private static boolean refuses(String share, SomeService of) {
        return of.isJob()
                || of.isScaled()
                || (share.equals("network_mode") && !of.networkMode().isEmpty())
                || (share.equals("links") && !of.networkMode().isEmpty())
                || (share.equals("ipc") && !of.get("ipc").equals("shareable"))
                || (share.equals("pid") && of.plain().containsKey("pid"));
    }

    private static String condition(SomeService of, String how) {
        String condition = of.isJob()
                ? "service_completed_successfully"
                : of.hasHealthCheck() ? "service_healthy" : "service_started";
        return "{condition: " + condition + (how.contains("restart") ? ", restart: true" : "")
                + (how.contains("required") ? ", required: false" : "") + "}";
    }

    private static void number(SomeService service) {
        if (service.get("deploy").contains("replicas")) {
            service.remove("scale");
        }
        if (service.isScaled()) {
            service.remove("container_name", "mac_address");
            if (!service.get("ports").contains("::")) {
                service.remove("ports");
            }
        }
    }

    /** What Compose mounts by its own name, where we have it of the other, is the same volume. */
    private static void volumes(SomeService service) {
        if (service.shares().containsKey("volumes_from") && service.get("image").contains("volume")) {
            service.plain().put("image", TestImages.BUSYBOX_1);
        }
    }

    private static void job(SomeService service) {
        if (service.isJob()) {
            service.used("networks").clear(); // of one that has ended Compose does not see that its network was renamed
            service.remove("deploy", "restart", "healthcheck", "post_start", "pre_stop", "scale", "entrypoint");
        }
        if (service.get("deploy").contains("restart_policy")) {
            service.remove("restart");
        }
    }

    private static void limits(SomeService service) {
        if (service.get("deploy").contains("limits")) {
            service.remove("cpus", "mem_limit", "mem_reservation", "pids_limit");
        }
        if (service.plain().containsKey("cpus") || service.get("deploy").contains("cpus")) {
            service.remove("cpu_quota");
        }
        if (!service.plain().containsKey("mem_limit")) {
            service.remove("memswap_limit");
        }
    }

    private void namespaces(SomeService service) {
        for (String share : List.of("ipc", "pid", "network_mode")) {
            if (service.shares().containsKey(share)) {
                service.remove(share);
            }
        }
        if (!service.networkMode().isEmpty()) {
            service.used("networks").clear();
            service.shares().remove("links");
            service.remove("mac_address");
        }
        if (service.networkMode().equals("service") || service.networkMode().equals("host")) {
            OF_A_NETWORK.forEach(service::remove);
            service.remove("sysctls");
        }
        if (service.networkMode().equals("none")) {
            service.remove("ports", "expose", "extra_hosts");
        }
        if (service.plain().containsKey("uts")) {
            service.remove("hostname", "domainname");
        }
        if (service.get("ipc").equals("none") || service.get("ipc").equals("host")) {
            service.remove("shm_size");
        }
    }

    private void files(SomeService service) {
        if (service.mounts().stream().anyMatch(mount -> mount.contains("/data"))
                && service.get("tmpfs").equals("/data")) {
            service.remove("tmpfs");
        }
        boolean copied = service.used("configs").keySet().stream()
                .anyMatch(config -> named("configs").getOrDefault(config, "").contains("content"));
        service.used("configs")
                .replaceAll((config, how) ->
                        named("configs").getOrDefault(config, "").contains("content") && !how.contains("mode")
                                ? "mode: 0440"
                                : how);
        if (copied || service.plain().containsKey("post_start")) {
            service.remove("read_only");
        }
    }
}
