package io.wherry.agent.reconcile;

import io.wherry.agent.health.Health;
import io.wherry.agent.health.ObjectHealth;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeInfo;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.agent.state.KnownRuntime;
import io.wherry.agent.state.StateException;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The site's runtime, as long as it is the one that this agent set its stacks up on. Another one in its place is not changed before a person has accepted
 * it: a wiped engine would be given empty databases.
 *
 * <p>Whatever changes something asks first who is there, every time. Whatever looks asks only when it saw something bad, so that a look at what is well costs
 * nothing more. Both throw {@link RuntimeUnavailable} with {@link RuntimeReason#RUNTIME_CHANGED}: surroundings, for as long as it takes.
 */
public final class SameRuntime implements Runtime {
    private static final Logger LOG = System.getLogger(SameRuntime.class.getName());

    private final Runtime runtime;
    private final KnownRuntime known;
    private volatile Optional<RuntimeUnavailable> problem = Optional.empty();
    private volatile Runnable changed = () -> {};

    public SameRuntime(Runtime runtime, KnownRuntime known) {
        this.runtime = runtime;
        this.known = known;
    }

    /** Id of the runtime that stacks are set up on; empty before the first contact. */
    public Optional<String> known() {
        return known.id();
    }

    /** Why the last call could not be made; empty if it could. */
    public Optional<RuntimeUnavailable> problem() {
        return problem;
    }

    /** @param changed called when another problem, or none, is met than before; must not block */
    public void onChange(Runnable changed) {
        this.changed = changed;
    }

    /** A person says that whatever answers now is the right one. @return its id */
    public String accept() {
        RuntimeInfo info = reach(runtime::info);
        if (info.id().isEmpty()) {
            throw new IllegalArgumentException("the " + info.kind() + " runtime does not say who it is");
        }
        known.accept(info.id());
        note(Optional.empty());
        return info.id();
    }

    /** Answers whoever is there; {@link #problem} says whether it is another one. */
    @Override
    public RuntimeInfo info() {
        RuntimeInfo info = reach(runtime::info);
        try {
            judge(info);
        } catch (StateException e) {
            LOG.log(Level.WARNING, "the runtime's id cannot be noted: " + e.getMessage()); // before a change it must be
        }
        return info;
    }

    @Override
    public Staging stage(Deployment deployment) {
        requireSame();
        return reach(() -> runtime.stage(deployment));
    }

    @Override
    public boolean has(CarriedImage image) {
        return look(() -> runtime.has(image), present -> !present);
    }

    @Override
    public void load(LoadableImage image) {
        requireSame();
        reach(() -> {
            runtime.load(image);
            return true;
        });
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        return look(() -> runtime.diff(deployment), differences -> !differences.isEmpty());
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return look(() -> runtime.lostImages(deployment), lost -> !lost.isEmpty());
    }

    @Override
    public Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> before) {
        requireSame();
        return reach(() -> runtime.apply(deployment, mode, before));
    }

    @Override
    public Health probe(Deployment deployment) {
        return look(() -> runtime.probe(deployment), health -> health instanceof Health.Unhealthy);
    }

    /** Of another runtime nothing holds: its connection is another one too. */
    @Override
    public Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return runtime.holding(identity, timing);
    }

    @Override
    public Settled commit(Deployment deployment) {
        requireSame();
        return reach(() -> runtime.commit(deployment));
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        requireSame();
        return reach(() -> runtime.rollback(failed, lastGood));
    }

    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
        requireSame();
        return reach(() -> runtime.remove(deployment, keepWorkload));
    }

    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        requireSame();
        return reach(() -> runtime.collectImages(needed, stacks));
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        return look(() -> runtime.logs(deployment, linesEach), List::isEmpty);
    }

    @Override
    public List<Part> tree(Deployment deployment) {
        return look(() -> runtime.tree(deployment), parts -> parts.stream()
                .anyMatch(part -> part.state() == ObjectHealth.State.UNHEALTHY));
    }

    /** Of whatever runtime answers: a plan says what would be, wherever that is. */
    @Override
    public Optional<Outlook> outlook(Deployment deployment) {
        return reach(() -> runtime.outlook(deployment));
    }

    /** Of whatever runtime answers: it is a question about what is there. */
    @Override
    public Exported export(String project) {
        return reach(() -> runtime.export(project));
    }

    @Override
    public Comparison compare(Deployment deployment) {
        return reach(() -> runtime.compare(deployment));
    }

    private void requireSame() {
        judge(reach(runtime::info));
        Optional<RuntimeUnavailable> other = problem.filter(SameRuntime::isOther);
        if (other.isPresent()) {
            throw new RuntimeUnavailable(
                    other.get().reason(), String.valueOf(other.get().getMessage()), null);
        }
    }

    /** A runtime that does not say who it is counts as the same. */
    private void judge(RuntimeInfo info) {
        if (info.id().isEmpty()) {
            return;
        }
        known.remember(info.id());
        String before = known.id().orElseThrow();
        note(before.equals(info.id()) ? Optional.empty() : Optional.of(other(before, info)));
    }

    /** Tells the log what is new, once. */
    private synchronized void note(Optional<RuntimeUnavailable> now) {
        Optional<RuntimeReason> before = problem.map(RuntimeUnavailable::reason);
        problem = now;
        if (!before.equals(now.map(RuntimeUnavailable::reason))) {
            LOG.log(
                    now.isPresent() ? Level.WARNING : Level.INFO,
                    () -> "runtime: "
                            + now.map(p -> p.reason().code() + ": " + p.getMessage())
                                    .orElse("answers"));
            changed.run();
        }
    }

    private <T> T look(Supplier<T> call, Predicate<T> bad) {
        if (problem.filter(SameRuntime::isOther).isPresent()) {
            requireSame();
        }
        T seen = reach(call);
        if (bad.test(seen)) {
            requireSame();
        }
        return seen;
    }

    private <T> T reach(Supplier<T> call) {
        try {
            T answer = call.get();
            if (problem.filter(p -> !isOther(p)).isPresent()) {
                note(Optional.empty());
            }
            return answer;
        } catch (RuntimeUnavailable e) {
            note(Optional.of(e));
            throw e;
        }
    }

    private static boolean isOther(RuntimeUnavailable problem) {
        return problem.reason() == RuntimeReason.RUNTIME_CHANGED;
    }

    private static RuntimeUnavailable other(String before, RuntimeInfo now) {
        return new RuntimeUnavailable(
                RuntimeReason.RUNTIME_CHANGED,
                "another " + now.kind() + " runtime answers (" + brief(now.id())
                        + ") than the one that the stacks were set up on (" + brief(before)
                        + "): nothing is applied or corrected, so that nothing starts on empty volumes. Bring the old"
                        + " one back, or accept this one: wherry-agent resume --accept-runtime",
                null);
    }

    /** Enough to compare by eye. */
    private static String brief(String id) {
        return id.length() <= 12 ? id : id.substring(0, 12);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
