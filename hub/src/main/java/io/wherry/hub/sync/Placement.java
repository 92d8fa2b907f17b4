package io.wherry.hub.sync;

import io.wherry.contract.Limits;
import io.wherry.hub.rollout.EntryRepository;
import io.wherry.hub.rollout.PlacedEntry;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Whether a stack may come to an agent beside what is there already. */
final class Placement {
    /** Half of the longest statement: the rest is for the entries themselves and their variables. */
    private static final long MAX_SECRET_BYTES = Limits.STATEMENT_BYTES / 2;

    private Placement() {}

    /** @param has the stack's own entry there */
    static Optional<Kept> objection(
            Handle handle, StackInput input, Member member, Ready ready, Optional<PlacedEntry> has) {
        return secrets(handle, input, member, ready).or(() -> objection(handle, input, member, has));
    }

    private static Optional<Kept> secrets(Handle handle, StackInput input, Member member, Ready ready) {
        if (ready.secrets().isEmpty() && ready.logins().isEmpty()) {
            return Optional.empty();
        }
        long all = EntryRepository.secretBytes(handle, member.id(), input.id())
                + Stream.concat(ready.secrets().values().stream(), ready.logins().values().stream())
                        .mapToLong(SecretRef::sealedBytes)
                        .sum();
        return all <= MAX_SECRET_BYTES
                ? Optional.empty()
                : Optional.of(new Kept(
                        SyncReason.AGENT_FULL,
                        "the secrets of all stacks of " + member.name() + " would take " + (all >> 10)
                                + " KiB of its assignment (at most " + (MAX_SECRET_BYTES >> 10)
                                + "; fewer or shorter secrets, or fewer stacks there)"));
    }

    private static Optional<Kept> objection(Handle handle, StackInput input, Member member, Optional<PlacedEntry> has) {
        String project = input.stack().project();
        if (has.filter(PlacedEntry::runs).isPresent()) {
            String fixed = has.get().options().project();
            return fixed.equals(project)
                    ? Optional.empty()
                    : Optional.of(new Kept(SyncReason.PROJECT_FIXED, fixed(input, member, fixed)));
        }
        int listed = EntryRepository.listed(handle, member.id());
        if (listed >= Limits.ENTRIES) {
            return Optional.of(new Kept(
                    SyncReason.AGENT_FULL,
                    member.name() + " has " + listed + " stacks already (at most " + Limits.ENTRIES + ")"));
        }
        if (!input.stack().ownsProject()) {
            return Optional.empty();
        }
        return EntryRepository.projectOwner(handle, member.id(), project, input.id())
                .map(owner -> FleetView.projectTaken(project, member, owner));
    }

    private static String fixed(StackInput input, Member member, String fixed) {
        boolean project = input.stack().ownsProject();
        return "runs at " + member.name() + (project ? " as project " : " in namespace ") + fixed
                + ", which cannot become " + input.stack().project()
                + " (delete the stack and make it anew, or take the old "
                + (project ? "projectName)" : "namespace)");
    }
}
