package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.List;

/**
 * Which configs of a Compose model are put into the containers that use them, instead of being mounted: those whose content stands in the model, and
 * for whose file a service asks an owner or a mode. One file that is mounted by all has one owner and one mode. Pure.
 */
public final class OwnedConfigs {
    /** Of a file that is mounted: everybody may read it, so who owns it makes no difference. */
    public static final String MOUNTED_MODE = "0444";

    private OwnedConfigs() {}

    /**
     * Whether the service has such a config.
     *
     * @param model in the shape of {@code docker compose config --format json}
     */
    public static boolean isAsked(Json.Obj model, Json.Obj service) {
        return service.find("configs").orElse(null) instanceof Json.Arr(List<Json> grants)
                && model.find("configs").orElse(null) instanceof Json.Obj configs
                && grants.stream()
                        .anyMatch(grant -> grant instanceof Json.Obj fields
                                && fields.find("source").orElse(null) instanceof Json.Str(String source)
                                && configs.find(source).orElse(null) instanceof Json.Obj config
                                && isOwned(config, fields));
    }

    /** Whether a service's grant of that config asks for it. */
    public static boolean isOwned(Json.Obj config, Json.Obj grant) {
        return config.find("content").isPresent()
                && (grant.find("uid").isPresent()
                        || grant.find("gid").isPresent()
                        || grant.find("mode")
                                .filter(mode -> !mode.equals(Json.of(MOUNTED_MODE)))
                                .isPresent());
    }
}
