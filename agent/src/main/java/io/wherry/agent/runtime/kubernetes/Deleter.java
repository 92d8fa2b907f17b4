package io.wherry.agent.runtime.kubernetes;

import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.kubernetes.Inventory.Member;
import io.wherry.base.Workers;
import io.wherry.contract.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** Deletes members in reverse order of the phases and waits until they are gone: children before their definitions and namespaces. */
final class Deleter {
    /** Grace period of a pod is 30 s unless it says more; a namespace takes a few seconds after its last object. */
    static final Duration GONE_LIMIT = Duration.ofMinutes(2);

    private final ClusterApi api;
    private final Waits waits;
    private final List<Change> changes = new ArrayList<>();

    Deleter(ClusterApi api, Waits waits) {
        this.api = api;
        this.waits = waits;
    }

    List<Change> changes() {
        return changes;
    }

    /**
     * What was on its way out before is looked at once: it was waited for when its deletion began, and may be held for days.
     *
     * @throws PendingException if one of them is still there after its time: it names the finalizers that it waits for
     */
    void delete(List<Member> members, String why) {
        for (Phase phase : List.of(Phase.values()).reversed()) {
            List<Member> mine = members.stream()
                    .filter(member -> Phase.of(Kind.groupKind(member.key())) == phase)
                    .toList();
            List<Callable<Boolean>> tasks = mine.stream()
                    .<Callable<Boolean>>map(member -> () -> {
                        api.delete(member.kind(), member.key(), member.uid());
                        return true;
                    })
                    .toList();
            Workers.sideBySide(Trials.SIDE_BY_SIDE, "kubernetes-delete", tasks);
            mine.forEach(member -> awaitGone(member, Ending.isEnding(member.live()) ? Duration.ZERO : GONE_LIMIT));
            mine.forEach(member ->
                    changes.add(new Change(Change.Action.REMOVED, member.key().toString(), why)));
        }
    }

    /** Waits until that very object is gone. */
    void awaitGone(Member member) {
        awaitGone(member, GONE_LIMIT);
    }

    private void awaitGone(Member member, Duration limit) {
        List<Json.Obj> last = new ArrayList<>();
        boolean gone = waits.until(limit, () -> {
            Optional<Json.Obj> live = api.find(member.kind(), member.key())
                    .filter(found -> Fields.text(found, "metadata", "uid").equals(member.uid()));
            last.clear();
            live.ifPresent(last::add);
            return live.isEmpty();
        });
        if (!gone) {
            throw Ending.pending(member.key(), last.getFirst());
        }
    }
}
