package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What a container may use of its host: the limits of the create call's {@code HostConfig}. */
final class Limits {
    private final String path;
    private final Json.Obj raw;
    private final Json.Builder host;

    private Limits(String path, Json.Obj raw, Json.Builder host) {
        this.path = path;
        this.raw = raw;
        this.host = host;
    }

    static void put(String path, Json.Obj raw, Json.Builder host) {
        Limits limits = new Limits(path, raw, host);
        limits.deployed();
        limits.plain();
        limits.blkio();
    }

    private void deployed() {
        Optional<Json.Obj> resources = nested(raw, "deploy").flatMap(d -> nested(d, "resources"));
        Optional<Json.Obj> limits = resources.flatMap(r -> nested(r, "limits"));
        Optional<Json.Obj> reservations = resources.flatMap(r -> nested(r, "reservations"));
        number("mem_limit", limits, "memory", "Memory", Units::bytes);
        number("mem_reservation", reservations, "memory", "MemoryReservation", Units::bytes);
        number("cpus", limits, "cpus", "NanoCpus", Units::nanoCpus);
        number("pids_limit", limits, "pids", "PidsLimit", Units::whole);
    }

    private void plain() {
        number("memswap_limit", "MemorySwap", Units::bytes);
        number("mem_swappiness", "MemorySwappiness", Units::bytes);
        number("shm_size", "ShmSize", Units::bytes);
        Map.of(
                        "cpu_count", "CpuCount",
                        "cpu_shares", "CpuShares",
                        "cpu_period", "CpuPeriod",
                        "cpu_quota", "CpuQuota",
                        "cpu_rt_period", "CpuRealtimePeriod",
                        "cpu_rt_runtime", "CpuRealtimeRuntime",
                        "oom_score_adj", "OomScoreAdj")
                .forEach((key, field) -> number(key, field, Units::whole));
        // Compose hands a hundredth of a percent to the engine.
        number("cpu_percent", "CpuPercent", (where, value) -> Units.whole(where, value) * 100);
        if (raw.boolOr("oom_kill_disable", false)) {
            host.put("OomKillDisable", true);
        }
    }

    private void number(String key, String field, BiFunction<String, Json, Long> read) {
        number(key, Optional.empty(), "", field, read);
    }

    /** The attribute of the service, else the one below {@code deploy}; Compose refuses both with different values. */
    private void number(
            String key,
            Optional<Json.Obj> deploy,
            String deployKey,
            String field,
            BiFunction<String, Json, Long> read) {
        raw.find(key)
                .or(() -> deploy.flatMap(d -> d.find(deployKey)))
                .ifPresent(value -> host.put(field, read.apply(path + "." + key, value)));
    }

    private void blkio() {
        nested(raw, "blkio_config").ifPresent(blkio -> {
            String where = path + ".blkio_config";
            KnownFields.check(where, blkio, KnownFields.BLKIO);
            blkio.find("weight").ifPresent(w -> host.put("BlkioWeight", Units.whole(where + ".weight", w)));
            rates(where, blkio, "weight_device", "weight", "BlkioWeightDevice", "Weight");
            rates(where, blkio, "device_read_bps", "rate", "BlkioDeviceReadBps", "Rate");
            rates(where, blkio, "device_read_iops", "rate", "BlkioDeviceReadIOps", "Rate");
            rates(where, blkio, "device_write_bps", "rate", "BlkioDeviceWriteBps", "Rate");
            rates(where, blkio, "device_write_iops", "rate", "BlkioDeviceWriteIOps", "Rate");
        });
    }

    private void rates(String where, Json.Obj blkio, String key, String value, String field, String engineValue) {
        List<Json> rates = new ArrayList<>();
        for (Json.Obj rate : blkio.objects(key)) {
            KnownFields.check(where + "." + key, rate, KnownFields.BLKIO_RATE);
            rates.add(Json.object()
                    .put("Path", rate.string("path"))
                    .put(
                            engineValue,
                            rate.find(value)
                                    .map(v -> Units.bytes(where + "." + key, v))
                                    .orElse(0L))
                    .build());
        }
        if (!rates.isEmpty()) {
            host.put(field, new Json.Arr(rates));
        }
    }
}
