package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses that cannot be had are named before anything is touched. */
class AddressesTest {
    @TempDir
    Path net;

    private final Map<String, Json.Obj> networks = new HashMap<>();
    private List<HostRoutes.Route> routes = List.of();

    @Test
    void aRangeThatAnotherNetworkOfTheEngineHasIsNamedAndWaitedFor() {
        engineHas("other", "10.1.0.0/16");
        Plan.Blocked blocked = blocked("10.1.4.0/24", "");
        assertThat(blocked.reason()).isEqualTo(RuntimeReason.ADDRESS_UNUSABLE);
        assertThat(blocked.verdict()).isFalse();
        assertThat(blocked.detail())
                .contains("network/front needs the addresses 10.1.4.0/24", "network other", "10.1.0.0/16", "by hand");
        assertThat(plan("10.2.0.0/16", "")).isInstanceOf(Plan.Steps.class);
    }

    @Test
    void aNetworkThatStaysAsItIsClashesWithNobody() {
        String own = "10.1.0.0/16";
        SharedSpec front = wanted(own, "").networks().getFirst();
        networks.put(front.name(), front.body());
        routes = List.of(new HostRoutes.Route(Subnet.parse(own).orElseThrow(), "br-0123456789ab"));
        assertThat(plan(own, "")).isInstanceOf(Plan.Steps.class);
    }

    @Test
    void aRangeOnWhichTheHostItselfHasALegIsNamed() throws IOException {
        Files.writeString(net.resolve("route"), """
                Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
                eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
                eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
                tun0\t0000000A\t010200C0\t0003\t0\t0\t0\t000000FF\t0\t0\t0
                docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
                """);
        Files.writeString(net.resolve("ipv6_route"), """
                fd000001000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth1
                fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001 eth1
                """);
        routes = HostRoutes.read(net);
        assertThat(routes).extracting(HostRoutes.Route::device).containsExactly("eth0", "docker0", "eth1");

        assertThat(blocked("192.0.2.128/25", "").detail()).contains("the host itself", "eth0", "ip route");
        assertThat(blocked("fd00:1::/80", "").detail()).contains("eth1");
        assertThat(plan("10.1.0.0/16", "")).as("behind a gateway").isInstanceOf(Plan.Steps.class);
        assertThat(plan("192.0.3.0/24", "")).isInstanceOf(Plan.Steps.class);
        assertThat(plan("192.0.2.0/24", "", ", 'driver': 'macvlan'")).isInstanceOf(Plan.Steps.class);
    }

    @Test
    void whatContradictsItselfIsAVerdict() {
        for (Map.Entry<Plan, String> one : Map.of(
                        plan("10.1.0.0", ""), "subnet 10.1.0.0 is no range",
                        plan("10.1.0.0/33", ""), "is no range",
                        plan("router.example.org/8", ""), "is no range",
                        plan("10.1.0.0/16", "10.2.0.5"),
                                "wants the address 10.2.0.5 on network/front, which has 10.1.0.0/16",
                        plan("fd00:1::/64", "10.1.0.5"), "which has fd00:1::/64",
                        plan("10.1.0.0/16', 'gateway': '10.2.0.1", ""), "gateway 10.2.0.1 is outside",
                        plan("10.1.0.0/16', 'ip_range': '10.0.0.0/8", ""), "ip_range 10.0.0.0/8 is outside",
                        plan("", "10.1.0.5"), "no subnet of its own")
                .entrySet()) {
            assertThat(one.getKey()).isInstanceOfSatisfying(Plan.Blocked.class, blocked -> {
                assertThat(blocked.reason()).isEqualTo(RuntimeReason.MODEL_INVALID);
                assertThat(blocked.verdict()).isTrue();
                assertThat(blocked.detail()).contains(one.getValue());
            });
        }
        assertThat(plan("10.1.0.0/16", "10.1.0.5")).isInstanceOf(Plan.Steps.class);
    }

    @Test
    void twoOfOneModelCannotHaveTheSame() {
        String two = "{'services': {'a': {'image': 'i', 'networks': {'x': {'ipv4_address': '10.1.0.5'}}},"
                + " 'b': {'image': 'i', 'networks': {'x': {'ipv4_address': '10.1.0.5'}}}},"
                + " 'networks': {'x': {'ipam': {'config': [{'subnet': '10.1.0.0/16'}]}}}}";
        assertThat(plan(Models.wanted(1, two)))
                .isInstanceOfSatisfying(Plan.Blocked.class, blocked -> assertThat(blocked.detail())
                        .contains("both want the address 10.1.0.5"));
        String ranges = "{'services': {'a': {'image': 'i', 'networks': {'x': null, 'y': null}}}, 'networks':"
                + " {'x': {'ipam': {'config': [{'subnet': '10.1.0.0/16'}]}},"
                + " 'y': {'ipam': {'config': [{'subnet': '10.1.2.0/24'}]}}}}";
        assertThat(plan(Models.wanted(1, ranges)))
                .isInstanceOfSatisfying(Plan.Blocked.class, blocked -> assertThat(blocked.detail())
                        .contains("network/x and network/y have the same addresses"));
    }

    private void engineHas(String name, String subnet) {
        networks.put(
                name,
                Json.object()
                        .put("Name", name)
                        .put("Driver", "bridge")
                        .put(
                                "IPAM",
                                Json.object()
                                        .put("Driver", "default")
                                        .put(
                                                "Config",
                                                new Json.Arr(List.of(Json.object()
                                                        .put("Subnet", subnet)
                                                        .build())))
                                        .build())
                        .build());
    }

    private Plan.Blocked blocked(String subnet, String address) {
        return (Plan.Blocked) plan(subnet, address);
    }

    private Plan plan(String subnet, String address) {
        return plan(wanted(subnet, address));
    }

    private Plan plan(String subnet, String address, String more) {
        return plan(wanted(subnet, address, more));
    }

    private Plan plan(Wanted wanted) {
        Observed observed = new Observed(Models.OWNER, Models.PROJECT, List.of(), networks, Map.of(), Set.of(), routes);
        return DockerPlanner.plan(wanted, observed, ApplyMode.FULL, Map.of(), DockerPlanner.Adjustments.NONE);
    }

    private static Wanted wanted(String subnet, String address) {
        return wanted(subnet, address, "");
    }

    private static Wanted wanted(String subnet, String address, String more) {
        String on = address.isEmpty() ? "null" : "{'ipv4_address': '" + address + "'}";
        String ipam = subnet.isEmpty() ? "{}" : "{'config': [{'subnet': '" + subnet + "'}]}";
        return Models.wanted(
                1,
                "{'services': {'web': {'image': 'i', 'networks': {'front': " + on
                        + "}}}, 'networks': {'front': {'ipam': " + ipam + more + "}}}");
    }
}
