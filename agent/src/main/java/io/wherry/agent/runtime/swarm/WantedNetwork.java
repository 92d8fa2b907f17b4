package io.wherry.agent.runtime.swarm;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.docker.KnownFields;
import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A network as it should be.
 *
 * @param external it is somebody else's and must be there
 * @param digest   of what the model says of it
 * @param body     of the create call
 */
record WantedNetwork(String key, String name, boolean external, String digest, Json.Obj body) {

    static List<WantedNetwork> of(Deployment.Identity identity, SwarmModel model, String owner) {
        List<WantedNetwork> networks = new ArrayList<>();
        model.usedNetworks().forEach((key, network) -> {
            String name = model.networkName(identity.project(), key);
            Json.Builder spec = Json.object()
                    .put("Name", name)
                    .put("Driver", network.findString("driver").orElse("overlay"))
                    .put("Internal", network.boolOr("internal", false))
                    .put("Attachable", network.boolOr("attachable", false))
                    .put("EnableIPv6", network.boolOr("enable_ipv6", false))
                    .put("Options", Raw.textsOf(network, "driver_opts"));
            Raw.nested(network, "ipam").ifPresent(ipam -> spec.put("IPAM", ipam("networks." + key + ".ipam", ipam)));
            Map<String, String> labels = new TreeMap<>(Raw.textsOf(network, "labels"));
            String digest = Digest.of(
                            JsonWriter.canonical(spec.put("Labels", labels).build()))
                    .hex();
            labels.putAll(StackLabels.made(identity, owner, key, digest));
            spec.put("Labels", labels).put("CheckDuplicate", true);
            networks.add(new WantedNetwork(key, name, SwarmModel.isExternal(network), digest, spec.build()));
        });
        return networks;
    }

    private static Json.Obj ipam(String path, Json.Obj ipam) {
        KnownFields.check(path, ipam, KnownFields.IPAM);
        List<Json> configs = new ArrayList<>();
        for (Json.Obj config : Raw.objects(ipam, "config")) {
            KnownFields.check(path + ".config", config, KnownFields.IPAM_CONFIG);
            Json.Builder one = Json.object();
            config.findString("subnet").ifPresent(v -> one.put("Subnet", v));
            config.findString("gateway").ifPresent(v -> one.put("Gateway", v));
            config.findString("ip_range").ifPresent(v -> one.put("IPRange", v));
            Map<String, String> addresses = Raw.textsOf(config, "aux_addresses");
            if (!addresses.isEmpty()) {
                one.put("AuxiliaryAddresses", addresses);
            }
            configs.add(one.build());
        }
        return Json.object()
                .put("Driver", ipam.findString("driver").orElse("default"))
                .put("Config", Raw.array(configs))
                .build();
    }

    String object() {
        return "network/" + key;
    }
}
