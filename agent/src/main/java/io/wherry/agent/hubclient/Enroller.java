package io.wherry.agent.hubclient;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.file.JoinFile;
import io.wherry.contract.v1.EnrolReply;
import io.wherry.contract.v1.EnrolRequest;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Trades a join token for a certificate. The hub is known by the pin in the token, and by nothing else yet. */
public final class Enroller {
    /** The hub answers at once, also when a person must approve. */
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);

    private static final Duration MIN_RETRY = Duration.ofSeconds(1);
    private static final Duration MAX_RETRY = Duration.ofHours(1);

    /**
     * What this device asks with.
     *
     * @param token               the secret of the join token
     * @param signingRequest      PKCS#10 by the identity key
     * @param sealingKey          raw X25519 public key
     * @param sealingKeySignature by the identity key
     */
    public record Request(byte[] token, byte[] signingRequest, byte[] sealingKey, byte[] sealingKeySignature) {
        /** Never shows the token. */
        @Override
        public String toString() {
            return "enrolment request";
        }
    }

    private Enroller() {}

    /** The question as text, for a hub that is asked by hand. Holds the token. */
    public static String toFile(Request request, AgentFacts facts) {
        return JoinFile.write(JoinFile.Kind.REQUEST, wire(request, facts).toByteArray());
    }

    /**
     * The answer of a hub that was asked by hand.
     *
     * @throws BundleFileException if the file is damaged, or no such file
     */
    public static Enrolled ofFile(String text) {
        try {
            return enrolled(EnrolReply.parseFrom(JoinFile.read(JoinFile.Kind.IDENTITY, text)));
        } catch (InvalidProtocolBufferException | CertificateException e) {
            throw new BundleFileException("holds no identity: " + e.getMessage(), e);
        }
    }

    private static EnrolRequest wire(Request request, AgentFacts facts) {
        return EnrolRequest.newBuilder()
                .setToken(ByteString.copyFrom(request.token()))
                .setCsr(ByteString.copyFrom(request.signingRequest()))
                .setSealingKey(ByteString.copyFrom(request.sealingKey()))
                .setSealingKeySignature(ByteString.copyFrom(request.sealingKeySignature()))
                .setFacts(facts.toWire())
                .build();
    }

    /** Asks each address once until one answers. The same request may be repeated: the hub gives the same answer to the same key. */
    public static Enrolled enrol(Hubs hubs, List<String> addresses, Request request, AgentFacts facts) {
        EnrolRequest wire = wire(request, facts);
        try (Links links = hubs.links(() -> addresses, Optional.empty())) {
            Enrolled last = new Enrolled.Unreachable(Trouble.HUB_UNREACHABLE, "the join token names no hub");
            for (int i = 0; i < addresses.size(); i++) {
                last = ask(links, wire);
                if (!(last instanceof Enrolled.Unreachable)) {
                    return last;
                }
            }
            return last;
        }
    }

    private static Enrolled ask(Links links, EnrolRequest request) {
        Links.Link link = links.current().orElseThrow();
        try {
            return enrolled(link.stub()
                    .withDeadlineAfter(CALL_LIMIT.toNanos(), NANOSECONDS)
                    .enrol(request));
        } catch (StatusRuntimeException e) {
            Metadata trailers = e.getTrailers() == null ? new Metadata() : e.getTrailers();
            return switch (Failure.of(link.address(), e.getStatus(), trailers)) {
                case Failure.No(String reason, String detail) -> new Enrolled.Refused(reason, detail);
                case Failure.NoAnswer(Trouble trouble, String why, Optional<Duration> _) -> {
                    links.failed(link);
                    yield new Enrolled.Unreachable(trouble, why);
                }
            };
        } catch (CertificateException e) {
            return new Enrolled.Unreachable(
                    Trouble.PROTOCOL_MISMATCH, "hub " + link.address() + ": sent no certificate: " + e.getMessage());
        }
    }

    private static Enrolled enrolled(EnrolReply reply) throws CertificateException {
        return switch (reply.getStatus()) {
            case ENROLLED ->
                new Enrolled.Issued(
                        reply.getAgentId(),
                        reply.getName(),
                        Certificates.ofWire(reply.getCertificateChainList()),
                        reply.getRootChainList().stream()
                                .map(ByteString::toByteArray)
                                .toList());
            case PENDING -> {
                Duration asked = Duration.ofMillis(reply.getRetryAfterMs());
                yield new Enrolled.Pending(
                        reply.getFingerprint(),
                        asked.compareTo(MIN_RETRY) < 0
                                ? MIN_RETRY
                                : asked.compareTo(MAX_RETRY) > 0 ? MAX_RETRY : asked);
            }
            case DENIED -> new Enrolled.Denied();
            case STATUS_UNSPECIFIED, UNRECOGNIZED ->
                throw new CertificateException("the answer has no status this agent knows");
        };
    }
}
