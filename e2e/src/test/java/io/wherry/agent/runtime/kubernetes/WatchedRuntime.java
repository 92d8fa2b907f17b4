package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.kubernetes.ApiServer.Answer;
import io.wherry.agent.runtime.kubernetes.ApiServer.Call;
import io.wherry.agent.runtime.kubernetes.ApiServer.Follower;
import io.wherry.agent.runtime.kubernetes.ApiServer.Following;
import io.wherry.base.WallClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Runtimes on the real API server, whose calls that change something are noted, or end with the process after so many. */
public final class WatchedRuntime {
    /** As who has no right to watch: each look sees every change at once. */
    private static final Watches REFUSED = (_, follower, _) -> {
        follower.ended(403);
        return () -> {};
    };

    private WatchedRuntime() {}

    /** What a killed process would have felt. */
    public static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    /** What becomes of a call. */
    private interface Calls {
        Answer of(Call call, ApiServer server);
    }

    /** What becomes of a watch. */
    private interface Watches {
        Following of(Call call, Follower follower, ApiServer server);
    }

    private static KubernetesRuntime runtime(KubernetesSettings settings, Calls calls, Watches watches) {
        ApiServerClient client = new ApiServerClient(settings.kubeconfig());
        ApiServer watched = new ApiServer() {
            @Override
            public Answer call(Call call) {
                return calls.of(call, client);
            }

            @Override
            public Following follow(Call call, Follower follower) {
                return watches.of(call, follower, client);
            }

            @Override
            public void close() {
                client.close();
            }
        };
        return new KubernetesRuntime(watched, settings, InstantSource.system(), WallClock.passing());
    }

    private static String note(Call call) {
        return call.method() + " " + call.path();
    }

    /**
     * Both lists get {@code METHOD PATH} and are thread-safe.
     *
     * @param writes   of each call that changes something
     * @param calls    of each call
     * @param watching whether it may watch
     */
    public static KubernetesRuntime noting(
            KubernetesSettings settings, List<String> writes, List<String> calls, BooleanSupplier watching) {
        return runtime(
                settings,
                (call, server) -> {
                    calls.add(note(call));
                    if (call.writes()) {
                        writes.add(note(call));
                    }
                    return server.call(call);
                },
                (call, follower, server) -> {
                    if (!watching.getAsBoolean()) {
                        return REFUSED.of(call, follower, server);
                    }
                    calls.add("WATCH " + call.path());
                    return server.follow(call, follower);
                });
    }

    /** One that may watch, and is told of nothing for as long as a silent watch is believed. */
    public static KubernetesRuntime deaf(KubernetesSettings settings, List<String> calls) {
        return runtime(
                settings,
                (call, server) -> {
                    calls.add(note(call));
                    return server.call(call);
                },
                (_, _, _) -> () -> {});
    }

    public static List<String> notes() {
        return Collections.synchronizedList(new ArrayList<>());
    }

    /** The given number of changing calls still go through; the server carries out the last one, its answer is lost. */
    public static KubernetesRuntime mortal(KubernetesSettings settings, int callsToLive) {
        AtomicInteger left = new AtomicInteger(callsToLive);
        return runtime(
                settings,
                (call, server) -> {
                    int mine = call.writes() ? left.getAndDecrement() : left.get();
                    if (mine <= 0) {
                        throw new Killed();
                    }
                    Answer answer = server.call(call);
                    if (call.writes() && mine == 1) {
                        throw new Killed();
                    }
                    return answer;
                },
                REFUSED);
    }

    /** One for which time passes so many times as fast: its limits are those of the real one. */
    public static KubernetesRuntime hurried(KubernetesSettings settings, int factor) {
        InstantSource passing = WallClock.passing();
        Instant start = passing.instant();
        return new KubernetesRuntime(
                new ApiServerClient(settings.kubeconfig()),
                settings,
                InstantSource.system(),
                () -> start.plus(Duration.between(start, passing.instant()).multipliedBy(factor)));
    }

    /**
     * Something happens once: after the given changing call was carried out, and before its answer is seen.
     *
     * @param limit of each call, in place of its own
     */
    public static KubernetesRuntime disturbed(
            KubernetesSettings settings, int afterWrites, Runnable disturbance, Duration limit) {
        AtomicInteger left = new AtomicInteger(afterWrites);
        return runtime(
                settings,
                (call, server) -> {
                    Answer answer = server.call(new Call(
                            call.method(), call.path(), call.accept(), call.type(), call.body(), call.as(), limit));
                    if (call.writes() && left.decrementAndGet() == 0) {
                        disturbance.run();
                    }
                    return answer;
                },
                (call, follower, server) -> server.follow(call, follower));
    }

    /**
     * Somebody else is faster, so many times: just before a call that names the version of the object it is about.
     *
     * @param other changes that object
     */
    public static KubernetesRuntime overtaken(KubernetesSettings settings, int times, Runnable other) {
        AtomicInteger left = new AtomicInteger(times);
        return runtime(
                settings,
                (call, server) -> {
                    boolean versioned =
                            call.method().equals("PUT") || call.type().contains("json-patch");
                    if (versioned && left.getAndDecrement() > 0) {
                        other.run();
                    }
                    return server.call(call);
                },
                REFUSED);
    }
}
