package io.wherry.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** One line of JSON over a socket, within a time: whoever connects and says nothing must not hold up the next. */
final class Lines {
    /** Far above any answer: 1,024 stacks at 1 KiB each. */
    static final int MAX_LINE_BYTES = 4 << 20;

    private Lines() {}

    static Json.Obj read(SocketChannel channel, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8 << 10);
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            while (true) {
                await(selector, deadline);
                int read = channel.read(buffer.clear());
                if (read < 0) {
                    throw new IOException("closed before the end of the line");
                }
                for (int i = 0; i < read; i++) {
                    if (buffer.get(i) == '\n') {
                        return JsonReader.object(line.toByteArray());
                    }
                    line.write(buffer.get(i));
                }
                if (line.size() > MAX_LINE_BYTES) {
                    throw new IOException("line too long (expected: at most " + MAX_LINE_BYTES + " bytes)");
                }
            }
        }
    }

    static void write(SocketChannel channel, Json.Obj value, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        ByteBuffer rest = ByteBuffer.wrap((JsonWriter.compact(value) + "\n").getBytes(UTF_8));
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (rest.hasRemaining()) {
                await(selector, deadline);
                channel.write(rest);
            }
        }
    }

    private static void await(Selector selector, long deadline) throws IOException {
        long left = Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
        if (deadline - System.nanoTime() <= 0 || selector.select(left) == 0) {
            throw new IOException("no answer in time");
        }
        selector.selectedKeys().clear();
    }
}
