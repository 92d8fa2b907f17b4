package io.wherry.e2e.docker;

import io.wherry.agent.runtime.docker.ApiVersion;
import io.wherry.agent.runtime.docker.Engine;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Notes what is asked of an engine besides looking. */
final class WatchedEngine implements Engine {
    private final Engine real;
    private final List<String> writes = new CopyOnWriteArrayList<>();

    WatchedEngine(Engine real) {
        this.real = real;
    }

    /** Since the last time. */
    List<String> writes() {
        List<String> all = List.copyOf(writes);
        writes.clear();
        return all;
    }

    @Override
    public byte[] call(Call call) {
        if (!call.method().equals("GET")) {
            writes.add(call.method() + " " + call.path());
        }
        return real.call(call);
    }

    @Override
    public byte[] follow(Call call, Duration silence, Consumer<String> each) {
        writes.add(call.method() + " " + call.path());
        return real.follow(call, silence, each);
    }

    @Override
    public byte[] load(InputStream archive, Duration limit) {
        writes.add("POST an archive");
        return real.load(archive, limit);
    }

    @Override
    public byte[] put(String path, byte[] archive, Duration limit) {
        writes.add("PUT " + path);
        return real.put(path, archive, limit);
    }

    @Override
    public ApiVersion version() {
        return real.version();
    }

    @Override
    public boolean isPodman() {
        return real.isPodman();
    }

    @Override
    public void close() {
        real.close();
    }
}
