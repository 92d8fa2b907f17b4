package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no engine of the tests can start: requests to device drivers, and what only newer engines know. */
class HostAttributesTest {
    private static final ApiVersion OLD = ApiVersion.OLDEST;

    @Test
    void asksDeviceDriversAsComposeDoes() {
        Json.Obj host = body("""
                        'gpus': [{'count': -1}, {'driver': 'nvidia', 'capabilities': ['utility'], 'device_ids': ['0'], 'options': {'a': 'b'}}],
                        'devices': [{'source': 'vendor.example/device=one', 'target': 'vendor.example/device=one', 'permissions': 'rwm'},
                                    {'source': '/dev/null', 'target': '/dev/x', 'permissions': 'r'}],
                        'deploy': {'resources': {'reservations': {'devices': [{'capabilities': ['gpu', 'tpu'], 'count': 2}]}}}
                        """, OLD).object("HostConfig");

        assertThat(host.objects("DeviceRequests").stream().map(JsonWriter::compact))
                .containsExactlyInAnyOrder(
                        "{\"Driver\":\"\",\"Count\":2,\"DeviceIDs\":[],\"Capabilities\":[[\"gpu\",\"tpu\"]],\"Options\":{}}",
                        "{\"Driver\":\"\",\"Count\":-1,\"DeviceIDs\":[],\"Capabilities\":[[\"gpu\"]],\"Options\":{}}",
                        "{\"Driver\":\"nvidia\",\"Count\":0,\"DeviceIDs\":[\"0\"],\"Capabilities\":[[\"utility\",\"gpu\"]],\"Options\":{\"a\":\"b\"}}",
                        "{\"Driver\":\"cdi\",\"DeviceIDs\":[\"vendor.example/device=one\"]}");
        assertThat(host.objects("Devices").stream().map(JsonWriter::compact))
                .containsExactly(
                        "{\"PathOnHost\":\"/dev/null\",\"PathInContainer\":\"/dev/x\",\"CgroupPermissions\":\"r\"}");
    }

    @Test
    void asksForRealTimeAndForPlaceOnTheDiskAsComposeDoes() {
        Json.Obj host = body(
                        "'cpu_rt_period': 95000, 'cpu_rt_runtime': 90000, 'storage_opt': {'size': '1G'}, 'cpu_percent': 20",
                        OLD)
                .object("HostConfig");

        assertThat(host.integer("CpuRealtimePeriod")).isEqualTo(95_000);
        assertThat(host.integer("CpuRealtimeRuntime")).isEqualTo(90_000);
        assertThat(host.integer("CpuPercent")).isEqualTo(2_000);
        assertThat(host.stringMap("StorageOpt")).isEqualTo(Map.of("size", "1G"));
    }

    @Test
    void limitsDevicesForBlocksAsComposeDoes() {
        Json.Obj host = body(
                        "'blkio_config': {'weight': 300, 'weight_device': [{'path': '/dev/sda', 'weight': 400}],"
                                + " 'device_read_bps': [{'path': '/dev/sda', 'rate': '1048576'}],"
                                + " 'device_write_iops': [{'path': '/dev/sda', 'rate': '30'}]}",
                        OLD)
                .object("HostConfig");

        assertThat(host.integer("BlkioWeight")).isEqualTo(300);
        assertThat(host.objects("BlkioWeightDevice").stream().map(JsonWriter::compact))
                .containsExactly("{\"Path\":\"/dev/sda\",\"Weight\":400}");
        assertThat(host.objects("BlkioDeviceReadBps").stream().map(JsonWriter::compact))
                .containsExactly("{\"Path\":\"/dev/sda\",\"Rate\":1048576}");
        assertThat(host.objects("BlkioDeviceWriteIOps").stream().map(JsonWriter::compact))
                .containsExactly("{\"Path\":\"/dev/sda\",\"Rate\":30}");
    }

    @Test
    void theAddressOfTheCardStandsWhereTheEngineTakesIt() {
        Json.Obj old = body("'mac_address': '02:00:00:00:00:01'", OLD);
        Json.Obj newer = body("'mac_address': '02:00:00:00:00:01'", new ApiVersion(1, 44));

        assertThat(old.string("MacAddress")).isEqualTo("02:00:00:00:00:01");
        assertThat(JsonWriter.compact(old.object("NetworkingConfig"))).doesNotContain("MacAddress");
        assertThat(newer.find("MacAddress")).isEmpty();
        assertThat(JsonWriter.compact(newer.object("NetworkingConfig")))
                .contains("\"MacAddress\":\"02:00:00:00:00:01\"");
        assertThat(JsonWriter.compact(
                        body("'networks': {'default': {'mac_address': '02:00:00:00:00:02'}}", ApiVersion.NEWEST)
                                .object("NetworkingConfig")))
                .contains("\"MacAddress\":\"02:00:00:00:00:02\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'networks': {'default': {'interface_name': 'eth7'}} | 28.1 (API 1.49)",
                "'networks': {'default': {'gw_priority': 5}} | 28 (API 1.48)",
                "'networks': {'default': {'mac_address': '02:00:00:00:00:01'}} | 25 (API 1.44)",
                "'volumes': [{'type': 'bind', 'source': '/srv/a', 'target': '/a', 'bind': {'recursive': 'readonly'}}] | 25 (API 1.44)",
                "'volumes': [{'type': 'volume', 'source': 'v', 'target': '/a', 'volume': {'subpath': 'x'}}] | 26 (API 1.45)",
                "'volumes': [{'type': 'image', 'source': 'data:1', 'target': '/a'}] | 28 (API 1.48)"
            })
    void whatAnOlderEngineWouldReadOverIsRefused(String attributes, String since) {
        ComposeModel model = wanted(attributes).model();

        assertThatThrownBy(() -> Requirements.check(model, OLD))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("needs Docker Engine " + since)
                .hasMessageContaining("services.web.");
        Requirements.check(model, ApiVersion.NEWEST);
    }

    @Test
    void aNetworkWithoutTheOldAddressesNeedsANewEngine() {
        ComposeModel model = Models.wanted(
                        1,
                        "{'services': {'web': {'image': 'shop:1', 'networks': {'a': null}}}, 'networks': {'a': {'enable_ipv4': false}}}")
                .model();

        assertThatThrownBy(() -> Requirements.check(model, OLD)).hasMessageContaining("networks.a.enable_ipv4");
        Requirements.check(model, ApiVersion.NEWEST);
    }

    @Test
    void whatOnlyNewerEnginesKnowIsAskedOfThem() {
        String mounts = JsonWriter.compact(body("""
                        'volumes': [{'type': 'volume', 'source': 'v', 'target': '/a', 'volume': {'subpath': 'x'}},
                                    {'type': 'bind', 'source': '/srv/a', 'target': '/b', 'read_only': true, 'bind': {'recursive': 'writable'}},
                                    {'type': 'bind', 'source': '/srv/a', 'target': '/c', 'read_only': true, 'bind': {'recursive': 'readonly'}}]
                        """, ApiVersion.NEWEST).object("HostConfig"));
        String endpoint = JsonWriter.compact(
                body("'networks': {'default': {'interface_name': 'eth7', 'gw_priority': -5}}", ApiVersion.NEWEST)
                        .object("NetworkingConfig"));

        assertThat(mounts)
                .contains("\"Subpath\":\"x\"")
                .contains("\"ReadOnlyNonRecursive\":true")
                .contains("\"ReadOnlyForceRecursive\":true");
        assertThat(endpoint)
                .contains("\"GwPriority\":-5")
                .contains("\"DriverOpts\":{\"com.docker.network.endpoint.ifname\":\"eth7\"}");
    }

    /** The namespace of a container that is gone is nobody's: whoever used it must be made anew, in the same apply. */
    @Test
    void isMadeAnewWithTheContainerWhoseNamespaceItUses() {
        String model =
                "{'services': {'web': {'image': 'shop:1', '%s'}, 'db': {'image': 'shop:%s'}, 'other': {'image': 'shop:1'}}}";
        for (String shares : List.of(
                "pid': 'service:db", "ipc': 'service:db", "volumes_from': ['db:ro'], 'init': true, 'user': '1")) {
            SimulatedEngine engine = new SimulatedEngine();
            DockerRuntime runtime = new DockerRuntime(
                    DockerSettings.of(Models.OWNER, new byte[16]), engine, java.time.InstantSource.system());
            String first = model.formatted(shares, "1");
            assertThat(changed(runtime, first)).containsExactlyInAnyOrder("db", "other", "web");
            assertThat(changed(runtime, first))
                    .as("nothing is to be done again")
                    .isEmpty();
            assertThat(changed(runtime, model.formatted(shares, "2"))).containsExactlyInAnyOrder("db", "web");
        }
    }

    private static List<String> changed(DockerRuntime runtime, String model) {
        var deployment = Models.deployment(1, model, java.nio.file.Path.of(System.getProperty("java.io.tmpdir")));
        var applied = (io.wherry.agent.runtime.Application.Applied) runtime.apply(deployment, ApplyMode.FULL);
        runtime.commit(deployment);
        return applied.changes().stream()
                .map(io.wherry.agent.runtime.Change::object)
                .filter(object -> object.startsWith("service/"))
                .map(object -> object.substring("service/".length()))
                .toList();
    }

    private static Json.Obj body(String attributes, ApiVersion engine) {
        return wanted(attributes)
                .find("web", 1)
                .orElseThrow()
                .body(new ContainerSpec.Made("sha256:1", "shop:1"), Map.of(), service -> "id-of-" + service, engine);
    }

    private static Wanted wanted(String attributes) {
        return Models.wanted(
                1,
                "{'services': {'web': {'image': 'shop:1', " + attributes
                        + "}}, 'networks': {'b': null}, 'volumes': {'v': null}}");
    }
}
