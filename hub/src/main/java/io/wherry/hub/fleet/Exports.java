package io.wherry.hub.fleet;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.wherry.contract.AgentId;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Questions of operators what runs at a site. Nobody reaches a site: the agent hears of the question by the answer to its next poll, and answers by a call of
 * its own. What it answers may hold secrets, so it is in memory only, and given to the operator who waits.
 */
public final class Exports implements AutoCloseable {
    /** An agent in mode interval comes every minute, one in mode timer more rarely: a person waits no longer than this. */
    public static final Duration MAX_WAIT = Duration.ofMinutes(10);

    /** With an answer of 512 KiB each, that is what may lie in memory at once. */
    static final int MAX_OPEN = 32;

    private static final int ID_BYTES = 16;

    private final SecureRandom random;
    private final Map<AgentId, Open> open = new ConcurrentHashMap<>();
    private volatile Consumer<AgentId> asked = agent -> {};

    private record Open(Wish wish, CompletableFuture<Outcome> answer) {}

    /**
     * What an agent is asked.
     *
     * @param id      32 hex digits
     * @param project Compose project; empty: which there are
     * @param compare JSON of what a stack would run of it ({@link io.wherry.contract.AdoptionQuestion}); empty: the question is what runs
     * @param ask     another question in the place of both, packed; empty: none
     */
    public record Wish(String id, String project, byte[] compare, byte[] ask) {
        public Wish {
            compare = compare.clone();
            ask = ask.clone();
        }

        @Override
        public byte[] ask() {
            return ask.clone();
        }

        @Override
        public byte[] compare() {
            return compare.clone();
        }
    }

    /** What became of a question. */
    public sealed interface Outcome {

        /** @param content JSON of the agent, not looked at yet */
        record Answered(byte[] content) implements Outcome {}

        /** The agent said why not. */
        record Refused(String reason, String detail) implements Outcome {}

        /** The agent did not come in time. */
        record NoAnswer() implements Outcome {}

        /** Somebody else waits for this agent already, or too many wait for others. */
        record Busy(String detail) implements Outcome {}
    }

    public Exports(SecureRandom random) {
        this.random = random;
    }

    /** @param listener told of the agent that is asked: its held poll is answered at once */
    public void onAsked(Consumer<AgentId> listener) {
        asked = listener;
    }

    /** Asks what runs, and waits for the answer. */
    public Outcome ask(AgentId agent, String project, Duration atMost) {
        return ask(agent, project, new byte[0], atMost);
    }

    /** Asks in what that which runs differs from this, and waits for the answer. */
    public Outcome ask(AgentId agent, String project, byte[] compare, Duration atMost) {
        return ask(agent, id -> new Wish(id, project, compare, new byte[0]), atMost);
    }

    /**
     * Asks another question, and waits for the answer.
     *
     * @param question packed, at most {@link io.wherry.contract.Limits#QUESTION_BYTES}
     */
    public Outcome ask(AgentId agent, byte[] question, Duration atMost) {
        return ask(agent, id -> new Wish(id, "", new byte[0], question), atMost);
    }

    private Outcome ask(AgentId agent, Function<String, Wish> wish, Duration atMost) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        Open question = new Open(wish.apply(HexFormat.of().formatHex(id)), new CompletableFuture<>());
        if (open.size() >= MAX_OPEN) {
            return new Outcome.Busy(MAX_OPEN + " questions are open already");
        }
        if (open.putIfAbsent(agent, question) != null) {
            return new Outcome.Busy("another question to this agent is open");
        }
        try {
            asked.accept(agent);
            return question.answer().get(atMost.toNanos(), NANOSECONDS);
        } catch (TimeoutException e) {
            return new Outcome.NoAnswer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.NoAnswer();
        } catch (ExecutionException e) {
            throw new IllegalStateException("answer: failed (expected: never)", e);
        } finally {
            open.remove(agent, question);
        }
    }

    /** What an operator waits to hear of an agent; asked at every poll, so from memory. */
    public Optional<Wish> wanted(AgentId agent) {
        return Optional.ofNullable(open.get(agent)).map(Open::wish);
    }

    /** Takes an agent's answer. One that nobody waits for any more is forgotten. */
    public void answer(AgentId agent, String id, Outcome outcome) {
        Open question = open.get(agent);
        if (question != null && question.wish().id().equals(id)) {
            question.answer().complete(outcome);
        }
    }

    /** Lets all who wait go. */
    @Override
    public void close() {
        open.values().forEach(question -> question.answer().complete(new Outcome.NoAnswer()));
    }
}
