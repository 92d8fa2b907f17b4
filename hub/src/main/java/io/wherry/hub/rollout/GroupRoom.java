package io.wherry.hub.rollout;

import io.wherry.base.Listed;
import io.wherry.hub.resource.GroupBudget;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.rollout.TargetSight.Progress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How many more targets of each group may be offered the content. Away are those that work on it, are not well since, or fell silent over it; one that went back and
 * is healthy is not. A target that is in no group is limited by nothing here.
 */
final class GroupRoom {
    /** Targets named in one sentence; the list of targets has all. */
    private static final int MAX_NAMED = 3;

    private final int room;
    private final Map<String, Integer> away = new HashMap<>();

    private GroupRoom(int room, List<TargetSight> targets) {
        this.room = room;
        targets.stream().filter(TargetSight::away).forEach(target -> target.group()
                .ifPresent(group -> away.merge(group, 1, Integer::sum)));
    }

    static GroupRoom of(RolloutPolicy policy, List<TargetSight> targets) {
        return new GroupRoom(policy.budget().map(GroupBudget::maxUnavailable).orElse(Integer.MAX_VALUE), targets);
    }

    /** Whether there is room for the target in its group; if so, it takes it. */
    boolean take(TargetSight target) {
        if (isFull(target.group())) {
            return false;
        }
        target.group().ifPresent(group -> away.merge(group, 1, Integer::sum));
        return true;
    }

    private boolean isFull(Optional<String> group) {
        return group.filter(name -> away.getOrDefault(name, 0) >= room).isPresent();
    }

    /**
     * Says of those whose turn it is and whose group is full that they wait for it. Where none of the group is at work, so that nothing that goes on by itself makes
     * room, the wave passes them over as it does those that cannot have the content for a reason of their own.
     */
    static List<TargetSight> judge(Rollout rollout, List<TargetSight> targets) {
        Optional<GroupBudget> budget = rollout.policy().budget();
        if (budget.isEmpty() || !rollout.state().offers()) {
            return targets;
        }
        GroupRoom room = of(rollout.policy(), targets);
        return targets.stream()
                .map(target -> target.progress() == Progress.QUEUED
                                && target.target().wave() <= rollout.wave()
                                && room.isFull(target.group())
                        ? waiting(target, budget.get(), targets)
                        : target)
                .toList();
    }

    private static TargetSight waiting(TargetSight target, GroupBudget budget, List<TargetSight> targets) {
        List<TargetSight> holding = targets.stream()
                .filter(other -> other.away() && other.group().equals(target.group()))
                .toList();
        boolean moves = holding.stream().anyMatch(TargetSight::atWork);
        List<String> names = holding.stream()
                .map(other -> other.name()
                        + switch (other.progress()) {
                            case FAILED -> " failed";
                            case SILENT -> " is not heard";
                            case WAITING -> " waits for its window";
                            case QUEUED, WORKING, SUCCEEDED, KEPT -> " is at work";
                        })
                .toList();
        return target.waiting(
                moves ? Progress.QUEUED : Progress.KEPT,
                "waits for its group " + budget.label() + "=" + target.group().orElse("") + ", of which "
                        + budget.maxUnavailable() + " may be away at a time: "
                        + Listed.of(names, MAX_NAMED));
    }
}
