package io.wherry.agent.runtime.docker;

import static io.wherry.agent.runtime.docker.ComposeService.nested;

import io.wherry.contract.json.Json;
import java.util.Map;
import java.util.Optional;

/** Attributes that an older engine reads over without a word, by the version of its API that began to carry them out. */
final class Requirements {
    private static final ApiVersion ENGINE_25 = new ApiVersion(1, 44);
    private static final ApiVersion ENGINE_26 = new ApiVersion(1, 45);
    private static final ApiVersion ENGINE_28 = new ApiVersion(1, 48);
    private static final ApiVersion ENGINE_28_1 = new ApiVersion(1, 49);

    private static final Map<ApiVersion, String> NAMES =
            Map.of(ENGINE_25, "25", ENGINE_26, "26", ENGINE_28, "28", ENGINE_28_1, "28.1");

    private final ApiVersion engine;

    private Requirements(ApiVersion engine) {
        this.engine = engine;
    }

    /** @throws ModelException if the engine cannot do something that the model asks for: going on would give something else */
    static void check(Wanted wanted, DockerApi docker) {
        if (docker.isPodman()) {
            Podman.check(wanted);
        }
        check(wanted.model(), docker.speaks());
    }

    /** The same of Docker's own, by its version. */
    static void check(ComposeModel model, ApiVersion engine) {
        Requirements requirements = new Requirements(engine);
        model.services().values().forEach(requirements::service);
        model.networks()
                .forEach((name, network) -> requirements.require(
                        !network.boolOr("enable_ipv4", true), "networks." + name + ".enable_ipv4: false", ENGINE_28));
    }

    private void service(ComposeService service) {
        String path = "services." + service.name();
        service.networks().forEach((name, endpoint) -> {
            String where = path + ".networks." + name;
            require(endpoint.findString("interface_name").isPresent(), where + ".interface_name", ENGINE_28_1);
            require(endpoint.findString("mac_address").isPresent(), where + ".mac_address", ENGINE_25);
            require(endpoint.integerOr("gw_priority", 0) != 0, where + ".gw_priority", ENGINE_28);
        });
        for (Json.Obj mount : service.raw().objects("volumes")) {
            Optional<String> recursive = nested(mount, "bind").flatMap(b -> b.findString("recursive"));
            require(
                    recursive
                            .filter(r -> r.equals("writable") || r.equals("readonly"))
                            .isPresent(),
                    path + ".volumes.bind.recursive: " + recursive.orElse(""),
                    ENGINE_25);
            require(mount.string("type").equals("image"), path + ".volumes.type: image", ENGINE_28);
            require(
                    nested(mount, "volume")
                            .flatMap(v -> v.findString("subpath"))
                            .isPresent(),
                    path + ".volumes.volume.subpath",
                    ENGINE_26);
        }
    }

    private void require(boolean asked, String what, ApiVersion since) {
        if (asked && engine.compareTo(since) < 0) {
            throw ModelException.unsupported(
                    what,
                    "needs Docker Engine " + NAMES.getOrDefault(since, since.toString()) + " (API " + since
                            + "), this engine speaks " + engine + "; upgrade the engine, or remove it");
        }
    }
}
