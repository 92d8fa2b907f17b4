package io.wherry.hub.sync;

import io.wherry.contract.StackId;
import io.wherry.hub.bundle.BundleStore.Collected;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentDecisions;
import io.wherry.hub.release.Releases;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.rollout.RolloutLook;
import io.wherry.hub.rollout.RolloutRepository;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceLoops;
import io.wherry.hub.source.SourceLoops.Watch;
import io.wherry.hub.status.Events;
import io.wherry.hub.sync.StackRenderer.When;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * From what the sources hold to what each agent should run: fetch, render, bundle, release, propose. Read this file first.
 *
 * <p>A turn takes the stacks that may have changed and brings each as far as it may go. One turn runs at a time; fetching happens before it,
 * on each source's own thread, so a server that hangs delays nobody. What cannot be had or rendered keeps its last good state and says why:
 * nothing is ever removed because something could not be read.
 */
public final class FleetSync implements SourceLoops.Listener {
    /** Stacks written in one transaction: 100 take about 50 ms, so that other writers wait no longer than that. */
    private static final int BATCH = 100;

    private final Fleet fleet;
    private final Heads heads;
    private final StackStage stage;
    private final StackPlanner planner;
    private final RevisionBook book;
    private final Departures departures;
    private final SyncRecords records;
    private final SourceRecords sourceRecords;
    private final BundleCollector collector;
    private final StackRenderer renderer;
    private final DigestBook digests;
    private final DigestRounds rounds;
    private final ChartBook charts;
    private final Assignments assignments;
    private final RolloutLook look;
    private final RolloutEvents rolloutEvents;
    private final WayBack wayBack;
    private final Database database;
    private final Events events;
    private final Building building;
    private final ReentrantLock turning = new ReentrantLock();

    public FleetSync(
            FleetStores stores,
            SourceChecks checks,
            Releases releases,
            Assignments assignments,
            Events events,
            AgentDecisions decisions,
            InstantSource clock) {
        this.digests = new DigestBook(stores.database(), clock);
        this.rounds = new DigestRounds(stores.registries(), digests);
        this.charts = new ChartBook(stores, clock);
        BuiltGroups built = new BuiltGroups(clock);
        this.renderer = new StackRenderer(stores, digests, charts, built);
        RevisionBook book = new RevisionBook(renderer::bundle, clock);
        this.look = new RolloutLook(stores.agents(), stores.resources(), stores.lastSeen(), clock);
        this.rolloutEvents = new RolloutEvents(events);
        this.database = stores.database();
        this.wayBack = new WayBack(stores.audit(), book, look, rolloutEvents, clock);
        Proposer proposer = new Proposer(
                releases,
                renderer,
                book,
                new SecretSealer(stores.credentials(), stores.agents(), releases.trustDomain()),
                new RolloutGate(look, rolloutEvents, clock),
                wayBack,
                clock);
        this.book = book;
        this.fleet = new Fleet(stores);
        this.heads = new Heads(checks);
        CommitLog commits = new CommitLog(stores.resources(), checks);
        this.records = new SyncRecords(stores, checks, commits, events, clock);
        this.sourceRecords = new SourceRecords(stores, events, clock);
        this.stage = new StackStage(
                stores, renderer, proposer, records, wayBack, new ApprovalGate(new Authors(commits), clock));
        this.planner = new StackPlanner(stores, stage, proposer, look, clock);
        this.departures = new Departures(stores, releases, book, stage, decisions, clock);
        this.collector = new BundleCollector(stores);
        this.building = new Building(
                stage,
                heads,
                records,
                built,
                this::view,
                (id, word) -> bringOn(input -> input.id().equals(id), word));
        this.assignments = assignments;
        this.events = events;
    }

    /** A source was checked: every stack that follows it is brought up to date. */
    @Override
    public void checked(GitSource source, Map<Ref, Fetch> fetches, boolean nudged) {
        boolean news = heads.note(source, fetches);
        sourceRecords.checked(source, fetches, nudged);
        if (news) {
            turn(
                    input -> input.stack().source().sourceRef().equals(source.name()),
                    Word.none(nudged ? "nudge" : "interval"));
        }
    }

    /** Resources or agents changed: every stack is looked at again, and what was asked to go, goes. Quick if nothing did change. */
    public void fleetChanged() {
        turn(input -> true, Word.none("change"));
    }

    /** Brings on each rollout whose next step is due: a report came, a wave was watched for long enough, an agent is heard again. */
    public void advanceRollouts() {
        Set<StackId> due = database.read(RolloutRepository::open).isEmpty() ? Set.of() : database.write(look::due);
        if (!due.isEmpty()) {
            due.forEach(stage::unsettle);
            turn(input -> due.contains(input.id()), Word.none("rollout"));
        }
    }

    /** What people said to plans of these stacks is not what it was. */
    void votesChanged(Set<StackId> stacks) {
        stacks.forEach(stage::unsettle);
        turn(input -> stacks.contains(input.id()), Word.none("approval"));
    }

    /**
     * Asks registries for the digests that turns miss, fetches the charts that they miss, and brings on the stacks for which there is news. Between turns: a
     * registry that hangs delays none.
     */
    public void resolveDigests() {
        Set<StackId> news = new HashSet<>(charts.fetchMissing());
        news.addAll(rounds.missing());
        if (!news.isEmpty()) {
            news.forEach(stage::unsettle);
            turn(input -> news.contains(input.id()), Word.none("digests"));
        }
    }

    /** Runs the task whenever a turn misses a digest. It must not block. */
    void onDigestsMissed(Runnable task) {
        digests.onWanted(task);
        charts.onWanted(task);
    }

    /** What programs of others render, between turns. */
    Building building() {
        return building;
    }

    private FleetView now() {
        FleetView view = fleet.view();
        charts.know(view.sources());
        return view;
    }

    private FleetView view() {
        turning.lock();
        try {
            return now();
        } finally {
            turning.unlock();
        }
    }

    /** Asks for a stack's chart, now: one that is here is compared with what its version is there by now. Between turns. */
    Optional<String> askForChart(StackId id, Stack stack) {
        return charts.ask(id, stack);
    }

    /** How a source of charts is doing. */
    public SourceCharts charts(Source source) {
        return charts.of(source);
    }

    /** Whom the policy governs. */
    public PolicyReach reach(String policy) {
        FleetView view = view();
        List<String> agents = view.governedBy(policy).stream().map(Member::name).toList();
        List<String> refusals = database.read(handle -> view.stacks().stream()
                .flatMap(input -> RefusalRepository.ofStack(handle, input.id()).entrySet().stream()
                        .filter(entry -> entry.getKey().policy().equals(policy))
                        .map(entry -> input.name() + " at "
                                + String.join(", ", entry.getValue().agents()) + ": "
                                + entry.getKey().rule().word() + " refuses "
                                + entry.getValue().what()))
                .toList());
        return new PolicyReach(agents, refusals);
    }

    /** Has the charts of a source asked for soon. False if there is no such source of charts. Never blocks. */
    boolean askForCharts(String sourceUid) {
        return charts.askAgain(sourceUid);
    }

    /** Asks registries again for the images of a stack. Between turns. */
    DigestRounds.Anew askAnew(StackId stack) {
        return rounds.anew(stack, renderer.groups(stack).values());
    }

    private void turn(Predicate<StackInput> which, Word word) {
        bringOn(which, word);
        building.turned();
    }

    /** One turn over some stacks. Afterwards all they need is durable, signed, and offered; but for those that a program has to render first. */
    private void bringOn(Predicate<StackInput> which, Word word) {
        alone(view -> {
            List<StackInput> inputs = view.stacks().stream()
                    .filter(input -> which.test(input) && stage.mayHaveNews(view, input, heads))
                    .toList();
            for (int from = 0; from < inputs.size(); from += BATCH) {
                bring(view, inputs.subList(from, Math.min(inputs.size(), from + BATCH)), word, When.IN_TURN);
            }
            departures.runOnce(view);
            return inputs.size();
        });
    }

    /** Runs between turns: what it changes is signed and offered when it returns. */
    <T> T alone(Function<FleetView, T> work) {
        turning.lock();
        try {
            T result = work.apply(now());
            assignments.issueDue();
            return result;
        } finally {
            turning.unlock();
            events.published();
        }
    }

    /** Which references of which sources are to be checked, and how often. */
    public List<Watch> watches() {
        return Fleet.watches(view());
    }

    /** Deletes bundles that no revision, no entry and no agent needs any longer, and forgets what was known of stacks that are no more. */
    public Collected collect() {
        return alone(view -> {
            charts.keepOnly(view.stacks().stream().map(StackInput::stack).toList());
            building.keepOnly(view.stacks().stream().map(StackInput::id).collect(Collectors.toSet()));
            return collector.collect();
        });
    }

    Heads heads() {
        return heads;
    }

    /** Instead of the programs that are installed here. */
    void renderBy(StackRenderer.GroupRenderer other) {
        renderer.renderBy(other);
    }

    StackStage stage() {
        return stage;
    }

    RolloutLook look() {
        return look;
    }

    RolloutEvents rolloutEvents() {
        return rolloutEvents;
    }

    WayBack wayBack() {
        return wayBack;
    }

    StackPlanner planner() {
        return planner;
    }

    RevisionBook book() {
        return book;
    }

    Departures departures() {
        return departures;
    }

    /** Renders: pure, apart from reading the tree. */
    private Optional<StackStage.Prepared> prepare(FleetView view, StackInput input, Word word, When when) {
        try {
            return stage.prepare(view, input, heads, word, when);
        } catch (StackRenderer.NotBuilt e) {
            building.want(input, word); // it has what it has until then
            return Optional.empty();
        }
    }

    /** Render, bundle, release, propose. A stack that fails keeps what it has, and the others go on. */
    List<StackStage.Brought> bring(FleetView view, List<StackInput> inputs, Word word) {
        return bring(view, inputs, word, When.AT_ONCE);
    }

    private List<StackStage.Brought> bring(FleetView view, List<StackInput> inputs, Word word, When when) {
        try {
            List<StackStage.Prepared> prepared = inputs.stream()
                    .flatMap(input -> prepare(view, input, word, when).stream())
                    .toList();
            stage.store(prepared); // bundles are on the disk before anything names them
            return stage.propose(view, prepared, word); // releases, entries, history, audit: one transaction
        } catch (RuntimeException e) {
            if (inputs.size() == 1) {
                records.broken(inputs.getFirst(), e);
                return List.of();
            }
            return inputs.stream()
                    .flatMap(input -> bring(view, List.of(input), word, when).stream())
                    .toList(); // each for itself
        }
    }
}
