package io.wherry.hub.sync;

import io.wherry.contract.Features;
import io.wherry.contract.Limits;
import io.wherry.contract.ModelFormat;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.sync.TargetContent.Kept;
import io.wherry.hub.sync.TargetContent.Ready;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether an agent can carry out what it would get. What it does not understand it would refuse: better not to offer it. Pure. */
final class Abilities {
    /** What goes to nobody who has not said that it would take it. */
    private static final Set<String> TOLD_FIRST = Set.of(
            Features.SEALED_SECRETS,
            Features.REGISTRY_LOGINS,
            Features.ADOPT,
            Features.SYNC_WINDOWS,
            Features.KUBERNETES,
            Features.SWARM);

    private Abilities() {}

    /**
     * Why it cannot.
     *
     * @param thresholds whether releases for it have to be signed by several people
     */
    static Optional<Kept> objection(Stack stack, Member member, Ready ready, boolean thresholds) {
        return otherRuntime(member, ready.bundle().format())
                .or(() -> tooOld(member, needed(stack, member, ready, thresholds)))
                .or(() -> noManager(member, ready))
                .or(() -> tooManyWindows(member));
    }

    /** An agent tells the model that its runtime carries out, and no other: it is not too old for the rest. */
    static Optional<Kept> otherRuntime(Member member, ModelFormat format) {
        ModelFormat other = format == ModelFormat.COMPOSE ? ModelFormat.KUBERNETES : ModelFormat.COMPOSE;
        if (!member.understands().contains(other.feature())
                || member.understands().contains(format.feature())) {
            return Optional.empty();
        }
        String detail = format == ModelFormat.COMPOSE
                ? " runs Kubernetes, and this is a Compose stack (target agents of Docker)"
                : " runs Docker, and this is a Kubernetes stack (target agents of Kubernetes)";
        return Optional.of(new Kept(SyncReason.OTHER_RUNTIME, member.name() + detail));
    }

    private static Set<String> needed(Stack stack, Member member, Ready ready, boolean thresholds) {
        Set<String> needed = new TreeSet<>(ready.bundle().features());
        if (thresholds) {
            needed.add(Features.THRESHOLDS);
        }
        if (!ready.logins().isEmpty()) {
            needed.add(Features.REGISTRY_LOGINS);
        }
        if (stack.format().adopt()) {
            needed.add(Features.ADOPT);
        }
        if (!member.windows().isEmpty()) {
            needed.add(Features.SYNC_WINDOWS);
        }
        return needed;
    }

    /**
     * One that has not told what it understands is tried; but a secret goes to nobody who would not take it, and nobody is asked to take over, or to wait, who might
     * not know how.
     */
    private static Optional<Kept> tooOld(Member member, Set<String> needed) {
        return needed.stream()
                .filter(feature -> !member.understands().contains(feature))
                .filter(feature -> !member.understands().isEmpty() || TOLD_FIRST.contains(feature))
                .findFirst()
                .map(feature -> new Kept(
                        SyncReason.AGENT_TOO_OLD,
                        member.name() + " does not understand " + feature + " (update wherry-agent there)"));
    }

    private static Optional<Kept> noManager(Member member, Ready ready) {
        return !ready.bundle().asks().contains(Features.SWARM) || member.swarmManager()
                ? Optional.empty()
                : Optional.of(new Kept(
                        SyncReason.SWARM_MANAGER_MISSING,
                        "the Docker engine of " + member.name()
                                + " is no manager of a swarm (docker swarm init there, or take out"
                                + " compose.mode: swarm)"));
    }

    private static Optional<Kept> tooManyWindows(Member member) {
        int policies = member.windows().size();
        return policies <= Limits.SYNC_WINDOWS
                ? Optional.empty()
                : Optional.of(new Kept(
                        SyncReason.POLICY_DENIED,
                        policies + " policies have syncWindows for " + member.name() + " (at most "
                                + Limits.SYNC_WINDOWS + ": write the windows of several into one)"));
    }
}
