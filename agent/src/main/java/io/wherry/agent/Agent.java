package io.wherry.agent;

import io.wherry.agent.bundlefile.BundleFiles;
import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Links;
import io.wherry.agent.reconcile.Reconciler;
import io.wherry.agent.reconcile.RuntimeNews;
import io.wherry.agent.reconcile.SameRuntime;
import io.wherry.agent.reconcile.Site;
import io.wherry.agent.reconcile.Stacks;
import io.wherry.agent.reconcile.Standing;
import io.wherry.agent.report.History;
import io.wherry.agent.report.Outbox;
import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.StateFolder;
import io.wherry.agent.trust.LogWatch;
import io.wherry.base.Loop;
import io.wherry.base.WallClock;
import io.wherry.contract.StackId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * One agent, put together from its parts by plain constructors, in the order of the story. Holds the state folder's lock until closed.
 *
 * <p>{@link #start} makes a daemon of it, {@link #runOnce} one cycle; neither: a command that looks.
 */
public final class Agent implements AutoCloseable {
    /** A renewal that is due waits at most this long; half a certificate's life is days. */
    private static final Duration RENEWAL_LOOK = Duration.ofHours(1);
    /** How often what nobody needs any more is deleted, and the ballast is taken again. */
    private static final Duration HOUSEKEEPING = Duration.ofMinutes(10);

    /** Between two looks at whether all stacks have settled: a fraction of the time in which a cycle shall be over. */
    private static final Duration SETTLE_LOOK = Duration.ofMillis(20);

    /** What a poll, an adoption and housekeeping take beside the time the hub holds the answer. */
    private static final Duration TURN_LIMIT = Duration.ofMinutes(2);

    private static final Logger LOG = System.getLogger(Agent.class.getName());

    private final StateFolder folder;
    private final DurableStore store;
    private final AgentState state;
    private final Journal journal;
    private final BlobStore blobs;
    private final Parts parts;
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private Instant housekeepingDue = Instant.MIN;
    private volatile long polledNanos = System.nanoTime();
    private volatile boolean waiting = true;
    private boolean closed;

    /** Receipts are added by parts that are made before the loop that sends them. */
    private static final class Nudge implements Runnable {
        volatile Runnable to = () -> {};

        @Override
        public void run() {
            to.run();
        }
    }

    /**
     * Surroundings that tests replace.
     *
     * @param random shared by threads
     */
    public record World(InstantSource clock, RandomGenerator random, Map<String, String> environment) {
        public static World real() {
            return new World(WallClock.system(), new SecureRandom(), System.getenv());
        }
    }

    /** Makes the runtime once owner and folder are known. */
    @FunctionalInterface
    public interface RuntimeFactory {
        Runtime open(AgentConfig config, String owner, StateFolder folder, DurableStore store, RegistryLogins logins);
    }

    private Agent(Parts parts) {
        this.folder = parts.disk().folder();
        this.store = parts.disk().store();
        this.state = parts.disk().state();
        this.journal = parts.disk().journal();
        this.blobs = parts.disk().blobs();
        this.parts = parts;
    }

    /**
     * Opens a joined agent and takes its folder's lock.
     *
     * @throws io.wherry.agent.state.StateException if nobody joined, somebody else holds it, or it is damaged
     */
    public static Agent open(Path data, AgentConfig config, World world, RuntimeFactory runtimes) {
        StateFolder folder = StateFolder.open(data, Membership.require(data).name());
        try {
            return compose(folder, config, world, runtimes);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static Agent compose(StateFolder folder, AgentConfig config, World world, RuntimeFactory runtimes) {
        Nudge nudge = new Nudge();
        Agent agent = new Agent(Parts.assemble(folder, config, world, runtimes, nudge));
        nudge.to = agent::nudgeCourier;
        return agent;
    }

    /** Puts the secrets of what runs into memory, where they are missing: at each start, and when somebody asks. */
    Unsealing.Unsealed unseal() {
        Unsealing.Unsealed unsealed =
                Unsealing.fill(journal, parts.site().content().deployments(), parts.secrets());
        unsealed.problems().forEach(problem -> LOG.log(Level.WARNING, "secrets: " + problem));
        return unsealed;
    }

    /** How the hub's audit log differs from what this site has seen of it; empty: it does not. */
    Optional<String> logFork() {
        return parts.logWatch().fork().map(LogWatch.Fork::detail);
    }

    /** Starts the loops of a daemon. */
    public void start() {
        store.ballast().take();
        unseal();
        parts.stacks().refresh();
        AtomicReference<Duration> wait = new AtomicReference<>(Duration.ZERO);
        loops.add(Loop.start("poll", wait::get, () -> {
            waiting = false;
            polledNanos = System.nanoTime();
            wait.set(Cadence.MIN_WAIT); // if this run fails: not at once again
            wait.set(parts.reconciler().turn());
            housekeeping();
            waiting = true;
        }));
        loops.add(Loop.start("report", () -> parts.courier().rest(), parts.courier()::runOnce));
        loops.add(Loop.start("renew", RENEWAL_LOOK, parts.renewal()::runOnce));
        loops.add(Loop.start("images", HOUSEKEEPING, this::collectImages));
        loops.add(runtimeNews());
    }

    private Loop runtimeNews() {
        SameRuntime runtime = parts.site().runtime();
        RuntimeNews news = new RuntimeNews(
                runtime,
                () -> journal.all().stream().allMatch(record -> record.good().isEmpty()),
                new RuntimeNews.Hub(parts.reconciler()::toldRuntimeProblem, this::tellHub),
                parts.clock());
        AtomicReference<Duration> wait = new AtomicReference<>(RuntimeNews.EMPTY_LOOK);
        Loop loop = Loop.start("runtime-news", wait::get, () -> wait.set(news.runOnce()));
        runtime.onChange(loop::nudge);
        return loop;
    }

    private void nudgeCourier() {
        loops.stream().skip(1).limit(1).forEach(Loop::nudge);
    }

    /** Wakes the stacks without polling: for commands that address one before a cycle. */
    public void prepare() {
        parts.stacks().refresh();
    }

    /**
     * One cycle: poll, apply, observe, report. Returns when no stack is in the middle of anything, so never within a health window.
     *
     * @return why the hub gave nothing, {@code REASON: message}; empty if it answered
     */
    public Optional<String> runOnce() throws InterruptedException {
        parts.links().dial(); // the handshake goes on while the engine is asked what it is
        store.ballast().take();
        unseal();
        parts.reconciler().runOnce();
        settle();
        parts.courier().runOnce();
        parts.renewal().runOnce();
        housekeeping();
        collectImages();
        return Optional.of(parts.reconciler().contact().problem()).filter(problem -> !problem.isEmpty());
    }

    /**
     * What was adopted from a file is applied to its end; the hub is not asked.
     *
     * @return whether all is well
     */
    public boolean settle() throws InterruptedException {
        store.ballast().take();
        parts.stacks().refresh();
        while (parts.stacks().isBusy()) {
            Thread.sleep(SETTLE_LOOK);
        }
        parts.stacks().close();
        return isAllWell();
    }

    private void housekeeping() {
        Instant now = parts.clock().instant();
        if (now.isBefore(housekeepingDue)) {
            return;
        }
        housekeepingDue = now.plus(HOUSEKEEPING);
        synchronized (blobs) { // a bundle file stores its blobs and then adopts what names them
            collect();
        }
    }

    private void collect() {
        blobs.keepOnly(parts.site().content().deployments().entries().needed(state.adopted(), journal.all()));
        store.ballast().take();
    }

    /** Old images of this agent's; an engine that is away has the next look. */
    private void collectImages() {
        List<StackRecord> records = journal.all();
        Set<String> needed = new HashSet<>();
        Set<StackId> stacks = new HashSet<>();
        for (StackRecord record : records) {
            stacks.add(record.stack());
            needed.addAll(record.work().images().values());
            record.good().ifPresent(good -> needed.addAll(good.images().values()));
        }
        try {
            parts.site()
                    .runtime()
                    .collectImages(needed, stacks)
                    .forEach(
                            gone -> LOG.log(Level.INFO, () -> "image " + gone + " removed: old, and nothing needs it"));
        } catch (RuntimeUnavailable | StateException e) {
            LOG.log(Level.INFO, () -> "old images stay for now: " + e.getMessage());
        }
    }

    AgentState state() {
        return state;
    }

    Journal journal() {
        return journal;
    }

    StateFolder folder() {
        return folder;
    }

    Site site() {
        return parts.site();
    }

    Stacks stacks() {
        return parts.stacks();
    }

    Reconciler reconciler() {
        return parts.reconciler();
    }

    Links links() {
        return parts.links();
    }

    History history() {
        return parts.history();
    }

    Outbox outbox() {
        return parts.outbox();
    }

    Facts facts() {
        return parts.facts();
    }

    public BundleFiles files() {
        return parts.files();
    }

    HubClient hub() {
        return parts.hub();
    }

    DeviceCertificate certificate() {
        return new CertificateFile(folder, store).read(state.keys().identity().getPrivate());
    }

    AgentConfig config() {
        return parts.config();
    }

    InstantSource clock() {
        return parts.clock();
    }

    /** Whether nothing is wrong: every stack is where the assignment wants it, and healthy, or is held back on purpose. */
    public boolean isAllWell() {
        return parts.site().reporter().standings().stream().allMatch(Standing::isWell);
    }

    /** What keeps this agent from working with its runtime, as {@code REASON: message}; empty: nothing. */
    public Optional<String> runtimeProblem() {
        return parts.site().runtime().problem().map(Facts::sentence);
    }

    /** Whether the poll loop has come round within the longest time that one of its turns may take. */
    boolean isMoving() {
        Duration most = parts.config()
                .hub()
                .interval()
                .multipliedBy(2)
                .plus(parts.config().hub().holdMax())
                .plus(TURN_LIMIT);
        return System.nanoTime() - polledNanos < most.toNanos() || waiting;
    }

    /** Polls soon instead of at its time. A poll that is being held is answered as soon as there is something to answer. */
    void nudgePoll() {
        loops.stream().limit(1).forEach(Loop::nudge);
    }

    /** This agent says something else of itself than before: the hub hears it now, and not at the end of a poll that it holds. */
    void tellHub() {
        if (!parts.reconciler().factsChanged()) {
            nudgePoll();
        }
    }

    /** Stops the loops, lets running turns end, and gives the lock back. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        parts.links().close(); // first: it ends a held poll
        loops.forEach(Loop::close);
        parts.stacks().close();
        parts.site().runtime().close();
        folder.close();
    }
}
