package io.wherry.agent.reconcile;

import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Links;
import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.report.Courier;
import io.wherry.agent.report.History;
import io.wherry.agent.report.Outbox;
import io.wherry.agent.report.ReceiptWriter;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.KnownRuntime;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.Pause;
import io.wherry.agent.state.StateFolder;
import io.wherry.agent.trust.Adopter;
import io.wherry.agent.trust.LogWatch;
import io.wherry.agent.trust.Renewal;
import io.wherry.agent.trust.RootFollower;
import io.wherry.agent.trust.Stager;
import io.wherry.contract.Features;
import io.wherry.contract.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One life of an agent's process: put together as {@code Agent} does it, but for its loops, whose turns are taken one after the other as they fall due.
 * It ends without a word, whenever the simulation drops it.
 */
public final class SimulatedAgent {
    private static final Duration INTERVAL = Duration.ofSeconds(20);
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(1);

    private final World world;
    private final List<Task> tasks = new ArrayList<>();
    public final AgentState state;
    public final Journal journal;
    public final Outbox outbox;

    /**
     * What outlives the process.
     *
     * @param links made anew for each life
     */
    public record World(
            Path data, InstantSource clock, RandomGenerator random, Supplier<Links> links, Runtime runtime) {}

    /** Turns that are taken by {@link #runNext}. */
    private final class Task implements Stacks.Turns.Taking {
        private final String name;
        private final Supplier<Duration> rest;
        private final Runnable turn;
        private Instant due = world.clock().instant();

        Task(String name, Supplier<Duration> rest, Runnable turn) {
            this.name = name;
            this.rest = rest;
            this.turn = turn;
            tasks.add(this);
        }

        @Override
        public void nudge() {
            due = world.clock().instant();
        }

        @Override
        public void end() {
            tasks.remove(this);
        }

        private void run() {
            due = Instant.MAX;
            turn.run();
            Instant next = world.clock().instant().plus(rest.get());
            due = next.isBefore(due) ? next : due; // it may have been nudged by its own turn
        }
    }

    public SimulatedAgent(World world) {
        this.world = world;
        InstantSource clock = world.clock();
        StateFolder folder = StateFolder.open(world.data(), "site-1");
        DurableStore store = new DurableStore(folder);
        state = AgentState.open(folder, store, DeviceKeys.open(folder));
        journal = Journal.open(folder, store);
        BlobStore blobs = new BlobStore(folder);
        HubClient hub = new HubClient(world.links().get(), state.incarnation(), state.instance());
        outbox = Outbox.open(folder.folder("outbox"), store, new ReceiptWriter(state, clock, Features.UNDERSTOOD));
        Courier courier = new Courier(outbox, hub, world.random());
        Task report = new Task("report", courier::rest, courier::runOnce);
        History history = new History(folder.resolve("history.jsonl"), clock);
        Reporter reporter = new Reporter(journal, outbox, history, clock, report::nudge);
        Deployments deployments = new Deployments(
                folder, blobs, (stack, secret) -> folder.resolve("secrets").resolve(secret.name()));
        Site site = new Site(
                new SameRuntime(world.runtime(), new KnownRuntime(folder, store)),
                state,
                journal,
                new Site.Content(new Stager(state, blobs, hub, clock, Features.UNDERSTOOD)::stage, deployments),
                _ -> Optional.empty(),
                new Pause(folder, store),
                reporter,
                clock);
        Stacks stacks = new Stacks(site, clock, world.random(), Task::new);
        Renewal renewal = new Renewal(state, new CertificateFile(folder, store), hub, clock, 0);
        Reconciler reconciler = new Reconciler(
                new Reconciler.Hub(
                        hub,
                        new Cadence(PollMode.INTERVAL, INTERVAL, Duration.ofMinutes(4), world.random()),
                        new RootFollower(state, hub),
                        renewal,
                        new LogWatch(state, folder, store)),
                new Adopter(state, journal, clock, Version.parse("0.1.0")),
                state,
                stacks,
                new Reconciler.Telling(
                        reporter,
                        outbox,
                        this::facts,
                        new Exports(
                                world.runtime()::export,
                                (project, question) -> new Comparison(List.of(), List.of()),
                                true,
                                new SiteAnswers(site, new SiteAnswers.Allowed(true, true), clock),
                                answer -> Optional.empty())),
                clock);
        stacks.refresh();
        Duration[] wait = {Duration.ZERO};
        new Task("poll", () -> wait[0], () -> wait[0] = reconciler.turn());
        new Task(
                "housekeeping",
                () -> HOUSEKEEPING,
                () -> blobs.keepOnly(deployments.entries().needed(state.adopted(), journal.all())));
    }

    private AgentFacts facts() {
        return new AgentFacts(
                new AgentFacts.Self("site-1", "site", "", "0.1.0", ZoneOffset.UTC),
                new AgentFacts.RuntimeFacts("docker", "engine-1", "1", "linux/amd64", ""),
                Features.UNDERSTOOD,
                "",
                world.clock().instant(),
                0);
    }

    /** Makes the state folder of an agent that has just joined. The keys lie there already. */
    public static void join(Path data, Membership membership, AgentState.Joined joined) {
        StateFolder folder = StateFolder.open(data, "joining");
        AgentState.join(folder, new DurableStore(folder), DeviceKeys.open(folder), membership, joined);
        folder.close();
    }

    /** When the next turn is due. */
    public Instant due() {
        return tasks.stream().map(task -> task.due).min(Instant::compareTo).orElse(Instant.MAX);
    }

    /** Takes the turn that is due first. @return whose it was */
    public String runNext() {
        Task next = tasks.stream()
                .min(Comparator.comparing((Task task) -> task.due))
                .orElseThrow();
        next.run();
        return next.name;
    }
}
