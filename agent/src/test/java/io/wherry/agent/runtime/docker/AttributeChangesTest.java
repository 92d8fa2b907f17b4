package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a running container when a release changes one attribute of its service, for every attribute that is carried out: as with Docker
 * Compose, but for {@code deploy.update_config}, which is no part of the container (docs/reference/compose.md).
 */
class AttributeChangesTest {
    enum Becomes {
        /** It is made anew. */
        RECREATED,
        /** It stays, and something is done beside it. */
        IN_PLACE,
        /** Nothing is done. */
        UNTOUCHED
    }

    /**
     * @param before what the service says before the change, beside its image
     * @param value  of the attribute after the change
     */
    record Row(String before, String attribute, String value, Becomes becomes) {
        Row(String attribute, String value, Becomes becomes) {
            this("", attribute, value, becomes);
        }

        static Row of(String attribute, String value) {
            return new Row(attribute, value, Becomes.RECREATED);
        }
    }

    private static final List<Row> SERVICE = List.of(
            Row.of("annotations", "{'a': 'b'}"),
            Row.of("attach", "false"),
            Row.of("blkio_config", "{'weight': 300}"),
            Row.of("cap_add", "['NET_ADMIN']"),
            Row.of("cap_drop", "['ALL']"),
            Row.of("cgroup", "'private'"),
            Row.of("cgroup_parent", "'/x'"),
            Row.of("command", "['x']"),
            Row.of("configs", "[{'source': 'c'}]"),
            Row.of("container_name", "'another'"),
            Row.of("cpu_count", "1"),
            Row.of("cpu_percent", "10"),
            Row.of("cpu_period", "1000"),
            Row.of("cpu_quota", "1000"),
            Row.of("cpu_rt_period", "95000"),
            Row.of("cpu_rt_runtime", "90000"),
            Row.of("cpu_shares", "10"),
            Row.of("cpus", "0.5"),
            Row.of("cpuset", "'0'"),
            new Row("depends_on", "{'other': {'condition': 'service_started'}}", Becomes.UNTOUCHED),
            Row.of("deploy", "{'resources': {'limits': {'pids': 10}}}"),
            Row.of("device_cgroup_rules", "['c 1:3 mr']"),
            Row.of("devices", "[{'source': '/dev/null', 'target': '/dev/x', 'permissions': 'r'}]"),
            Row.of("dns", "['10.0.0.1']"),
            Row.of("dns_opt", "['ndots:1']"),
            Row.of("dns_search", "['example.org']"),
            Row.of("domainname", "'example.org'"),
            Row.of("entrypoint", "['x']"),
            Row.of("environment", "{'A': 'b'}"),
            Row.of("expose", "['80']"),
            Row.of("external_links", "['x:y']"),
            Row.of("extra_hosts", "['a=10.0.0.1']"),
            Row.of("gpus", "[{'count': -1}]"),
            Row.of("group_add", "['1']"),
            Row.of("healthcheck", "{'test': ['NONE']}"),
            Row.of("hostname", "'h'"),
            Row.of("image", "'i:2'"),
            Row.of("init", "true"),
            Row.of("ipc", "'host'"),
            Row.of("isolation", "'default'"),
            Row.of("labels", "{'a': 'b'}"),
            Row.of("links", "['other']"),
            Row.of("logging", "{'driver': 'none'}"),
            Row.of("mac_address", "'02:42:ac:11:00:02'"),
            Row.of("mem_limit", "'67108864'"),
            Row.of("mem_reservation", "'67108864'"),
            Row.of("mem_swappiness", "10"),
            Row.of("memswap_limit", "'67108864'"),
            Row.of("network_mode", "'none'"),
            Row.of("networks", "{'front': null}"),
            Row.of("oom_kill_disable", "true"),
            Row.of("oom_score_adj", "1"),
            Row.of("pid", "'host'"),
            Row.of("pids_limit", "10"),
            Row.of("platform", "'linux/arm64'"),
            Row.of("ports", "[{'target': 80, 'published': '8080', 'protocol': 'tcp', 'mode': 'ingress'}]"),
            Row.of("post_start", "[{'command': ['x']}]"),
            Row.of("pre_stop", "[{'command': ['x']}]"),
            Row.of("privileged", "true"),
            new Row("profiles", "['a']", Becomes.UNTOUCHED),
            new Row("pull_policy", "'always'", Becomes.UNTOUCHED),
            Row.of("read_only", "true"),
            Row.of("restart", "'always'"),
            Row.of("runtime", "'runc'"),
            new Row("scale", "2", Becomes.IN_PLACE),
            Row.of("secrets", "[{'source': 's'}]"),
            Row.of("security_opt", "['no-new-privileges:true']"),
            Row.of("shm_size", "'67108864'"),
            Row.of("stdin_open", "true"),
            Row.of("stop_grace_period", "'1s'"),
            Row.of("stop_signal", "'SIGINT'"),
            Row.of("storage_opt", "{'size': '1G'}"),
            Row.of("sysctls", "{'net.core.somaxconn': '1024'}"),
            Row.of("tmpfs", "['/t']"),
            Row.of("tty", "true"),
            Row.of("ulimits", "{'nofile': 10}"),
            Row.of("user", "'1'"),
            Row.of("userns_mode", "'host'"),
            Row.of("uts", "'host'"),
            Row.of("volumes", "[{'type': 'volume', 'source': 'data', 'target': '/data', 'volume': {}}]"),
            Row.of("volumes_from", "['other']"),
            Row.of("working_dir", "'/x'"));

    private static final List<Row> DEPLOY = List.of(
            Row.of("mode", "'replicated'"),
            new Row("replicas", "2", Becomes.IN_PLACE),
            Row.of("labels", "{'a': 'b'}"),
            Row.of("endpoint_mode", "'vip'"),
            Row.of("resources", "{'limits': {'memory': '67108864'}}"),
            Row.of("restart_policy", "{'condition': 'any'}"),
            new Row("update_config", "{'order': 'start-first'}", Becomes.UNTOUCHED),
            Row.of("rollback_config", "{'parallelism': 1}"),
            Row.of("placement", "{'constraints': ['a==b']}"));

    private static Wanted wanted(long generation, String more) {
        // The last of two equal keys would be refused: a row may say the image itself.
        String image = more.startsWith("'image'") ? "" : "'image': 'i:1'" + (more.isEmpty() ? "" : ", ");
        return Models.wanted(
                generation,
                "{'services': {'web': {" + image + more + "}, 'other': {'image': 'i:1'}}, 'networks': {'front': null},"
                        + " 'volumes': {'data': null}, 'configs': {'c': {'content': 'x'}}, 'secrets': {'s': {'file': './s'}}}");
    }

    /** What an engine has on which exactly this was applied. */
    private static Observed applied(Wanted wanted) {
        List<ObservedContainer> containers = new ArrayList<>();
        for (ContainerSpec spec : wanted.containers()) {
            Json.Obj body = spec.body(
                    new ContainerSpec.Made("sha256:1", spec.image()),
                    Map.of(),
                    service -> "id-" + service,
                    ApiVersion.NEWEST);
            containers.add(new ObservedContainer(
                    "id-" + spec.service(),
                    spec.name(),
                    body.stringMap("Labels"),
                    "running",
                    "Up 1 second",
                    "sha256:1",
                    body.object("HostConfig").string("NetworkMode"),
                    new TreeSet<>(spec.endpoints().keySet()),
                    new TreeMap<>(),
                    new TreeMap<>(),
                    spec.ports()));
        }
        Map<String, Json.Obj> networks = new TreeMap<>();
        wanted.networks().forEach(network -> networks.put(network.name(), network.body()));
        Map<String, Json.Obj> volumes = new TreeMap<>();
        wanted.volumes().forEach(volume -> volumes.put(volume.name(), volume.body()));
        return new Observed(Models.OWNER, Models.PROJECT, containers, networks, volumes, Set.of());
    }

    private static Becomes becomes(Wanted after, Observed engine) {
        Plan plan = DockerPlanner.plan(after, engine, ApplyMode.FULL, Map.of(), DockerPlanner.Adjustments.NONE);
        if (!(plan instanceof Plan.Steps steps)) {
            throw new AssertionError(plan.toString());
        }
        boolean anew = steps.all().stream()
                .anyMatch(step ->
                        (step instanceof Step.Make make && make.setAside().isPresent()) || step instanceof Step.Swap);
        return anew ? Becomes.RECREATED : steps.isEmpty() ? Becomes.UNTOUCHED : Becomes.IN_PLACE;
    }

    /** Beside another deploy, however little it says: to have one at all is a difference for Compose too. */
    static Stream<Row> rows() {
        return Stream.concat(
                SERVICE.stream(),
                DEPLOY.stream()
                        .map(row -> new Row(
                                "'deploy': {}",
                                "deploy",
                                "{'" + row.attribute() + "': " + row.value() + "}",
                                row.becomes())));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aChangeDoesAsMuchAsItDoesWithCompose(Row row) {
        Observed engine = applied(wanted(1, row.before()));

        assertThat(becomes(wanted(2, "'" + row.attribute() + "': " + row.value()), engine))
                .isEqualTo(row.becomes());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theSameOnceMoreDoesNothing(Row row) {
        String attribute = "'" + row.attribute() + "': " + row.value();

        assertThat(becomes(wanted(2, attribute), applied(wanted(1, attribute)))).isEqualTo(Becomes.UNTOUCHED);
    }

    @Test
    void everyAttributeThatIsCarriedOutHasItsRow() {
        assertThat(SERVICE.stream().map(Row::attribute)).containsExactlyInAnyOrderElementsOf(KnownFields.SERVICE);
        assertThat(DEPLOY.stream().map(Row::attribute)).containsExactlyInAnyOrderElementsOf(KnownFields.DEPLOY);
    }
}
