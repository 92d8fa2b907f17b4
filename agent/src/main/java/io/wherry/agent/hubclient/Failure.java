package io.wherry.agent.hubclient;

import io.grpc.Metadata;
import io.grpc.Status;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** A call that failed, in the agent's words: the hub did not answer, or it answered "no". */
sealed interface Failure {

    record NoAnswer(Trouble trouble, String why, Optional<Duration> retryAfter) implements Failure {}

    record No(String reason, String detail) implements Failure {}

    /** Trailer with the hub's reason code in CamelCase. */
    Metadata.Key<String> REASON = Metadata.Key.of("wherry-reason", Metadata.ASCII_STRING_MARSHALLER);

    /** Trailer of a hub that sheds load: milliseconds. */
    Metadata.Key<String> RETRY_AFTER = Metadata.Key.of("wherry-retry-after-ms", Metadata.ASCII_STRING_MARSHALLER);

    /** No hub asks an agent to stay away for longer than the longest poll interval. */
    Duration MAX_RETRY_AFTER = Duration.ofHours(24);

    int MAX_DETAIL_CHARS = 1024;

    /** What gRPC says for a server that threw. */
    String FAULT = "Application error processing RPC";

    /** @param address of the hub that was asked, for the message */
    static Failure of(String address, Status status, Metadata trailers) {
        String said = cut(status.getDescription() == null ? "" : status.getDescription());
        String reason = trailers.get(REASON);
        return switch (status.getCode()) {
            case UNAVAILABLE, UNKNOWN, INTERNAL, CANCELLED, ABORTED, DATA_LOSS ->
                noAnswer(address, status, said, trailers);
            case DEADLINE_EXCEEDED ->
                new NoAnswer(
                        Trouble.HUB_UNREACHABLE,
                        "hub " + address + ": no answer within the time limit",
                        Optional.empty());
            case RESOURCE_EXHAUSTED ->
                retryAfter(trailers).isPresent()
                        ? new NoAnswer(
                                Trouble.HUB_BUSY, "hub " + address + ": asks to come back later", retryAfter(trailers))
                        : new No(reason == null ? "TooLarge" : reason, said);
            case UNIMPLEMENTED ->
                new NoAnswer(
                        Trouble.PROTOCOL_MISMATCH,
                        "hub " + address + ": does not know this call; is it older than the agent, or no Wherry hub?",
                        Optional.empty());
            case UNAUTHENTICATED -> new No(reason == null ? "Unauthenticated" : reason, said);
            case PERMISSION_DENIED -> new No(reason == null ? "PermissionDenied" : reason, said);
            case INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, OUT_OF_RANGE ->
                new No(reason == null ? "RefusedByHub" : reason, said);
            case OK -> throw new IllegalStateException("status: OK (expected: a failure)");
        };
    }

    private static Failure noAnswer(String address, Status status, String said, Metadata trailers) {
        Optional<Duration> later = retryAfter(trailers);
        if (later.isPresent()) {
            return new NoAnswer(Trouble.HUB_BUSY, "hub " + address + ": asks to come back later", later);
        }
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof HubCertificateException) {
                return notTrusted(address, String.valueOf(cause.getMessage()));
            }
            if (cause instanceof UnknownHostException) {
                return unreachable(address, "its name is not known here; check the name and this site's DNS");
            }
            if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
                return unreachable(address, "connection refused or no route (" + cause.getMessage() + ")");
            }
            if (cause instanceof SocketTimeoutException) {
                return unreachable(address, "no connection in time; is a firewall in the way?");
            }
        }
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SSLException && !(cause instanceof javax.net.ssl.SSLHandshakeException)) {
                return said.contains("hostname")
                        ? notTrusted(address, said)
                        : unreachable(address, "TLS failed: " + cause.getMessage());
            }
        }
        if (said.contains("Cannot verify hostname")) {
            return notTrusted(
                    address,
                    "its certificate is not made for this name; the hub must be initialised with it (--hostname)");
        }
        Throwable cause = status.getCause();
        if (cause == null && said.equals(FAULT)) {
            return unreachable(
                    address, "it answered that it failed at this call, for a fault of its own; its log says why");
        }
        return unreachable(address, cause == null || cause.getMessage() == null ? said : cut(cause.getMessage()));
    }

    private static Failure unreachable(String address, String why) {
        return new NoAnswer(Trouble.HUB_UNREACHABLE, "hub " + address + ": " + why, Optional.empty());
    }

    private static Failure notTrusted(String address, String why) {
        return new NoAnswer(
                Trouble.HUB_NOT_TRUSTED,
                "hub " + address + ": " + why + "; is it another hub, or does a middle box break up TLS?",
                Optional.empty());
    }

    private static Optional<Duration> retryAfter(Metadata trailers) {
        String text = trailers.get(RETRY_AFTER);
        if (text == null || !text.matches("\\d{1,9}")) {
            return Optional.empty();
        }
        Duration asked = Duration.ofMillis(Long.parseLong(text));
        return Optional.of(asked.compareTo(MAX_RETRY_AFTER) > 0 ? MAX_RETRY_AFTER : asked);
    }

    private static String cut(String text) {
        return text.length() <= MAX_DETAIL_CHARS ? text : text.substring(0, MAX_DETAIL_CHARS);
    }
}
