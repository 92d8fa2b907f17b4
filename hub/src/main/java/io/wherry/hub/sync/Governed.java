package io.wherry.hub.sync;

import io.wherry.base.Listed;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.StackOperations.Actor;
import io.wherry.hub.sync.TargetContent.Kept;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a person is told whose act reaches agents that policies govern. Pure. */
final class Governed {
    private Governed() {}

    /** If policies are why an act would move nothing. */
    static Optional<Blocked> refused(StackPlanner.Move move, String stack) {
        return move.kept().values().stream()
                .filter(kept -> kept.isDenied() && move.news().isEmpty())
                .findFirst()
                .map(kept -> blocked(kept, stack));
    }

    /** What a person is told of an act that moves nothing. */
    static Blocked blocked(Kept kept, String stack) {
        return new Blocked(kept.reason().code(), kept.detail(), "wherry stack plan " + stack);
    }

    /**
     * If a policy asks for a change record at one of the agents, and it or a reason is missing.
     *
     * @param moved   whom the act would reach
     * @param command the act, as it is typed
     */
    static Optional<Blocked> unrecorded(Collection<Member> moved, Actor actor, String command) {
        if (!actor.change().isEmpty() && !actor.reason().isBlank()) {
            return Optional.empty();
        }
        return moved.stream()
                .flatMap(member -> member.recorded().stream())
                .min(Comparator.comparing(Policy::name))
                .map(policy -> new Blocked(
                        SyncReason.CHANGE_RECORD_MISSING.code(),
                        "policy " + policy.name() + " (require.changeRecord) asks for a change record and a reason at "
                                + named(moved, policy),
                        command + " --change ID --reason TEXT"));
    }

    private static String named(Collection<Member> moved, Policy policy) {
        return Listed.few(moved.stream()
                .filter(member -> member.governedBy().contains(policy))
                .map(Member::name)
                .sorted()
                .toList());
    }

    /** When new content may begin at a target, as far as can be told from here: the site decides, by its own clock. A sentence for each policy with windows. */
    static List<String> windows(Member member, Instant now) {
        return member.windows().stream()
                .map(windows -> "policy " + windows.policy() + " (syncWindows) lets it begin "
                        + zone(member)
                                .map(zone -> windows.words(now, zone))
                                .orElse("in its windows (wherry describe policy " + windows.policy() + ")"))
                .toList();
    }

    private static Optional<ZoneId> zone(Member member) {
        try {
            return member.timeZone().isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(member.timeZone()));
        } catch (DateTimeException _) {
            return Optional.empty(); // a zone that only the site's database has
        }
    }

    /** What keeps new content back from targets whose policy wants a person's word; one sentence. */
    static String waiting(Collection<Member> held, String stack) {
        Policy policy = held.stream()
                .flatMap(member -> member.waitsForPerson().stream())
                .min(Comparator.comparing((Policy one) -> !one.require().changeRecord())
                        .thenComparing(Policy::name))
                .orElseThrow(() -> new IllegalArgumentException("held: none (expected: agents that a policy holds)"));
        String rule = policy.require().changeRecord() ? "require.changeRecord" : "require.manualSync";
        return "policy " + policy.name() + " (" + rule + ") waits for a person's word at " + named(held, policy)
                + ": wherry stack sync " + stack
                + (policy.require().changeRecord() ? " --change ID --reason TEXT" : "");
    }
}
