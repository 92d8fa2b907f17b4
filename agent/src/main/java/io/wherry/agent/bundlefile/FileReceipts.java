package io.wherry.agent.bundlefile;

import io.wherry.agent.report.Outbox;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.StateException;
import io.wherry.base.Causes;
import io.wherry.contract.Acknowledgement;
import io.wherry.contract.Limits;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.file.BundleFile;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.verify.AcknowledgementContext;
import io.wherry.contract.verify.AcknowledgementVerdict;
import io.wherry.contract.verify.AcknowledgementVerifier;
import io.wherry.contract.verify.VerifyReason;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The acknowledgement that a file brings for this agent. Whatever is wrong with it, the file may be good: it is judged by itself. */
final class FileReceipts {
    private final AgentState state;
    private final Outbox outbox;

    FileReceipts(AgentState state, Outbox outbox) {
        this.state = state;
        this.outbox = outbox;
    }

    /**
     * @param root the newest that the file leads to
     * @param take whether the outbox forgets what is acknowledged, durably
     */
    FileAcknowledgement consider(BundleFile file, TrustRoot root, boolean take) {
        Optional<String> own = Optional.of(state.membership().agentId().value());
        List<Descriptor> mine = file.delivery()
                .documents(Delivery.ACKNOWLEDGEMENT)
                .filter(document -> document.annotation(Delivery.AGENT).equals(own))
                .toList();
        if (mine.isEmpty()) {
            return new FileAcknowledgement.None();
        }
        if (mine.size() > 1) {
            return new FileAcknowledgement.Refused(
                    FileReason.FILE_DAMAGED.code(),
                    mine.size() + " acknowledgements for this agent (expected: at most one)");
        }
        byte[] envelope;
        try {
            envelope = file.read(mine.getFirst().digest(), Limits.ACKNOWLEDGEMENT_ENVELOPE_BYTES);
        } catch (BundleFileException e) {
            return new FileAcknowledgement.Refused(VerifyReason.TOO_LARGE.code(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw StateException.disk(
                    "what the file says of receipts: cannot be read, and all of them stay: " + Causes.words(e), e);
        }
        AcknowledgementContext context = new AcknowledgementContext(
                root, state.membership().trustDomain(), state.membership().agentId(), outbox.taken(), outbox.written());
        return switch (AcknowledgementVerifier.verify(envelope, context)) {
            case AcknowledgementVerdict.Refused(var reason, String detail) ->
                new FileAcknowledgement.Refused(reason.code(), detail);
            case AcknowledgementVerdict.Verified(Acknowledgement good) ->
                new FileAcknowledgement.Taken(
                        good.counter(), good.issuedAt(), take ? outbox.acknowledge(good) : outbox.upTo(good.counter()));
        };
    }
}
