package io.wherry.hub.sync;

import io.wherry.contract.Limits;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.sync.TargetContent.Kept;
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
        int listed = EntryRepository.listed(handle, member.id());
        if (listed >= Limits.ENTRIES) {
            return Optional.of(new Kept(
                    SyncReason.AGENT_FULL,
                    member.name() + " has " + listed + " stacks already (at most " + Limits.ENTRIES + ")"));
        }
        return EntryRepository.projectOwner(handle, member.id(), project, input.id())
                .map(owner -> FleetView.projectTaken(project, member, owner));
    }
}
