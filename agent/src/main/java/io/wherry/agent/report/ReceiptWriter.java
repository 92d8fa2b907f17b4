package io.wherry.agent.report;

import io.wherry.agent.state.AgentState;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Receipt;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Floor;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Signs receipts with the device's key: who, where in the chain, under which assignment, and what happened. */
public final class ReceiptWriter {
    private final AgentState state;
    private final EcdsaSigner signer;
    private final InstantSource clock;
    private final List<String> understood;

    /** @param understood features of the agent's runtime */
    public ReceiptWriter(AgentState state, InstantSource clock, List<String> understood) {
        this.state = state;
        this.signer = EcdsaSigner.of(
                state.keys().identity().getPrivate(), state.keys().identity().getPublic());
        this.clock = clock;
        this.understood = List.copyOf(understood);
    }

    /** The envelope of the receipt that follows the previous one in the chain. */
    byte[] sign(long counter, Optional<Digest> previous, Receipt.Body body) {
        Floor floor = state.floor();
        Receipt receipt = new Receipt(
                state.membership().trustDomain(),
                state.membership().agentId(),
                counter,
                previous,
                floor.digest(),
                floor.epoch(),
                floor.sequence(),
                clock.instant(),
                floor.time(),
                understood,
                body);
        return Envelope.sign(receipt.toStatement(), signer).toJson();
    }

    static Digest digestOf(byte[] envelope) {
        return Envelope.parse(envelope, Limits.RECEIPT_ENVELOPE_BYTES).digest();
    }

    /** Digest of the receipt before this one; empty for the first. */
    static Optional<Digest> previous(byte[] envelope) {
        return read(envelope).previous();
    }

    private static Receipt read(byte[] envelope) {
        Envelope read = Envelope.parse(envelope, Limits.RECEIPT_ENVELOPE_BYTES);
        return Receipt.parse(JsonReader.statement(read.payload(), Limits.RECEIPT_BYTES));
    }

    /** Where the range begins that a receipt says was dropped; empty if it says something else. */
    static OptionalLong droppedFrom(byte[] envelope) {
        return read(envelope).body() instanceof Receipt.Body.Dropped(long from, long _)
                ? OptionalLong.of(from)
                : OptionalLong.empty();
    }
}
