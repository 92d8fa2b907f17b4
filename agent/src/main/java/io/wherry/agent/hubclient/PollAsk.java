package io.wherry.agent.hubclient;

import com.google.protobuf.ByteString;
import io.wherry.contract.Digest;
import io.wherry.contract.v1.Adopted;
import io.wherry.contract.v1.PollRequest;
import io.wherry.contract.v1.Progress;
import io.wherry.contract.v1.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the agent says when it polls.
 *
 * @param standing where it stands
 * @param reported what the hub acknowledged of it
 * @param hold     for how long the hub may hold the answer; zero: not at all
 * @param facts    sent when the hub wanted them
 * @param progress what each stack is doing now
 */
public record PollAsk(
        Standing standing, Reported reported, Duration hold, Optional<AgentFacts> facts, List<StackProgress> progress) {
    /** As the protocol says: more stacks than a site has. */
    private static final int MAX_PROGRESS = 1024;

    private static final int MAX_MESSAGE_CHARS = 1024;

    /**
     * @param rootVersion of the newest trust root it holds
     * @param logSize     of the audit log in the newest checkpoint that it keeps; 0: none
     */
    public record Standing(
            Optional<Position> adopted, Optional<RefusedOffer> refused, long rootVersion, long logSize) {}

    /** The assignment that was adopted. */
    public record Position(long epoch, long sequence, Digest digest) {}

    /**
     * The offer that was refused last.
     *
     * @param reason CamelCase code
     */
    public record RefusedOffer(Digest digest, String reason, String detail) {}

    /** Digests of the newest receipt that the hub acknowledged, and of the facts as they are now. */
    public record Reported(Optional<Digest> state, Optional<Digest> facts) {}

    /** @param phase and reason in CamelCase */
    public record StackProgress(String stack, long generation, String phase, String reason, String message) {}

    public PollAsk {
        progress = List.copyOf(progress.subList(0, Math.min(progress.size(), MAX_PROGRESS)));
    }

    PollRequest.Builder toWire() {
        PollRequest.Builder request = PollRequest.newBuilder()
                .setRootVersion(standing.rootVersion())
                .setLogSize(standing.logSize())
                .setHoldMaxMs(hold.toMillis());
        standing.adopted()
                .ifPresent(at -> request.setAdopted(Adopted.newBuilder()
                        .setEpoch(at.epoch())
                        .setSequence(at.sequence())
                        .setDigest(raw(at.digest()))));
        standing.refused()
                .ifPresent(refused -> request.setRefused(Refusal.newBuilder()
                        .setDigest(raw(refused.digest()))
                        .setReason(refused.reason())
                        .setDetail(cut(refused.detail()))));
        reported.state().ifPresent(digest -> request.setReportedState(raw(digest)));
        reported.facts().ifPresent(digest -> request.setReportedFacts(raw(digest)));
        facts.ifPresent(told -> request.setFacts(told.toWire()));
        for (StackProgress stack : progress) {
            request.addProgress(Progress.newBuilder()
                    .setStack(stack.stack())
                    .setGeneration(stack.generation())
                    .setPhase(stack.phase())
                    .setReason(stack.reason())
                    .setMessage(cut(stack.message())));
        }
        return request;
    }

    static ByteString raw(Digest digest) {
        return ByteString.copyFrom(digest.raw());
    }

    private static String cut(String text) {
        return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS);
    }
}
