package io.wherry.agent.runtime.docker;

import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A runtime that notes when each of its calls waited for the engine: tells the engine's share of an apply from ours. */
public final class TimedRuntime {
    /**
     * One call.
     *
     * @param begin nanoseconds of this JVM's clock, as is {@code end}
     */
    private record Wait(String what, long begin, long end) {}

    private final List<Wait> waits = Collections.synchronizedList(new ArrayList<>());

    /** A runtime whose calls are noted here. */
    public DockerRuntime open(DockerSettings settings) {
        EngineSocket socket = new EngineSocket(settings.host());
        Engine timed = new Engine() {
            @Override
            public byte[] call(Call call) {
                return timed(call, () -> socket.call(call));
            }

            @Override
            public byte[] follow(Call call, Duration silence, Consumer<String> each) {
                return timed(call, () -> socket.follow(call, silence, each));
            }

            private byte[] timed(Call call, Supplier<byte[]> made) {
                long begin = System.nanoTime();
                try {
                    return made.get();
                } finally {
                    waits.add(new Wait(kind(call), begin, System.nanoTime()));
                }
            }

            @Override
            public byte[] load(InputStream archive, Duration limit) {
                return socket.load(archive, limit);
            }

            @Override
            public byte[] put(String path, byte[] archive, Duration limit) {
                return timed(new Call("PUT", path, null, limit, false), () -> socket.put(path, archive, limit));
            }

            @Override
            public ApiVersion version() {
                return socket.version();
            }

            @Override
            public void close() {
                socket.close();
            }
        };
        return new DockerRuntime(settings, timed, InstantSource.system());
    }

    /** {@code POST containers start} of {@code POST /containers/ab12…/start?t=1}: without the name. */
    private static String kind(Engine.Call call) {
        List<String> path = List.of(call.path().replaceFirst("\\?.*", "").split("/"));
        String verb = path.size() > 3 || path.getLast().equals("create") ? " " + path.getLast() : "";
        return call.method() + " " + path.get(1) + verb;
    }

    /** Forgets what was noted. */
    public void clear() {
        waits.clear();
    }

    /** @return nanoseconds in which at least one call waited for the engine */
    public long waited() {
        List<Wait> ordered =
                waits.stream().sorted(Comparator.comparingLong(Wait::begin)).toList();
        long total = 0;
        long until = Long.MIN_VALUE;
        for (Wait wait : ordered) {
            total += Math.max(0, wait.end() - Math.max(until, wait.begin()));
            until = Math.max(until, wait.end());
        }
        return total;
    }

    /** @return a line for each call, in the order of their beginnings: begin and end in milliseconds since the first, and what it is */
    public List<String> timeline() {
        List<Wait> ordered =
                waits.stream().sorted(Comparator.comparingLong(Wait::begin)).toList();
        return ordered.stream()
                .map(wait -> String.format(
                        Locale.ROOT,
                        "%7.1f %7.1f  %s",
                        (wait.begin() - ordered.getFirst().begin()) / 1e6,
                        (wait.end() - ordered.getFirst().begin()) / 1e6,
                        wait.what()))
                .toList();
    }

    /** @return kind of call to how often and how long in all, in nanoseconds, whatever ran beside it */
    public Map<String, long[]> kinds() {
        Map<String, long[]> kinds = new TreeMap<>();
        for (Wait wait : List.copyOf(waits)) {
            long[] sum = kinds.computeIfAbsent(wait.what(), what -> new long[2]);
            sum[0]++;
            sum[1] += wait.end() - wait.begin();
        }
        return kinds;
    }
}
