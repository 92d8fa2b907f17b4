package io.wherry.agent.runtime.kubernetes;

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
}
