package io.wherry.hub.cli;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * What every command is given: where to write, the environment, the clock, and a way to the hub.
 *
 * <p>Tests hand in their own; {@code main} hands in the process's.
 */
final class Session {
    private final Out out;
    private final Map<String, String> environment;
    private final InstantSource clock;

    Session(Out out, Map<String, String> environment, InstantSource clock) {
        this.out = out;
        this.environment = Map.copyOf(environment);
        this.clock = clock;
    }

    Out out() {
        return out;
    }

    Map<String, String> environment() {
        return environment;
    }

    InstantSource clock() {
        return clock;
    }

    Contexts contexts() {
        return Contexts.load(environment);
    }

    HubApi hub(Optional<String> context) {
        return new HubApi(contexts().choose(context));
    }
}
