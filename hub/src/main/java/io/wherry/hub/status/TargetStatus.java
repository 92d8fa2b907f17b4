package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.contract.Difference;
import io.wherry.contract.Gap;
import io.wherry.contract.StackId;
import io.wherry.hub.resource.Condition;
import java.time.Instant;
import java.util.List;

/**
 * One stack at one agent, judged.
 *
 * @param phase       the journal's word, or {@code Offered}, {@code Detached}, {@code Drifted}, {@code Unhealthy}, {@code Suspended}, {@code Unknown}
 * @param reason      why it is not green; {@code AllGood} if it is
 * @param told       the code that the site gave with its report; empty if it gave none
 * @param message     cause, for a person
 * @param next        the command to try next; empty if there is nothing to do
 * @param asOf        when the hub last heard of this; the epoch if never
 * @param conditions  {@code Synced, Healthy, Drifted, Reconciling, Stalled, Ready}
 * @param gaps        for how long services were away when what runs was applied
 * @param notes       {@code Detached}, {@code Pinned}, {@code Unpinned: IMAGE}, {@code Suspended}
 */
public record TargetStatus(
        AgentId agent,
        String agentName,
        StackId stack,
        String stackName,
        long generation,
        long revision,
        String phase,
        String reason,
        String told,
        String message,
        String next,
        Instant asOf,
        List<Condition> conditions,
        List<String> notes,
        List<Difference> differences,
        List<Gap> gaps) {
    public TargetStatus {
        conditions = List.copyOf(conditions);
        notes = List.copyOf(notes);
        differences = List.copyOf(differences);
        gaps = List.copyOf(gaps);
    }

    public Condition condition(String type) {
        return conditions.stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("condition: " + type + " (expected: one of a stack's)"));
    }

    /** Whether all is well and the site remarks something all the same. */
    boolean isRemarked() {
        return ready() && reason.equals(StatusReason.ALL_GOOD.code()) && !told.isEmpty();
    }

    public boolean ready() {
        return condition("Ready").status() == Condition.Status.TRUE;
    }
}
