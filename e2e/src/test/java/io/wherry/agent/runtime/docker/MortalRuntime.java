package io.wherry.agent.runtime.docker;

import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A runtime whose process dies after so many changing calls to the real engine: from then on no call gets through. */
public final class MortalRuntime {
    private MortalRuntime() {}

    /** What a killed process would have felt. */
    public static final class Killed extends Error {
        Killed() {
            super("killed");
        }
    }

    /** One that lives on. */
    public static DockerRuntime immortal(DockerSettings settings) {
        return open(settings, new EngineSocket(settings.host()));
    }

    /** Nobody asks anything of containers that are killed so often: they need no time to answer. */
    private static DockerRuntime open(DockerSettings settings, Engine engine) {
        return new DockerRuntime(settings, engine, InstantSource.system(), Duration.ZERO);
    }

    /** The given number of changing calls still go through; the engine carries out the last one, its answer is lost. */
    public static DockerRuntime open(DockerSettings settings, int callsToLive) {
        AtomicInteger left = new AtomicInteger(callsToLive);
        EngineSocket socket = new EngineSocket(settings.host());
        Engine mortal = new Engine() {
            @Override
            public byte[] call(Call call) {
                if (call.method().equals("GET")) {
                    if (left.get() <= 0) {
                        throw new Killed();
                    }
                    return socket.call(call);
                }
                return change(() -> socket.call(call));
            }

            @Override
            public byte[] follow(Call call, Duration silence, Consumer<String> each) {
                return change(() -> socket.follow(call, silence, each));
            }

            private byte[] change(Supplier<byte[]> made) {
                int mine = left.getAndDecrement();
                if (mine <= 0) {
                    throw new Killed();
                }
                byte[] answer = made.get();
                if (mine == 1) {
                    throw new Killed();
                }
                return answer;
            }

            @Override
            public byte[] load(InputStream archive, Duration limit) {
                return socket.load(archive, limit);
            }

            @Override
            public byte[] put(String path, byte[] archive, Duration limit) {
                return change(() -> socket.put(path, archive, limit));
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
        return open(settings, mortal);
    }
}
