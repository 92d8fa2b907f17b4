package io.wherry.hub.sync;

import io.wherry.base.Counted;
import io.wherry.base.Listed;
import io.wherry.hub.approval.Vote;
import io.wherry.hub.sync.TargetContent.Awaiting;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person is told of content that people have to approve first. Pure. */
final class ApprovalWords {
    private ApprovalWords() {}

    /** Who has to do what; empty if nothing waits. A no goes first, then the target that lacks most. */
    static Optional<String> sentence(Map<Member, Awaiting> awaiting) {
        return awaiting.values().stream()
                .filter(one -> Vote.rejection(one.votes()).isPresent())
                .findFirst()
                .or(() -> awaiting.values().stream().max(Comparator.comparingInt(ApprovalWords::lacking)))
                .map(one -> one(one) + " at " + named(awaiting.keySet()));
    }

    /** Of one target. */
    static String one(Awaiting awaiting) {
        List<String> approvers = Vote.approvers(awaiting.votes());
        return Vote.rejection(awaiting.votes())
                .map(vote -> vote.voter() + " rejected what is new"
                        + (vote.reason().isEmpty() ? "" : " (" + vote.reason() + ")") + ", which "
                        + awaiting.ask().rule() + " wants approved")
                .orElseGet(() -> awaiting.ask().rule() + " wants "
                        + Counted.of(awaiting.ask().required(), "approval") + " of what is new, has "
                        + (approvers.isEmpty()
                                ? "none"
                                : approvers.size() + " (" + String.join(", ", approvers) + ")"));
    }

    private static int lacking(Awaiting awaiting) {
        return awaiting.ask().required() - Vote.approvers(awaiting.votes()).size();
    }

    private static String named(Collection<Member> members) {
        return Listed.few(members.stream().map(Member::name).sorted().toList());
    }
}
