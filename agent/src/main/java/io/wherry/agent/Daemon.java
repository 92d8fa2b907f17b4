package io.wherry.agent;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.wherry.agent.control.ControlException;
import io.wherry.agent.control.ControlServer;
import io.wherry.base.Loop;
import io.wherry.base.SdNotify;
import io.wherry.base.ShutdownHook;
import io.wherry.base.SpareHeap;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Runs an agent as a service: until the service manager says stop, alive for its watchdog, open for the agent's own commands. */
public final class Daemon {
    private static final Logger LOG = System.getLogger(Daemon.class.getName());

    /** How long a stop may take: a turn in its middle ends first. Below a service manager's 90 s. */
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    /** An agent at rest is small again a minute or two after what made it grow. */
    private static final Duration SPARE_HEAP = Duration.ofMinutes(1);

    private static final long SPARE_HEAP_WORTH_BYTES = 8L << 20;

    private Daemon() {}

    /** Blocks until the process is asked to end. The caller closes the agent. */
    public static void run(Agent agent, Path socket) throws InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        boolean mayRun = ShutdownHook.register("stop", () -> {
            stop.countDown();
            awaitEnd(stopped);
        });
        if (!mayRun) {
            return; // asked to end while it started
        }
        Optional<SdNotify> manager = SdNotify.of(System.getenv());
        agent.start();
        Optional<ControlServer> control = control(agent, socket);
        Optional<Loop> watchdog = manager.flatMap(m -> watchdog(m, agent));
        Loop spareHeap = Loop.start("spare-heap", SPARE_HEAP, new SpareHeap(SPARE_HEAP_WORTH_BYTES)::giveBack);
        manager.ifPresent(m -> m.ready("joined as " + agent.state().membership().name()));
        LOG.log(
                Level.INFO,
                () -> "agent " + agent.state().membership().name() + " runs, state in "
                        + agent.folder().root() + ", hub " + agent.links().addresses());
        try {
            stop.await();
        } finally {
            manager.ifPresent(SdNotify::stopping);
            control.ifPresent(ControlServer::close);
            watchdog.ifPresent(Loop::close);
            spareHeap.close();
            agent.close();
            stopped.countDown();
        }
    }

    /** Without its socket the agent does all its work; only its own commands cannot reach it. */
    private static Optional<ControlServer> control(Agent agent, Path socket) {
        try {
            return Optional.of(ControlServer.start(socket, new Commands(agent)::handle));
        } catch (ControlException | UnsupportedOperationException e) {
            LOG.log(
                    Level.WARNING,
                    e.getMessage() + "; status, sync and pause cannot reach this agent (control.socket)");
            return Optional.empty();
        }
    }

    /** Tells the watchdog twice per its interval, and only while the loops move: a hung agent shall be restarted. */
    private static Optional<Loop> watchdog(SdNotify manager, Agent agent) {
        return manager.watchdog()
                .map(interval -> Loop.start("watchdog", interval.dividedBy(2), () -> {
                    if (agent.isMoving()) {
                        manager.alive();
                    }
                }));
    }

    /** The process lives until the daemon has ended, but not for ever. */
    private static void awaitEnd(CountDownLatch stopped) {
        try {
            if (!stopped.await(STOP_LIMIT.toSeconds(), SECONDS)) {
                LOG.log(Level.WARNING, "stopped in the middle of a turn; the next start goes on from the journal");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
