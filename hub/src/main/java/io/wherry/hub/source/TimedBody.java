package io.wherry.hub.source;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A response's body as a stream whose every read ends at the deadline at the latest, and whose length is bounded.
 *
 * <p>The HTTP client's own stream waits for bytes without a limit; a server that sends one now and then would hold a check for ever.
 */
final class TimedBody implements BodySubscriber<InputStream> {
    private final GitBudget budget;
    private final BlockingQueue<Part> parts =
            new LinkedBlockingQueue<>(); // one at a time: the next is asked for when one is used up
    private final CompletableFuture<Subscription> subscribed = new CompletableFuture<>();
    private final Stream stream = new Stream();

    TimedBody(GitBudget budget) {
        this.budget = budget;
    }

    private sealed interface Part {
        record Bytes(List<ByteBuffer> buffers) implements Part {}

        record End(@Nullable Throwable failure) implements Part {}
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(stream);
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscribed.complete(subscription);
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        parts.add(new Part.Bytes(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        parts.add(new Part.End(failure));
    }

    @Override
    public void onComplete() {
        parts.add(new Part.End(null));
    }

    private final class Stream extends InputStream {
        private List<ByteBuffer> buffers = List.of();
        private int at;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            if (length == 0) {
                return 0;
            }
            budget.checkTime();
            while (at == buffers.size() || !buffers.get(at).hasRemaining()) {
                if (at < buffers.size()) {
                    at++;
                } else if (ended || !next()) {
                    return -1;
                }
            }
            int count = Math.min(length, buffers.get(at).remaining());
            buffers.get(at).get(target, offset, count);
            return count;
        }

        private boolean next() throws IOException {
            if (!buffers.isEmpty()) {
                subscribed.join().request(1); // complete: bytes came from it
            }
            return switch (take()) {
                case Part.Bytes bytes -> {
                    buffers = bytes.buffers();
                    at = 0;
                    budget.received(
                            buffers.stream().mapToLong(ByteBuffer::remaining).sum());
                    yield true;
                }
                case Part.End end -> {
                    ended = true;
                    if (end.failure() != null) {
                        throw new IOException(
                                "the connection broke off: " + end.failure().getMessage(), end.failure());
                    }
                    yield false;
                }
            };
        }

        private Part take() throws IOException {
            try {
                Part part = parts.poll(budget.deadline().leftNanos(), NANOSECONDS);
                if (part == null) {
                    budget.checkTime();
                    throw new IllegalStateException("part: none (expected: the time is over)");
                }
                return part;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading from the Git server");
            }
        }

        @Override
        public void close() {
            if (subscribed.isDone()) {
                subscribed.join().cancel();
            }
        }
    }
}
