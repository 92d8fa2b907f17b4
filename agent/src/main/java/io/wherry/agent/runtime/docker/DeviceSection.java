package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Devices of the host, and what is asked of device drivers: the part of {@code HostConfig} that only some hosts can give. */
final class DeviceSection {
    /** {@code VENDOR/CLASS=NAME}: a device of the Container Device Interface. */
    private static final Pattern CDI =
            Pattern.compile("[A-Za-z][A-Za-z0-9_.-]*/[A-Za-z][A-Za-z0-9_-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*");

    private DeviceSection() {}

    static void put(String path, Json.Obj raw, Json.Builder host) {
        List<Json> devices = new ArrayList<>();
        List<String> named = new ArrayList<>();
        for (Json.Obj device : raw.objects("devices")) {
            KnownFields.check(path + ".devices", device, KnownFields.DEVICE);
            String source = device.string("source");
            String target = device.findString("target").orElse(source);
            if (source.equals(target) && CDI.matcher(source).matches()) {
                named.add(source);
                continue;
            }
            devices.add(Json.object()
                    .put("PathOnHost", source)
                    .put("PathInContainer", target)
                    .put("CgroupPermissions", device.findString("permissions").orElse(""))
                    .build());
        }
        host.put("Devices", new Json.Arr(devices));
        if (raw.find("device_cgroup_rules").isPresent()) {
            host.put("DeviceCgroupRules", Json.Arr.ofStrings(raw.strings("device_cgroup_rules")));
        }
        List<Json> requests = requests(path, raw);
        if (!named.isEmpty()) {
            requests.add(Json.object()
                    .put("Driver", "cdi")
                    .put("DeviceIDs", Json.Arr.ofStrings(named))
                    .build());
        }
        if (!requests.isEmpty()) {
            host.put("DeviceRequests", new Json.Arr(requests));
        }
    }

    private static List<Json> requests(String path, Json.Obj raw) {
        List<Json> requests = new ArrayList<>();
        Optional<Json.Obj> reservations =
                nested(raw, "deploy").flatMap(d -> nested(d, "resources")).flatMap(r -> nested(r, "reservations"));
        reservations.ifPresent(r -> r.objects("devices")
                .forEach(device -> requests.add(request(
                        path + ".deploy.resources.reservations.devices", device, device.strings("capabilities")))));
        for (Json.Obj gpu : raw.objects("gpus")) {
            // A list of alternatives of capabilities that must all be there: one alternative.
            Set<String> capabilities = new LinkedHashSet<>(gpu.strings("capabilities"));
            capabilities.add("gpu");
            requests.add(request(path + ".gpus", gpu, List.copyOf(capabilities)));
        }
        return requests;
    }

    private static Json request(String path, Json.Obj device, List<String> capabilities) {
        KnownFields.check(path, device, KnownFields.DEVICE_REQUEST);
        return Json.object()
                .put("Driver", device.findString("driver").orElse(""))
                .put(
                        "Count",
                        device.find("count")
                                .map(c -> Units.whole(path + ".count", c))
                                .orElse(0L))
                .put("DeviceIDs", Json.Arr.ofStrings(device.strings("device_ids")))
                .put("Capabilities", new Json.Arr(List.of(Json.Arr.ofStrings(capabilities))))
                .put("Options", ContainerSpec.texts(device, "options"))
                .build();
    }
}
