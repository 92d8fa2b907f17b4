package io.wherry.agent.runtime.kubernetes;

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
    private WatchedRuntime() {}

    /** What a killed process would have felt. */
    public static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    /**
     * Both lists get {@code METHOD PATH} and are thread-safe.
     *
     * @param writes   of each call that changes something
     * @param calls    of each call
     * @param watching whether it may watch; else it is refused, as who has no right to, and sees every change at once
     */
    public static KubernetesRuntime noting(
            KubernetesSettings settings, List<String> writes, List<String> calls, BooleanSupplier watching) {
        ApiServerClient client = new ApiServerClient(settings.kubeconfig());
        return new KubernetesRuntime(
                new ApiServer() {
                    @Override
                    public Answer call(Call call) {
                        String note = call.method() + " " + call.path();
                        calls.add(note);
                        if (call.writes()) {
                            writes.add(note);
                        }
                        return client.call(call);
                    }

                    @Override
                    public Following follow(Call call, Follower follower) {
                        if (!watching.getAsBoolean()) {
                            return refused(follower);
                        }
                        calls.add("WATCH " + call.path());
                        return client.follow(call, follower);
                    }

                    @Override
                    public void close() {
                        client.close();
                    }
                },
                settings,
                InstantSource.system());
    }

    private static ApiServer.Following refused(ApiServer.Follower follower) {
        follower.ended(403);
        return () -> {};
    }

    /** One that may watch, and is told of nothing for as long as a silent watch is believed. */
    public static KubernetesRuntime deaf(KubernetesSettings settings, List<String> calls) {
        ApiServerClient client = new ApiServerClient(settings.kubeconfig());
        return new KubernetesRuntime(
                new ApiServer() {
                    @Override
                    public Answer call(Call call) {
                        calls.add(call.method() + " " + call.path());
                        return client.call(call);
                    }

                    @Override
                    public Following follow(Call call, Follower follower) {
                        return () -> {};
                    }

                    @Override
                    public void close() {
                        client.close();
                    }
                },
                settings,
                InstantSource.system());
    }

    public static List<String> notes() {
        return Collections.synchronizedList(new ArrayList<>());
    }

    /** The given number of changing calls still go through; the server carries out the last one, its answer is lost. */
    public static KubernetesRuntime mortal(KubernetesSettings settings, int callsToLive) {
        AtomicInteger left = new AtomicInteger(callsToLive);
        ApiServerClient client = new ApiServerClient(settings.kubeconfig());
        return new KubernetesRuntime(
                new ApiServer() {
                    @Override
                    public Answer call(Call call) {
                        int mine = call.writes() ? left.getAndDecrement() : left.get();
                        if (mine <= 0) {
                            throw new Killed();
                        }
                        Answer answer = client.call(call);
                        if (call.writes() && mine == 1) {
                            throw new Killed();
                        }
                        return answer;
                    }

                    @Override
                    public Following follow(Call call, Follower follower) {
                        return refused(follower);
                    }

                    @Override
                    public void close() {
                        client.close();
                    }
                },
                settings,
                InstantSource.system());
    }

    /** One for which time passes so many times as fast: its limits are those of the real one. */
    public static KubernetesRuntime hurried(KubernetesSettings settings, int factor) {
        Instant start = InstantSource.system().instant();
        return new KubernetesRuntime(
                new ApiServerClient(settings.kubeconfig()),
                settings,
                () -> start.plus(Duration.between(start, InstantSource.system().instant())
                        .multipliedBy(factor)));
    }

    /**
     * Something happens once: after the given changing call was carried out, and before its answer is seen.
     *
     * @param limit of each call, in place of its own
     */
    public static KubernetesRuntime disturbed(
            KubernetesSettings settings, int afterWrites, Runnable disturbance, Duration limit) {
        AtomicInteger left = new AtomicInteger(afterWrites);
        ApiServerClient client = new ApiServerClient(settings.kubeconfig());
        return new KubernetesRuntime(
                new ApiServer() {
                    @Override
                    public Answer call(Call call) {
                        Answer answer = client.call(new Call(
                                call.method(), call.path(), call.accept(), call.type(), call.body(), call.as(), limit));
                        if (call.writes() && left.decrementAndGet() == 0) {
                            disturbance.run();
                        }
                        return answer;
                    }

                    @Override
                    public Following follow(Call call, Follower follower) {
                        return client.follow(call, follower);
                    }

                    @Override
                    public void close() {
                        client.close();
                    }
                },
                settings,
                InstantSource.system());
    }

    /**
     * Somebody else is faster, so many times: just before a call that names the version of the object it is about.
     *
     * @param other changes that object
     */
    public static KubernetesRuntime overtaken(KubernetesSettings settings, int times, Runnable other) {
        AtomicInteger left = new AtomicInteger(times);
        ApiServerClient client = new ApiServerClient(settings.kubeconfig());
        return new KubernetesRuntime(
                new ApiServer() {
                    @Override
                    public Answer call(Call call) {
                        boolean versioned =
                                call.method().equals("PUT") || call.type().contains("json-patch");
                        if (versioned && left.getAndDecrement() > 0) {
                            other.run();
                        }
                        return client.call(call);
                    }

                    @Override
                    public Following follow(Call call, Follower follower) {
                        return refused(follower);
                    }

                    @Override
                    public void close() {
                        client.close();
                    }
                },
                settings,
                InstantSource.system());
    }
}
