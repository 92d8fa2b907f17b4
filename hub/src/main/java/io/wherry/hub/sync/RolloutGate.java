package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.rollout.Rollout;
import io.wherry.hub.rollout.Rollout.State;
import io.wherry.hub.rollout.RolloutLook;
import io.wherry.hub.rollout.RolloutRepository;
import io.wherry.hub.rollout.RolloutStep;
import io.wherry.hub.rollout.RolloutTarget;
import io.wherry.hub.rollout.WavePlan;
import io.wherry.hub.rollout.WavePlan.Candidate;
import io.wherry.hub.status.StackState;
import io.wherry.hub.sync.TargetContent.Ready;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Which targets of a stack may have its new content now: all of them, or those whose turn it is in its rollout. Everything in the transaction of a proposal, so that
 * a rollout never counts an offer that was not made.
 */
final class RolloutGate {
    static final String PINNED = "the stack was pinned";

    private final RolloutLook look;
    private final RolloutEvents events;
    private final InstantSource clock;

    RolloutGate(RolloutLook look, RolloutEvents events, InstantSource clock) {
        this.look = look;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Who may have it.
     *
     * @param admitted of those that would get something new
     * @param rollout  that says so, as it is after this look; empty: nothing holds them back
     * @param targets  of that rollout
     */
    record Admission(Set<AgentId> admitted, Optional<Rollout> rollout, List<RolloutTarget> targets) {
        static Admission of(Set<AgentId> admitted) {
            return new Admission(admitted, Optional.empty(), List.of());
        }

        /** What keeps the others back, if anything does. */
        Optional<OfferDecision.Partly> held(int news) {
            return rollout.filter(one -> one.state() != State.ABORTED || news > 0)
                    .flatMap(RolloutWords::held);
        }
    }

    /** A rollout with its targets as they were written down last. */
    record Going(Rollout rollout, List<RolloutTarget> targets) {
        Going {
            targets = List.copyOf(targets);
        }

        /** Whom it brings its content to. */
        Set<AgentId> agents() {
            return targets.stream().map(RolloutTarget::agent).collect(Collectors.toSet());
        }

        boolean brings(Map<AgentId, TargetContent> content) {
            return targets.stream()
                    .allMatch(target -> !(content.get(target.agent()) instanceof Ready ready)
                            || target.content().equals(digest(ready)));
        }
    }

    /** The stack's newest rollout, if it brings this very content. */
    Optional<Going> going(Handle handle, StackInput input, StackState state, Map<AgentId, TargetContent> content) {
        if (input.policy().isEmpty() || state.pinned()) {
            return Optional.empty();
        }
        return RolloutRepository.newest(handle, input.id())
                .filter(rollout -> rollout.state() != State.SUPERSEDED)
                .filter(rollout -> rollout.revision() == 0 || rollout.revision() == state.revision())
                .map(rollout -> new Going(rollout, RolloutRepository.targets(handle, input.id(), rollout.number())))
                .filter(going -> going.brings(content));
    }

    /**
     * Other content is on its way now, or all targets may have it at once: the rollout before is over. But for one that the hub pinned the stack for: that goes back.
     */
    void supersede(Handle handle, StackInput input, StackState state) {
        String why = state.pinned()
                ? PINNED
                : input.policy().isEmpty() ? "the stack has no rollout policy any more" : "other content came";
        RolloutRepository.newest(handle, input.id())
                .filter(rollout -> rollout.state().isOpen())
                .filter(rollout -> rollout.state() != State.REVERTING || !state.pinned())
                .ifPresent(rollout -> {
                    Rollout ended = rollout.ended(State.SUPERSEDED, why, clock.instant());
                    RolloutRepository.put(handle, ended);
                    events.tell(handle, input.name(), rollout, ended);
                });
    }

    /**
     * Begins a rollout of news that none brings yet.
     *
     * @param news those that would get something new
     * @param state of the stack until now
     */
    Going begin(
            Handle handle,
            StackInput input,
            Set<Member> news,
            Map<AgentId, TargetContent> content,
            StackState state,
            Word word) {
        RolloutPolicy policy = input.policy().orElseThrow();
        Optional<Rollout> before = RolloutRepository.newest(handle, input.id());
        long number = before.map(Rollout::number).orElse(0L) + 1;
        // What was ended on its way and never proved good is no place to go back to: then it is where that one would
        // have gone.
        long base = before.filter(one ->
                        one.state() == State.SUPERSEDED && one.revision() > 0 && one.revision() == state.revision())
                .map(Rollout::base)
                .orElse(state.revision());
        Rollout rollout = Rollout.begin(input.id(), number, policy, clock.instant(), word.actor(), base);
        Map<AgentId, Integer> waves = waves(look, policy, news);
        List<RolloutTarget> targets = new ArrayList<>();
        waves.forEach((agent, wave) -> targets.add(RolloutTarget.queued(agent, wave, digest(ready(content, agent)))));
        RolloutRepository.put(handle, rollout);
        RolloutRepository.putTargets(handle, rollout, targets);
        return new Going(rollout, targets);
    }

    /** The wave of each, from 0. */
    static Map<AgentId, Integer> waves(RolloutLook look, RolloutPolicy policy, Collection<Member> news) {
        return WavePlan.of(
                policy,
                news.stream()
                        .map(member -> new Candidate(member.id(), member.agent(), look.isHeard(member.id())))
                        .toList());
    }

    /** Whose turn it is in the rollout. */
    Admission admit(
            Handle handle, StackInput input, Going going, Set<Member> news, Map<AgentId, TargetContent> content) {
        Set<AgentId> wanting = new HashSet<>();
        news.forEach(member -> wanting.add(member.id()));
        List<RolloutTarget> targets = present(handle, input, going, wanting, content);
        RolloutStep step = look.next(handle, going.rollout(), targets);
        if (step.rollout().state() == State.REVERTING) {
            return new Admission(Set.of(), Optional.of(WayBack.turn(handle, step.rollout(), clock)), targets);
        }
        Set<AgentId> admitted = new HashSet<>(step.offer());
        if (step.rollout().state().isThrough()) {
            Set<AgentId> joining = new HashSet<>(wanting);
            targets.forEach(target -> joining.remove(target.agent()));
            admitted.addAll(joining); // what is good for all others is good for who comes later
        }
        if (step.rollout().state() == State.SUCCEEDED) {
            admitted.addAll(wanting);
        }
        admitted.retainAll(wanting);
        return new Admission(admitted, Optional.of(step.rollout()), targets);
    }

    /** The targets as they are by now: those that joined go in the last wave, those that left are forgotten. */
    private List<RolloutTarget> present(
            Handle handle, StackInput input, Going going, Set<AgentId> wanting, Map<AgentId, TargetContent> content) {
        Rollout rollout = going.rollout();
        List<RolloutTarget> known = going.targets();
        List<RolloutTarget> present = new ArrayList<>();
        Set<AgentId> planned = new HashSet<>();
        for (RolloutTarget target : known) {
            planned.add(target.agent());
            if (!input.holds(target.agent())) {
                RolloutRepository.forget(handle, rollout, target.agent());
            } else if (!(content.get(target.agent()) instanceof Ready)) {
                present.add(target.kept(true));
            } else if (wanting.contains(target.agent())) {
                present.add(RolloutTarget.queued(target.agent(), target.wave(), target.content()));
            } else {
                present.add(target.offered().isPresent() ? target.kept(false) : target.offeredAt(clock.instant()));
            }
        }
        if (rollout.state().isOpen() && !rollout.state().isThrough()) {
            wanting.stream()
                    .filter(agent -> !planned.contains(agent))
                    .sorted()
                    .map(agent -> RolloutTarget.queued(
                            agent, rollout.policy().waveCount() - 1, digest(ready(content, agent))))
                    .forEach(present::add);
        }
        List<RolloutTarget> changed =
                present.stream().filter(target -> !known.contains(target)).toList();
        RolloutRepository.putTargets(handle, rollout, changed);
        return present;
    }

    /**
     * Notes what was offered, after it was.
     *
     * @param before   the rollout as it was
     * @param revision of the stack, under which it was
     * @param placed   targets that were given new content
     */
    void placed(
            Handle handle, StackInput input, Admission admission, Rollout before, long revision, Set<AgentId> placed) {
        Rollout now = admission.rollout().orElseThrow();
        Rollout kept = placed.isEmpty() ? now : now.under(revision);
        RolloutRepository.putTargets(
                handle,
                kept,
                admission.targets().stream()
                        .filter(target -> placed.contains(target.agent()))
                        .map(target -> target.offeredAt(clock.instant()))
                        .toList());
        if (!kept.equals(before)) {
            RolloutRepository.put(handle, kept);
            events.tell(handle, input.name(), before, kept);
        }
    }

    private static Ready ready(Map<AgentId, TargetContent> content, AgentId agent) {
        return content.get(agent) instanceof Ready ready ? ready : absent(agent);
    }

    private static Ready absent(AgentId agent) {
        throw new IllegalStateException("content: none for " + agent.value() + " (expected: for all that get news)");
    }

    /** Of all that makes the agent apply anew. */
    static Digest digest(Ready ready) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update(ready.bundle().ref().digest().hex().getBytes(UTF_8));
        ready.variables().forEach((name, value) -> sha256.update(("\n" + name + "=" + value).getBytes(UTF_8)));
        ready.secrets()
                .forEach((name, ref) ->
                        sha256.update(("\n" + name + "@" + ref.uid() + "/" + ref.version()).getBytes(UTF_8)));
        return Digest.ofRaw(sha256.digest());
    }
}
