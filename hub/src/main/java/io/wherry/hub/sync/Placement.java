package io.wherry.hub.sync;

import io.wherry.contract.Limits;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.sync.TargetContent.Kept;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Whether a stack may come to an agent beside what is there already. */
final class Placement {
    private Placement() {}

    /** @param has the stack's own entry there */
    static Optional<Kept> objection(Handle handle, StackInput input, Member member, Optional<PlacedEntry> has) {
        String project = input.stack().project();
        if (has.filter(PlacedEntry::runs).isPresent()) {
            String fixed = has.get().options().project();
            return fixed.equals(project)
                    ? Optional.empty()
                    : Optional.of(new Kept(
                            SyncReason.PROJECT_FIXED,
                            "runs at " + member.name() + " as project " + fixed + ", which cannot become " + project
                                    + " (delete the stack and make it anew, or take the old projectName)"));
        }
        List<PlacedEntry> others = EntryRepository.ofAgent(handle, member.id()).stream()
                .filter(entry -> entry.listed() && !entry.stack().equals(input.id()))
                .toList();
        if (others.size() >= Limits.ENTRIES) {
            return Optional.of(new Kept(
                    SyncReason.AGENT_FULL,
                    member.name() + " has " + others.size() + " stacks already (at most " + Limits.ENTRIES + ")"));
        }
        return others.stream()
                .filter(entry -> entry.options().project().equals(project))
                .findFirst()
                .map(entry -> FleetView.projectTaken(project, member, entry.name()));
    }
}
