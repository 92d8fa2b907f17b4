package io.wherry.hub.agentapi;

import com.google.protobuf.ByteString;
import io.wherry.contract.Limits;
import io.wherry.contract.v1.EnrolReply;
import io.wherry.contract.v1.ExportRequest;
import io.wherry.contract.v1.Facts;
import io.wherry.contract.v1.PollRequest;
import io.wherry.contract.v1.Progress;
import io.wherry.hub.agentapi.Delegates.StackProgress;
import io.wherry.hub.fleet.AgentFacts;
import io.wherry.hub.fleet.EnrolOutcome;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Between the generated messages and our own records; and the limits that the proto file names. */
final class Wire {
    private static final long MAX_HOLD_MS = 600_000;
    private static final int INSTANCE_BYTES = 16;
    private static final int DIGEST_BYTES = 32;
    private static final int MAX_PROGRESS = 1024;
    private static final int MAX_STACK_CHARS = 26;
    private static final int MAX_PHASE_CHARS = 32;
    private static final int MAX_REASON_CHARS = 64;
    private static final int MAX_SENTENCE_CHARS = 1024;
    private static final List<String> MODES = List.of("", "timer", "interval", "held");

    /** The proto file's limit for one reply; a root changes a few times in a hub's life. */
    private static final int MAX_ROOTS = 64;

    private Wire() {}

    /** The address without the port, which says nothing. */
    static String host(Object address) {
        return address instanceof InetSocketAddress socket && socket.getAddress() != null
                ? socket.getAddress().getHostAddress()
                : address.toString();
    }

    /** @param from for the audit log */
    static io.wherry.hub.fleet.EnrolRequest request(io.wherry.contract.v1.EnrolRequest request, String from) {
        return new io.wherry.hub.fleet.EnrolRequest(
                request.getToken().toByteArray(),
                request.getCsr().toByteArray(),
                request.getSealingKey().toByteArray(),
                request.getSealingKeySignature().toByteArray(),
                facts(request.getFacts()),
                from);
    }

    static AgentFacts facts(Facts facts) {
        return new AgentFacts(
                facts.getName(),
                facts.getRuntime(),
                facts.getRuntimeId(),
                facts.getRuntimeVersion(),
                facts.getAgentVersion(),
                facts.getPlatform(),
                facts.getHostname(),
                facts.getEnvironment(),
                facts.getUnderstandsList(),
                facts.getDiskFreeBytes(),
                facts.getRuntimeProblem(),
                facts.getPolicy(),
                facts.getSwarmManager(),
                facts.getPausedUntilMs(),
                facts.getTimeZone());
    }

    static StackProgress progress(Progress progress) {
        return new StackProgress(
                progress.getStack(),
                progress.getGeneration(),
                progress.getPhase(),
                progress.getReason(),
                progress.getMessage(),
                progress.getDoneBytes(),
                progress.getTotalBytes());
    }

    static EnrolReply reply(EnrolOutcome.Enrolled enrolled, List<byte[]> roots) {
        EnrolReply.Builder reply = EnrolReply.newBuilder()
                .setStatus(EnrolReply.Status.ENROLLED)
                .setAgentId(enrolled.agent().id().value())
                .setName(enrolled.agent().name());
        enrolled.certificates().der().forEach(der -> reply.addCertificateChain(ByteString.copyFrom(der)));
        roots.stream().limit(MAX_ROOTS).forEach(root -> reply.addRootChain(ByteString.copyFrom(root)));
        return reply.build();
    }

    static EnrolReply reply(EnrolOutcome.Pending pending) {
        return EnrolReply.newBuilder()
                .setStatus(EnrolReply.Status.PENDING)
                .setFingerprint(pending.agent().fingerprint())
                .setRetryAfterMs(pending.retryAfter().toMillis())
                .build();
    }

    /** The same for the answer to an operator. */
    static Optional<String> problem(ExportRequest request) {
        if (request.getId().size() != INSTANCE_BYTES) {
            return Optional.of("id: must have 16 bytes");
        }
        if (request.getContent().size() > Limits.EXPORT_BYTES) {
            return Optional.of("content: must have at most " + Limits.EXPORT_BYTES + " bytes");
        }
        if (request.getReason().isEmpty() == request.getContent().isEmpty()
                || request.getReason().length() > MAX_REASON_CHARS
                || request.getDetail().length() > MAX_SENTENCE_CHARS) {
            return Optional.of("content, reason, detail: must have one of the first two, and keep their limits");
        }
        return Optional.empty();
    }

    /** The first limit of the proto file that this request breaks. */
    static Optional<String> problem(PollRequest request) {
        if (request.getRootVersion() < 1) {
            return Optional.of("root_version: must be 1 or more");
        }
        if (request.getIncarnation() < 1) {
            return Optional.of("incarnation: must be 1 or more");
        }
        if (request.getInstance().size() != INSTANCE_BYTES) {
            return Optional.of("instance: must have 16 bytes");
        }
        if (request.getHoldMaxMs() < 0 || request.getHoldMaxMs() > MAX_HOLD_MS) {
            return Optional.of("hold_max_ms: must be 0 to 600000");
        }
        if (!MODES.contains(request.getMode())) {
            return Optional.of("mode: must be timer, interval or held");
        }
        if (request.hasAdopted()
                && (request.getAdopted().getDigest().size() != DIGEST_BYTES
                        || request.getAdopted().getEpoch() < 1
                        || request.getAdopted().getSequence() < 1)) {
            return Optional.of("adopted: must have an epoch, a sequence and a digest of 32 bytes");
        }
        if (request.hasRefused() && request.getRefused().getDigest().size() != DIGEST_BYTES) {
            return Optional.of("refused: must have a digest of 32 bytes");
        }
        if (!isDigestOrEmpty(request.getReportedState()) || !isDigestOrEmpty(request.getReportedFacts())) {
            return Optional.of("reported_state, reported_facts: must be empty or have 32 bytes");
        }
        if (request.getProgressCount() > MAX_PROGRESS) {
            return Optional.of("progress: at most 1024");
        }
        if (!request.getProgressList().stream().allMatch(Wire::withinLimits)) {
            return Optional.of("progress: a field is longer than the protocol allows");
        }
        return request.hasFacts() ? facts(request.getFacts()).problem() : Optional.empty();
    }

    private static boolean isDigestOrEmpty(ByteString bytes) {
        return bytes.isEmpty() || bytes.size() == DIGEST_BYTES;
    }

    private static boolean withinLimits(Progress progress) {
        return progress.getStack().length() <= MAX_STACK_CHARS
                && progress.getPhase().length() <= MAX_PHASE_CHARS
                && progress.getReason().length() <= MAX_REASON_CHARS
                && progress.getMessage().length() <= MAX_SENTENCE_CHARS;
    }
}
