package io.wherry.e2e.simulation;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.wherry.contract.v1.BlobChunk;
import io.wherry.contract.v1.PollReply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A link that loses, doubles, delays and reorders. A request that comes late has a caller who gave up and most likely asked again; its answer is lost.
 *
 * <p>Offers of earlier polls come again now and then, as from a hub that was set back or somebody in between who kept them: they are well signed.
 */
final class SimulatedNetwork implements Exchange {
    private static final int PIECE_BYTES = 700;
    private static final Duration LATEST = Duration.ofMinutes(2);

    private final Exchange hub;
    private final Fate agent;
    private final Random random;
    private final Time time;
    private final List<Late<?, ?>> late = new ArrayList<>();
    private final List<PollReply> offered = new ArrayList<>();
    private Weather weather = Weather.FINE;

    /** @param percent of calls that meet with something */
    record Weather(int percent, boolean cut) {
        static final Weather FINE = new Weather(0, false);
    }

    private record Late<Q, R>(Instant due, MethodDescriptor<Q, R> method, Q request) {}

    /** @param agent who may die before a call and after it */
    SimulatedNetwork(Exchange hub, Fate agent, Random random, Time time) {
        this.hub = hub;
        this.agent = agent;
        this.random = random;
        this.time = time;
    }

    void weather(Weather next) {
        weather = next;
    }

    @Override
    public <Q, R> Answer<R> call(MethodDescriptor<Q, R> method, Q request) {
        agent.step();
        deliverLate();
        time.pass(Duration.ofMillis(1 + random.nextInt(weather == Weather.FINE ? 20 : 800)));
        if (weather.cut()) {
            return Answer.lost("no route");
        }
        Answer<R> answer =
                random.nextInt(100) < weather.percent() ? spoilt(method, request) : hub.call(method, request);
        agent.step();
        return pieces(remembered(answer));
    }

    private <Q, R> Answer<R> spoilt(MethodDescriptor<Q, R> method, Q request) {
        return switch (random.nextInt(7)) {
            case 0 -> Answer.lost("the request was lost");
            case 1 -> {
                hub.call(method, request);
                yield Answer.lost("the answer was lost");
            }
            case 2 -> {
                holdBack(method, request);
                yield new Answer<>(List.of(), Status.DEADLINE_EXCEEDED, new Metadata());
            }
            case 3 -> {
                holdBack(method, request); // and it comes in time as well
                yield hub.call(method, request);
            }
            case 4 -> {
                hub.call(method, request);
                yield hub.call(method, request);
            }
            case 5 -> replaced(hub.call(method, request));
            default -> cut(hub.call(method, request));
        };
    }

    private <Q, R> void holdBack(MethodDescriptor<Q, R> method, Q request) {
        Duration delay = Duration.ofMillis((long) (random.nextDouble() * LATEST.toMillis()));
        late.add(new Late<>(time.instant().plus(delay), method, request));
    }

    /** When the next late request comes in. */
    Optional<Instant> due() {
        return late.stream().map(Late::due).min(Instant::compareTo);
    }

    void deliverLate() {
        for (Late<?, ?> one : List.copyOf(late)) {
            if (!one.due().isAfter(time.instant()) && late.remove(one)) {
                deliver(one);
            }
        }
    }

    private <Q, R> void deliver(Late<Q, R> one) {
        hub.call(one.method(), one.request());
    }

    private <R> Answer<R> remembered(Answer<R> answer) {
        for (R message : answer.messages()) {
            if (message instanceof PollReply reply && !reply.getAssignment().isEmpty()) {
                offered.add(reply);
            }
        }
        return answer;
    }

    /** An offer of an earlier poll; of content, bytes that are not what was sent. */
    @SuppressWarnings("unchecked")
    private <R> Answer<R> replaced(Answer<R> answer) {
        List<R> messages = new ArrayList<>();
        for (R message : answer.messages()) {
            messages.add(
                    switch (message) {
                        case PollReply _ when !offered.isEmpty() -> (R) offered.get(random.nextInt(offered.size()));
                        case BlobChunk chunk when !chunk.getData().isEmpty() -> (R) damaged(chunk);
                        default -> message;
                    });
        }
        return new Answer<>(messages, answer.status(), answer.trailers());
    }

    private BlobChunk damaged(BlobChunk chunk) {
        byte[] data = chunk.getData().toByteArray();
        data[(int) (random.nextDouble() * data.length)] ^= 1;
        return chunk.toBuilder().setData(ByteString.copyFrom(data)).build();
    }

    /** The connection breaks in the middle of a stream. */
    private <R> Answer<R> cut(Answer<R> answer) {
        Answer<R> pieces = pieces(answer);
        int whole = (int) (random.nextDouble() * pieces.messages().size());
        return new Answer<>(
                pieces.messages().subList(0, whole),
                Status.UNAVAILABLE.withDescription("the connection broke"),
                new Metadata());
    }

    /** Chunks as small as a hub may make them, so that a little content is worth cutting. */
    @SuppressWarnings("unchecked")
    private static <R> Answer<R> pieces(Answer<R> answer) {
        List<R> messages = new ArrayList<>();
        for (R message : answer.messages()) {
            if (message instanceof BlobChunk chunk && chunk.getData().size() > PIECE_BYTES) {
                for (int at = 0; at < chunk.getData().size(); at += PIECE_BYTES) {
                    int end = Math.min(at + PIECE_BYTES, chunk.getData().size());
                    messages.add((R) chunk.toBuilder()
                            .setOffset(chunk.getOffset() + at)
                            .setData(chunk.getData().substring(at, end))
                            .build());
                }
            } else {
                messages.add(message);
            }
        }
        return new Answer<>(messages, answer.status(), answer.trailers());
    }
}
