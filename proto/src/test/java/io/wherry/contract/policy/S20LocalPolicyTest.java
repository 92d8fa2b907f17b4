package io.wherry.contract.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** S20: the site's policy holds, whatever a model asks for. */
class S20LocalPolicyTest {
    private static final WorkloadPolicy COMPOSE = WorkloadPolicy.of(Preset.COMPOSE);
    private static final WorkloadPolicy BASELINE = WorkloadPolicy.of(Preset.BASELINE);
    private static final ComposePolicy.Site SITE =
            new ComposePolicy.Site("/var/lib/wherry-agent", "/custom/engine.sock", UnaryOperator.identity());

    /** What a service asks for, and the rule that both presets refuse it by. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'privileged': true | privileged",
                "'post_start': [{'command': ['x']}, {'command': ['x'], 'privileged': true}] | privileged",
                "'pre_stop': [{'command': ['x'], 'privileged': true}] | privileged",
                "'network_mode': 'host' | host-network",
                "'networks': {'outside': null} | host-network",
                "'networks': {'host': null} | host-network",
                "'network_mode': 'container:other' | container-network",
                "'pid': 'host' | host-pid",
                "'ipc': 'host' | host-ipc",
                "'uts': 'host' | host-uts",
                "'userns_mode': 'host' | host-userns",
                "'ipc': 'container:other' | container-ipc",
                "'pid': 'container:other' | container-pid",
                "'volumes_from': ['web2', 'container:other:ro'] | container-volumes",
                "'external_links': ['other:db'] | container-link",
                "'cgroup': 'host' | host-cgroup",
                "'device_cgroup_rules': ['b *:* rwm'] | device-rule",
                "'gpus': [{'count': -1}] | device-request",
                "'deploy': {'resources': {'reservations': {'devices': [{'capabilities': ['gpu']}]}}} | device-request",
                "'annotations': {'org.systemd.property.DeviceAllow': 'x'} | annotation",
                "'annotations': {'run.oci.hooks': 'x'} | annotation",
                "'oom_kill_disable': true | oom",
                "'oom_score_adj': -1000 | oom",
                "'devices': [{'source': '/dev/dri/..', 'target': '/x'}] | device",
                "'devices': [{'source': 'vendor.example/device=one', 'target': 'vendor.example/device=one'}] | device",
                "'cap_add': ['SYS_ADMIN'] | capability",
                "'cap_add': ['ALL'] | capability",
                "'cap_add': ['cap_sys_module'] | capability",
                "'cap_add': ['NET_BIND_SERVICE', 'SYS_PTRACE'] | capability",
                "'security_opt': ['seccomp=unconfined'] | unconfined",
                "'security_opt': ['apparmor:unconfined'] | unconfined",
                "'security_opt': ['systempaths=unconfined'] | unconfined",
                "'security_opt': ['seccomp=profile.json'] | unconfined",
                "'security_opt': ['seccomp={}'] | unconfined",
                "'security_opt': ['label:disable'] | unconfined",
                "'security_opt': ['label:type:spc_t'] | unconfined",
                "'sysctls': {'kernel.core_pattern': 'x'} | sysctl",
                "'sysctls': {'vm.overcommit_memory': 1} | sysctl",
                "'runtime': 'nvidia' | runtime",
                "'cgroup_parent': '/' | cgroup-parent",
                "'devices': [{'source': '/dev/sda', 'target': '/dev/sda'}] | device",
                "'devices': [{'source': '/dev/mem'}] | device",
                "'devices': [{'source': '/dev/dri/../mem'}] | device",
                "'volumes': [{'type': 'bind', 'source': '/etc', 'target': '/x'}] | host-path",
                "'volumes': [{'type': 'bind', 'source': '/etc/localtime', 'target': '/x'}] | host-path",
                "'volumes': [{'type': 'bind', 'source': '/srv/../etc', 'target': '/x'}] | host-path",
                "'volumes': [{'type': 'bind', 'source': '/srvx', 'target': '/x'}] | host-path",
                "'volumes': [{'type': 'bind', 'source': '/run/docker.sock', 'target': '/x'}] | docker-socket",
                "'volumes': [{'type': 'bind', 'source': '/var/run/docker.sock', 'target': '/x', 'read_only': true}] | docker-socket",
                "'volumes': [{'type': 'bind', 'source': '/custom', 'target': '/x'}] | docker-socket",
                "'volumes': [{'type': 'bind', 'source': '/', 'target': '/x', 'read_only': true}] | docker-socket",
                "'volumes': [{'type': 'bind', 'source': '/var/lib/wherry-agent/identity.key', 'target': '/x'}] | agent-state",
                "'volumes': [{'type': 'bind', 'source': '/var/lib', 'target': '/x'}] | agent-state",
                "'volumes': [{'type': 'bind', 'source': './data', 'target': '/x', 'bind': {'propagation': 'rshared'}}] | propagation"
            })
    void refusesInBothPresets(String service, String rule) {
        for (WorkloadPolicy policy : List.of(COMPOSE, BASELINE)) {
            assertThat(judge(policy, service)).as(policy.text()).anySatisfy(violation -> {
                assertThat(violation.rule().word()).isEqualTo(rule);
                assertThat(violation.detail())
                        .startsWith("service web ")
                        .contains(policy.preset().word());
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'cap_add': ['NET_ADMIN', 'CAP_SYS_NICE']",
                "'devices': [{'source': '/dev/ttyUSB0'}, {'source': '/dev/dri/renderD128'}]",
                "'volumes': [{'type': 'bind', 'source': '/srv/data', 'target': '/x'}]",
                "'volumes': [{'type': 'bind', 'source': '/mnt', 'target': '/x'}]",
                "'volumes': [{'type': 'bind', 'source': '/etc/localtime', 'target': '/x', 'read_only': true}]"
            })
    void whatComposeFilesCommonlyNeedIsRefusedByBaselineAlone(String service) {
        assertThat(judge(COMPOSE, service)).isEmpty();
        assertThat(judge(BASELINE, service)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'command': ['x'], 'user': 'root', 'ports': [{'target': 80, 'published': '80'}]",
                "'network_mode': 'service:db'",
                "'network_mode': 'none', 'pid': null, 'ipc': 'private'",
                "'cap_add': ['NET_BIND_SERVICE'], 'cap_drop': ['ALL']",
                "'security_opt': ['no-new-privileges:true', 'seccomp=builtin']",
                "'sysctls': {'net.core.somaxconn': 1024}",
                "'runtime': 'runc', 'privileged': false",
                "'volumes': [{'type': 'bind', 'source': './data', 'target': '/x'}, {'type': 'volume', 'source': 'data', 'target': '/y'}]"
            })
    void allowsInBothPresets(String service) {
        assertThat(judge(COMPOSE, service)).isEmpty();
        assertThat(judge(BASELINE, service)).isEmpty();
    }

    @Test
    void aVolumeIsNoWayRound() {
        assertThat(
                        model(
                                "'volumes': {'root': {'driver': 'local', 'driver_opts': {'type': 'none', 'o': 'bind', 'device': '/'}}}"))
                .extracting(violation -> violation.rule().word())
                .contains("host-path", "docker-socket");
        for (String options : List.of(
                "'type': 'none', 'o': 'bind', 'device': 'etc'",
                "'type': 'ext4', 'device': 'dev/sda1'",
                "'device': 'etc', 'o': 'rbind'",
                "'type': 'overlay', 'device': 'overlay', 'o': 'lowerdir=/etc:/srv,upperdir=/srv/u,workdir=/srv/w'",
                "'type': 'overlay', 'device': 'overlay', 'o': 'lowerdir=/srv/a:etc'")) {
            assertThat(model("'volumes': {'x': {'driver_opts': {" + options + "}}}"))
                    .as(options)
                    .extracting(Violation::rule)
                    .contains(Rule.HOST_PATH);
        }
        assertThat(
                        model(
                                "'volumes': {'a': {'driver_opts': {'type': 'tmpfs', 'device': 'tmpfs'}}, 'b': {'driver_opts': {'type': 'nfs', 'o': 'addr=10.0.0.1', 'device': ':/export'}}}"))
                .isEmpty();
        assertThat(model("'volumes': {'x': {'driver': 'sshfs'}}"))
                .extracting(Violation::rule)
                .containsExactly(Rule.VOLUME_DRIVER);
        assertThat(model("'configs': {'shadow': {'file': '/etc/shadow'}}"))
                .extracting(Violation::rule)
                .containsExactly(Rule.HOST_PATH);
        assertThat(
                        model(
                                "'volumes': {'theirs': {'external': true, 'driver': 'x'}, 'mine': {}}, 'configs': {'c': {'file': './c'}}"))
                .isEmpty();
    }

    @Test
    void aNetworkOutsideOfTheHostsPacketFilterIsRefused() {
        for (String driver : List.of("macvlan", "ipvlan", "overlay", "weaveworks/net-plugin:2.8.1")) {
            assertThat(model("'networks': {'lan': {'driver': '" + driver + "'}}"))
                    .as(driver)
                    .singleElement()
                    .satisfies(violation -> {
                        assertThat(violation.rule()).isEqualTo(Rule.NETWORK_DRIVER);
                        assertThat(violation.sentence())
                                .contains("network lan is of driver " + driver)
                                .contains("policy.allow: [network-driver]");
                    });
        }
        String others = "'networks': {'a': {}, 'b': {'driver': 'bridge'}, 'c': {'driver': ''},"
                + " 'theirs': {'external': true, 'driver': 'macvlan'}}";
        assertThat(model(others)).isEmpty();
    }

    @Test
    void aLinkInAnAllowedFolderOpensNothing() {
        ComposePolicy.Site linked = new ComposePolicy.Site(
                "/var/lib/wherry-agent", "/run/docker.sock", path -> path.replace("/srv/link", "/etc"));
        assertThat(ComposePolicy.violations(
                        COMPOSE,
                        service("'volumes': [{'type': 'bind', 'source': '/srv/link/x', 'target': '/x'}]"),
                        linked))
                .singleElement()
                .satisfies(violation -> assertThat(violation.detail()).contains("/srv/link/x (/etc/x)"));
    }

    @Test
    void aSiteAllowsByRuleByPathByCapabilityAndByDevice() {
        WorkloadPolicy generous = new WorkloadPolicy(
                Preset.BASELINE,
                new TreeSet<>(Set.of(Rule.HOST_NETWORK)),
                new TreeSet<>(Set.of("/etc/app")),
                new TreeSet<>(Set.of("SYS_TIME")),
                new TreeSet<>(Set.of("/dev/ttyAMA*")));
        assertThat(
                        judge(
                                generous,
                                "'network_mode': 'host', 'cap_add': ['SYS_TIME'], 'devices': [{'source': '/dev/ttyAMA0'}], 'volumes': [{'type': 'bind', 'source': '/etc/app/conf', 'target': '/x'}]"))
                .isEmpty();
        assertThat(WorkloadPolicy.parse(generous.text())).isEqualTo(generous);
    }

    /** The rule that a person reads is the rule that a person writes. */
    @Test
    void everyRuleCanBeAllowed() {
        Map<String, Rule> asked = Map.of(
                "'privileged': true", Rule.PRIVILEGED,
                "'pid': 'host'", Rule.HOST_PID,
                "'cap_add': ['SYS_ADMIN']", Rule.CAPABILITY);
        asked.forEach((service, rule) -> assertThat(judge(
                        new WorkloadPolicy(
                                Preset.COMPOSE,
                                new TreeSet<>(Set.of(rule)),
                                new TreeSet<>(),
                                new TreeSet<>(),
                                new TreeSet<>()),
                        service))
                .isEmpty());
        assertThat(Stream.of(Rule.values()).map(rule -> Rule.find(rule.word()).orElseThrow()))
                .containsExactly(Rule.values());
    }

    @Test
    void aPolicyOfAnotherVersionIsNotMisread() {
        assertThatThrownBy(() -> WorkloadPolicy.parse(COMPOSE.text().replace("compose", "fortress")))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("fortress");
    }

    private static List<Violation> judge(WorkloadPolicy policy, String service) {
        return ComposePolicy.violations(policy, service(service), SITE);
    }

    private static Json.Obj service(String service) {
        return json("{'services': {'web': {" + service
                + "}}, 'networks': {'outside': {'name': 'host', 'external': true}}}");
    }

    private static List<Violation> model(String sections) {
        return ComposePolicy.violations(COMPOSE, json("{'services': {}, " + sections + "}"), SITE);
    }

    private static Json.Obj json(String text) {
        return JsonReader.object(text.replace('\'', '"').getBytes(UTF_8));
    }
}
