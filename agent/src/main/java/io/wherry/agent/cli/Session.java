package io.wherry.agent.cli;

import io.wherry.agent.Agent;
import io.wherry.agent.AgentConfig;
import io.wherry.agent.Commands;
import io.wherry.agent.Runtimes;
import io.wherry.agent.control.ControlClient;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.StateFolder;
import io.wherry.base.Progress;
import io.wherry.contract.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Asks the running daemon over its socket, or does it in this process where none runs. */
final class Session {
    /** From taking its folder until a daemon listens. */
    private static final Duration START = Duration.ofSeconds(20);

    private static final Duration LOOK = Duration.ofMillis(50);

    private Session() {}

    static Json.Obj ask(Place place, Json.Obj request) {
        return ask(place, request, ControlClient.PATIENCE);
    }

    /** @param patience how long a running daemon may take */
    static Json.Obj ask(Place place, Json.Obj request, Duration patience) {
        return ask(place, request, patience, Progress.NONE);
    }

    /** @param progress is told of what this process does itself; a daemon only tells the end of its work */
    static Json.Obj ask(Place place, Json.Obj request, Duration patience, Progress progress) {
        AgentConfig config = place.read();
        if (isRunning(place)) {
            progress.at("the running agent is at it");
            return ControlClient.ask(socket(place, config), request, patience);
        }
        try (Agent agent = Agent.open(place.data, config, Agent.World.real(), Runtimes::open)) {
            return new Commands(agent, progress).handle(request);
        }
    }

    /**
     * Whether a daemon answers for the folder. One that starts just now is waited for; another command that holds the folder is none.
     *
     * @throws StateException if nobody joined here
     */
    static boolean isRunning(Place place) {
        if (!Files.exists(place.data.resolve("agent.json"))) {
            throw notJoined(place);
        }
        long end = System.nanoTime() + START.toNanos();
        while (StateFolder.isLocked(place.data)) {
            if (ControlClient.isListening(socket(place, place.read())) || System.nanoTime() > end) {
                return true;
            }
            try {
                Thread.sleep(LOOK);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
        return false;
    }

    static StateException notJoined(Place place) {
        return StateException.notFound(
                "state folder " + place.data + ": no agent has joined with it; run: wherry-agent join --token-file FILE"
                        + (place.data.equals(Place.DEFAULT_DATA) ? "" : " --data " + place.data));
    }

    private static Path socket(Place place, AgentConfig config) {
        return place.sockets(config).stream().filter(Files::exists).findFirst().orElse(place.socket(config));
    }
}
