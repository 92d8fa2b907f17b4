package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.EntryState;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.verify.ReceiptVerdict;
import io.wherry.contract.verify.ReceiptVerifier;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.ReceiptRepository.Chain;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * Takes receipts: each once, in any order, durable before it is acknowledged.
 *
 * <p>A gap is told and blocks nothing; two receipts with one number raise an alarm; one that does not verify is kept raw and acknowledged, so
 * that an agent never repeats for ever what we cannot read. A receipt older than one already taken is kept and changes no state.
 */
public final class ReportIntake {
    /** Who else takes part in the transaction of a report: what it means for assignments, revisions and the audit log. */
    public interface Listener {
        /** The states were news of this agent; part of the intake's transaction. */
        void reported(Handle handle, AgentRecord agent, Receipt receipt, List<EntryState> states);
    }

    /** What an agent says of a checkpoint that it refuses. */
    private static final String LOG_FORKED = "LogForked";

    private final Database database;
    private final AgentRepository agents;
    private final Digest trustDomain;
    private final Events events;
    private final Listener listener;
    private final Runnable afterwards;
    private final InstantSource clock;

    /** @param afterwards called after each commit that brought news: nudges the rollouts */
    public ReportIntake(
            Database database,
            AgentRepository agents,
            Digest trustDomain,
            Events events,
            Listener listener,
            Runnable afterwards,
            InstantSource clock) {
        this.database = database;
        this.agents = agents;
        this.trustDomain = trustDomain;
        this.events = events;
        this.listener = listener;
        this.afterwards = afterwards;
        this.clock = clock;
    }

    /**
     * A receipt is safe here.
     *
     * @param digest   SHA-256 of its payload; of the envelope's bytes where no payload could be read
     * @param added    it had not been taken before
     * @param verified it is the agent's; one that is not is kept too, and says nothing
     */
    public record Accepted(Digest digest, boolean added, boolean verified) {}

    /** Takes one receipt; taking it again changes nothing and gives the same answer. */
    public Accepted accept(AgentId agent, byte[] receiptEnvelope) {
        return acceptAll(agent, List.of(receiptEnvelope)).getFirst();
    }

    /** Takes many in one transaction: all are safe when this returns. */
    public List<Accepted> acceptAll(AgentId id, List<byte[]> envelopes) {
        return acceptAll(id, envelopes, false, handle -> {});
    }

    /**
     * Takes many that came by hand, in one transaction. What they tell is as old as they are, and says nothing of the site's clock.
     *
     * @param also takes part in the transaction
     */
    public List<Accepted> importAll(AgentId id, List<byte[]> envelopes, Consumer<Handle> also) {
        return acceptAll(id, envelopes, true, also);
    }

    private List<Accepted> acceptAll(AgentId id, List<byte[]> envelopes, boolean byHand, Consumer<Handle> also) {
        AgentRecord agent = agents.find(id)
                .orElseThrow(() -> new IllegalArgumentException("agent: " + id + " (expected: one that is enrolled)"));
        List<Accepted> accepted = database.write(handle -> {
            List<Accepted> all = new ArrayList<>();
            for (byte[] envelope : envelopes) {
                all.add(take(handle, agent, envelope, byHand));
            }
            also.accept(handle);
            return all;
        });
        events.published();
        afterwards.run();
        return accepted;
    }

    private Accepted take(Handle handle, AgentRecord agent, byte[] envelope, boolean byHand) {
        Digest digest = payloadDigest(envelope);
        Optional<Boolean> before = ReceiptRepository.readable(handle, agent.id(), digest);
        if (before.isPresent()) {
            return new Accepted(digest, false, before.get());
        }
        return switch (ReceiptVerifier.verify(envelope, agent.publicKey(), agent.id(), trustDomain)) {
            case ReceiptVerdict.Verified(Receipt receipt, Digest verified) -> {
                takeVerified(handle, agent, receipt, verified, envelope, byHand);
                yield new Accepted(digest, true, true);
            }
            case ReceiptVerdict.Refused refused -> {
                ReceiptRepository.add(handle, agent.id(), digest, 0, false, envelope, clock.instant());
                tell(
                        handle,
                        Severity.ALARM,
                        agent,
                        StatusReason.RECEIPT_UNREADABLE,
                        "a receipt does not verify (" + refused.reason().code() + "): " + refused.detail());
                yield new Accepted(digest, true, false);
            }
        };
    }

    private void takeVerified(
            Handle handle, AgentRecord agent, Receipt receipt, Digest digest, byte[] envelope, boolean byHand) {
        Optional<Chain> chain = ReceiptRepository.chain(handle, agent.id());
        boolean forked = ReceiptRepository.withCounter(handle, agent.id(), receipt.counter())
                        .isPresent()
                || (follows(chain, receipt) && !receipt.previous().equals(chain.map(Chain::digest)));
        ReceiptRepository.add(handle, agent.id(), digest, receipt.counter(), true, envelope, clock.instant());
        if (forked) {
            ReceiptPrefix.forked(handle, agent.id(), receipt.counter());
            tellFork(handle, agent, receipt.counter());
            return;
        }
        long newest = chain.map(Chain::counter).orElse(0L);
        if (receipt.counter() > newest) { // a late one is kept, and changes nothing
            news(handle, agent, receipt, new Chain(receipt.counter(), digest), newest, byHand);
        }
        if (receipt.body() instanceof Receipt.Body.Dropped(long from, long to)) {
            ReceiptPrefix.dropped(handle, agent.id(), from, to);
        }
        ReceiptPrefix.advance(handle, agent.id()).ifPresent(counter -> tellFork(handle, agent, counter));
    }

    private void tellFork(Handle handle, AgentRecord agent, long counter) {
        tell(
                handle,
                Severity.ALARM,
                agent,
                StatusReason.RECEIPT_FORK,
                "receipt " + counter + " contradicts one that was taken before; was the agent's state folder copied?");
    }

    private void news(Handle handle, AgentRecord agent, Receipt receipt, Chain chain, long newest, boolean byHand) {
        if (receipt.counter() > newest + 1) {
            tell(
                    handle,
                    Severity.WARNING,
                    agent,
                    StatusReason.RECEIPTS_MISSING,
                    "receipts " + (newest + 1) + " to " + (receipt.counter() - 1) + " have not arrived");
        }
        apply(handle, agent, receipt, chain, byHand);
    }

    private static boolean follows(Optional<Chain> chain, Receipt receipt) {
        return chain.isPresent() && receipt.counter() == chain.get().counter() + 1;
    }

    private void apply(Handle handle, AgentRecord agent, Receipt receipt, Chain chain, boolean byHand) {
        Instant now = clock.instant();
        Instant asOf = byHand && receipt.time().isBefore(now) ? receipt.time() : now;
        String refusedReason = "";
        String refusedDetail = "";
        switch (receipt.body()) {
            case Receipt.Body.States(List<EntryState> states, var _) -> {
                for (EntryState state : states) {
                    Optional<TargetState> before = TargetStates.find(handle, agent.id(), state.stack());
                    TargetStates.report(handle, agent.id(), state, asOf);
                    OutcomeEvents.of(agent.name(), before.flatMap(TargetState::report), state)
                            .ifPresent(told -> told.raise(handle, events));
                }
                listener.reported(handle, agent, receipt, states);
            }
            case Receipt.Body.Refused refused
            when refused.reason().equals(LOG_FORKED) ->
                tell(handle, Severity.ALARM, agent, StatusReason.AUDIT_LOG_CHANGED, refused.detail());
            case Receipt.Body.Refused refused -> {
                refusedReason = refused.reason();
                refusedDetail = refused.detail();
                tell(
                        handle,
                        Severity.ALARM,
                        agent,
                        StatusReason.ASSIGNMENT_REFUSED,
                        "the agent refuses its assignment (" + refused.reason() + "): " + refused.detail());
            }
            case Receipt.Body.Dropped(long from, long to) -> {
                if (ReceiptPrefix.counter(handle, agent.id()) < to) { // else all of them had come over the link
                    tell(
                            handle,
                            Severity.WARNING,
                            agent,
                            StatusReason.RECEIPTS_DROPPED,
                            "the agent no longer has receipts " + from + " to " + to
                                    + ": its outbox was full, or this hub had taken them before it was restored");
                }
            }
        }
        long skewMillis = byHand
                ? ReceiptRepository.told(handle, agent.id())
                        .map(ReceiptRepository.Told::skewMillis)
                        .orElse(0L)
                : Duration.between(now, receipt.time()).toMillis();
        ReceiptRepository.advance(handle, agent.id(), chain, skewMillis, refusedReason, refusedDetail);
    }

    private void tell(Handle handle, Severity severity, AgentRecord agent, StatusReason reason, String message) {
        events.raise(handle, severity, "Agent", agent.name(), reason, message, "wherry describe agent " + agent.name());
    }

    private static Digest payloadDigest(byte[] envelope) {
        try {
            return Envelope.parse(envelope, Limits.RECEIPT_ENVELOPE_BYTES).digest();
        } catch (JsonException e) {
            // Not even an envelope: it is still kept and acknowledged, under the name the agent can compute.
            return Digest.of(envelope);
        }
    }
}
