package io.wherry.contract;

import io.wherry.contract.json.Json;

/**
 * How a model says that its services run in a swarm and not as containers of one engine. It stands in the model, so that what is signed says it, and the
 * model stays a Compose file: Compose reads over what begins with {@code x-}. The hub alone writes it; what a file says under this name it leaves out.
 */
public final class SwarmMode {
    /** Of the model's root; an agent of before reads over it, which is why {@link Features#SWARM} is required beside it. */
    public static final String KEY = "x-wherry-mode";

    public static final String SWARM = "swarm";

    private SwarmMode() {}

    /** @param model in the shape of {@code docker compose config --format json} */
    public static boolean isAsked(Json.Obj model) {
        return model.find(KEY).filter(Json.of(SWARM)::equals).isPresent();
    }
}
