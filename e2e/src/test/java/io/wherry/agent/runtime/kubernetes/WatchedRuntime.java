package io.wherry.agent.runtime.kubernetes;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

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
     * @param writes of each call that changes something
     * @param calls  of each call
     */
    public static KubernetesRuntime noting(KubernetesSettings settings, List<String> writes, List<String> calls) {
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
                    public void close() {
                        client.close();
                    }
                },
                settings,
                InstantSource.system());
    }
}
