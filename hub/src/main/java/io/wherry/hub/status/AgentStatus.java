package io.wherry.hub.status;

import static io.wherry.hub.resource.Condition.Status.FALSE;
import static io.wherry.hub.resource.Condition.Status.TRUE;
import static io.wherry.hub.resource.Condition.Status.UNKNOWN;

import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentState;
import io.wherry.hub.resource.Condition;
import io.wherry.hub.resource.Condition.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One agent, judged.
 *
 * @param reason     why it is not green; {@code AllGood} if it is
 * @param next       the command to try next; empty if there is nothing to do
 * @param pausedUntil until when a person at the site wants nothing applied or corrected; empty: not paused
 * @param lastHeard  empty: never
 * @param conditions {@code Approved, Reviewed, Connected, CertificateValid, RuntimeReady, ClockInSync, DiskOk, Ready}
 */
public record AgentStatus(
        AgentRecord agent,
        String reason,
        String message,
        String next,
        Optional<Instant> pausedUntil,
        Optional<Instant> lastHeard,
        List<Condition> conditions) {
    /** Statements are judged by the second; a minute off is a broken clock and not a slow line. */
    static final Duration MAX_CLOCK_SKEW = Duration.ofMinutes(1);

    /** Twice the largest bundle and its images' metadata; below that the next update may not fit. */
    static final long MIN_DISK_BYTES = 256L << 20;

    public AgentStatus {
        conditions = List.copyOf(conditions);
    }

    /** Whatever is not known counts as unknown, and what depends on contact is unknown without it. Pure. */
    static AgentStatus of(
            AgentRecord agent,
            Contact contact,
            Optional<ReceiptRepository.Told> told,
            Optional<Held> held,
            Instant now) {
        Instant at = contact.lastHeard().orElse(agent.created());
        String site = "wherry-agent doctor (at the site)";
        List<Judged> judged = List.of(
                new Judged(
                        "Approved",
                        agent.state() == AgentState.ENROLLED ? TRUE : FALSE,
                        agent.retiring() ? StatusReason.RETIRING : StatusReason.NOT_APPROVED,
                        switch (agent.state()) {
                            case RETIRING -> "gives up what it runs, then it is retired";
                            case PENDING -> "waits for a person's approval";
                            case ENROLLED, DENIED, RETIRED ->
                                "is " + agent.state().text();
                        },
                        switch (agent.state()) {
                            case PENDING ->
                                "wherry agent approve " + agent.name() + " --fingerprint TEXT (as the site shows it)";
                            case RETIRING ->
                                "wherry agent retire " + agent.name()
                                        + " (if it never comes back; what runs there stays)";
                            case ENROLLED, DENIED, RETIRED -> "";
                        }),
                new Judged(
                        "Reviewed",
                        held.isEmpty() ? TRUE : FALSE,
                        held.map(Held::reason).orElse(StatusReason.HELD_FOR_REVIEW),
                        held.map(Held::message).orElse(""),
                        held.map(Held::next).orElse("")),
                new Judged(
                        "Connected",
                        contact.connected() ? TRUE : contact.lastHeard().isPresent() ? FALSE : UNKNOWN,
                        contact.lastHeard().isPresent() ? StatusReason.NOT_HEARD : StatusReason.NEVER_HEARD,
                        contact.lastHeard()
                                .map(last -> "not heard since " + last)
                                .orElse("never heard"),
                        site),
                new Judged(
                        "CertificateValid",
                        certificate(agent, now),
                        StatusReason.CERTIFICATE_EXPIRED,
                        agent.certificateExpires()
                                .map(until -> "its certificate ended at " + until)
                                .orElse("no certificate was issued"),
                        site),
                new Judged(
                        "RuntimeReady",
                        known(contact, agent.facts().runtimeProblem().isEmpty()),
                        StatusReason.RUNTIME_PROBLEM,
                        known(contact, agent.facts().runtimeProblem()),
                        site),
                new Judged(
                        "ClockInSync",
                        told.map(shown -> known(contact, inSync(shown))).orElse(UNKNOWN),
                        StatusReason.CLOCK_SKEWED,
                        told.map(shown -> known(
                                        contact,
                                        "its clock is off by "
                                                + Duration.ofMillis(shown.skewMillis())
                                                        .toSeconds() + " s"))
                                .orElse("no report yet"),
                        site),
                new Judged(
                        "DiskOk",
                        agent.facts().diskFreeBytes() == 0
                                ? UNKNOWN
                                : known(contact, agent.facts().diskFreeBytes() >= MIN_DISK_BYTES),
                        StatusReason.DISK_LOW,
                        known(contact, (agent.facts().diskFreeBytes() >> 20) + " MiB are left"),
                        site));
        Optional<Judged> refuses = told.filter(shown -> !shown.refusedReason().isEmpty())
                .map(shown -> new Judged(
                        "Ready",
                        FALSE,
                        StatusReason.ASSIGNMENT_REFUSED,
                        "refuses its assignment (" + shown.refusedReason() + "): " + shown.refusedDetail(),
                        site));
        Optional<Judged> worst = judged.stream()
                .filter(one -> one.status() == FALSE)
                .findFirst()
                .or(() -> refuses)
                .or(() -> judged.stream()
                        .filter(one -> one.status() == UNKNOWN && one.needed())
                        .findFirst());
        List<Condition> conditions = new java.util.ArrayList<>(
                judged.stream().map(one -> one.condition(at)).toList());
        conditions.add(worst.map(
                        one -> new Condition("Ready", one.status(), one.reason().code(), one.message(), at, 0))
                .orElse(new Condition("Ready", TRUE, StatusReason.ALL_GOOD.code(), "", at, 0)));
        // No fault, and yet what explains that a site does nothing.
        Optional<Instant> paused = agent.facts().pausedUntil(now);
        return new AgentStatus(
                agent,
                worst.map(one -> one.reason().code()).orElse(StatusReason.ALL_GOOD.code()),
                worst.map(Judged::message)
                        .or(() -> paused.map(
                                until -> "paused at the site until " + until + ": nothing is applied or corrected"))
                        .orElse(""),
                worst.map(Judged::next)
                        .or(() -> paused.map(_ -> "wherry-agent resume (at the site)"))
                        .orElse(""),
                paused,
                contact.lastHeard(),
                conditions);
    }

    /** One condition, with what to say if it is not true. */
    private record Judged(String type, Status status, StatusReason reason, String message, String next) {
        Condition condition(Instant at) {
            boolean good = status == TRUE;
            return new Condition(
                    type, status, good ? StatusReason.ALL_GOOD.code() : reason.code(), good ? "" : message, at, 0);
        }

        /** The clock and the disk are told only now and then: not to know them yet is no reason to worry. */
        boolean needed() {
            return !type.equals("ClockInSync") && !type.equals("DiskOk");
        }
    }

    private static Status known(Contact contact, boolean good) {
        return !contact.connected() ? UNKNOWN : good ? TRUE : FALSE;
    }

    /** What it told last is no message about now. */
    private static String known(Contact contact, String message) {
        return contact.connected() ? message : "not known while it is not heard";
    }

    private static Status certificate(AgentRecord agent, Instant now) {
        return agent.certificateExpires()
                .map(until -> until.isAfter(now) ? TRUE : FALSE)
                .orElse(UNKNOWN);
    }

    private static boolean inSync(ReceiptRepository.Told told) {
        return Math.abs(told.skewMillis()) <= MAX_CLOCK_SKEW.toMillis();
    }
}
