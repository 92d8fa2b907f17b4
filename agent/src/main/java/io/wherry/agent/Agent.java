package io.wherry.agent;

import io.wherry.agent.bundlefile.BundleFiles;
import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.Certificates;
import io.wherry.agent.hubclient.DeviceCertificate;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.Links;
import io.wherry.agent.reconcile.Deployments;
import io.wherry.agent.reconcile.Exports;
import io.wherry.agent.reconcile.Reconciler;
import io.wherry.agent.reconcile.Reporter;
import io.wherry.agent.reconcile.SameRuntime;
import io.wherry.agent.reconcile.Site;
import io.wherry.agent.reconcile.Stacks;
import io.wherry.agent.report.Courier;
import io.wherry.agent.report.History;
import io.wherry.agent.report.Outbox;
import io.wherry.agent.report.ReceiptWriter;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.secrets.SealedLogins;
import io.wherry.agent.secrets.SealedRuntime;
import io.wherry.agent.secrets.SecretFolder;
import io.wherry.agent.secrets.Secrets;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.KnownRuntime;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.Pause;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.StateFolder;
import io.wherry.agent.trust.Adopter;
import io.wherry.agent.trust.LogWatch;
import io.wherry.agent.trust.Renewal;
import io.wherry.agent.trust.RootFollower;
import io.wherry.agent.trust.Stager;
import io.wherry.base.Loop;
import io.wherry.contract.Assignment;
import io.wherry.contract.StackId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashSet;
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

    /** What does the work. */
    private record Parts(
            HubClient hub,
            Links links,
            Site site,
            Stacks stacks,
            Reconciler reconciler,
            Courier courier,
            Renewal renewal,
            LogWatch logWatch,
            History history,
            Outbox outbox,
            Facts facts,
            BundleFiles files,
            Secrets secrets,
            InstantSource clock,
            AgentConfig config) {}

    /**
     * Surroundings that tests replace.
     *
     * @param random shared by threads
     */
    public record World(InstantSource clock, RandomGenerator random, Map<String, String> environment) {
        public static World real() {
            return new World(InstantSource.system(), new SecureRandom(), System.getenv());
        }
    }

    /** Makes the runtime once owner and folder are known. */
    @FunctionalInterface
    public interface RuntimeFactory {
        Runtime open(AgentConfig config, String owner, StateFolder folder, DurableStore store, RegistryLogins logins);
    }

    private Agent(
            StateFolder folder, DurableStore store, AgentState state, Journal journal, BlobStore blobs, Parts parts) {
        this.folder = folder;
        this.store = store;
        this.state = state;
        this.journal = journal;
        this.blobs = blobs;
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
        InstantSource clock = world.clock();
        DurableStore store = new DurableStore(folder);
        AgentState state = AgentState.open(folder, store, DeviceKeys.open(folder));
        Journal journal = Journal.open(folder, store);
        BlobStore blobs = new BlobStore(folder);
        CertificateFile certificate = new CertificateFile(folder, store);
        Links links = new Hubs(
                        () -> Set.copyOf(state.root().caPins()),
                        config.hub().caBundle().map(Certificates::ofFile).orElse(List.of()),
                        EnvironmentProxy.of(world.environment()),
                        () -> state.judgedTime(clock.instant()))
                .links(
                        () -> addresses(state),
                        Optional.of(certificate.read(state.keys().identity().getPrivate())));
        HubClient hub = new HubClient(links, state.incarnation(), state.instance());
        Outbox outbox = Outbox.open(
                folder.folder("outbox"), store, new ReceiptWriter(state, clock, Runtimes.understood(config)));
        Courier courier = new Courier(outbox, hub, world.random());
        History history = new History(folder.resolve("history.jsonl"), clock);
        Nudge nudge = new Nudge();
        Reporter reporter = new Reporter(journal, outbox, history, clock, nudge);
        SecretFolder secretFiles = Unsealing.folder(config, state.membership());
        Secrets secrets =
                Unsealing.secrets(secretFiles, state.membership(), state.keys(), Runtimes.hashKey(folder, store));
        SameRuntime runtime = new SameRuntime(
                new SealedRuntime(runtimes.open(config, owner(state), folder, store, logins(state)), secrets),
                new KnownRuntime(folder, store));
        Deployments deployments = new Deployments(folder, blobs, secretFiles::base);
        Stager stager = new Stager(state, blobs, hub, clock, Runtimes.understood(config));
        Site site = new Site(
                runtime,
                state,
                journal,
                new Site.Content(stager::stage, deployments),
                new SitePolicy(config, folder.root()),
                new Pause(folder, store),
                reporter);
        Stacks stacks = new Stacks(site, clock, world.random());
        Facts facts = new Facts(state, config, runtime, folder, clock);
        Adopter adopter = new Adopter(state, journal, clock, AgentVersion.parsed());
        LogWatch logWatch = new LogWatch(state, folder, store);
        Renewal renewal =
                new Renewal(state, certificate, hub, clock, world.random().nextDouble());
        Reconciler reconciler = new Reconciler(
                new Reconciler.Hub(
                        hub,
                        new Cadence(
                                config.hub().mode(),
                                config.hub().interval(),
                                config.hub().holdMax(),
                                world.random()),
                        new RootFollower(state, hub),
                        renewal,
                        logWatch),
                adopter,
                state,
                stacks,
                new Reconciler.Telling(
                        reporter,
                        outbox,
                        facts::gather,
                        new Exports(
                                runtime::export,
                                (project, question) -> site.policy()
                                        .objection(question.model())
                                        .map(violation -> Comparison.blocked("PolicyDenied: " + violation.sentence()))
                                        .orElseGet(() -> runtime.compare(deployments.forComparing(project, question))),
                                config.site().export(),
                                hub::export)),
                clock);
        Agent agent = new Agent(
                folder,
                store,
                state,
                journal,
                blobs,
                new Parts(
                        hub,
                        links,
                        site,
                        stacks,
                        reconciler,
                        courier,
                        renewal,
                        logWatch,
                        history,
                        outbox,
                        facts,
                        new BundleFiles(state, blobs, adopter, runtime, outbox, Runtimes.understood(config)),
                        secrets,
                        clock,
                        config));
        nudge.to = agent::nudgeCourier;
        return agent;
    }

    private static List<String> addresses(AgentState state) {
        Set<String> addresses =
                new LinkedHashSet<>(state.adopted().map(Assignment::hubs).orElse(List.of()));
        addresses.addAll(state.membership().hubs());
        return List.copyOf(addresses);
    }

    /** Those of the newest assignment: a rotated one serves what was released before it too. */
    private static RegistryLogins logins(AgentState state) {
        return new SealedLogins(Unsealing.opener(state.membership(), state.keys()), stack -> state.adopted().stream()
                .flatMap(assignment -> assignment.entries().stream())
                .filter(entry -> entry.stack().equals(stack))
                .flatMap(entry -> entry.registryLogins().stream())
                .toList());
    }

    private static String owner(AgentState state) {
        return state.membership().trustDomain().hex() + "/"
                + state.membership().agentId().value();
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
     * @return whether the hub answered
     */
    public boolean runOnce() throws InterruptedException {
        store.ballast().take();
        unseal();
        parts.reconciler().runOnce();
        settle();
        parts.courier().runOnce();
        parts.renewal().runOnce();
        housekeeping();
        collectImages();
        return parts.reconciler().contact().problem().isEmpty();
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
        blobs.keepOnly(parts.site().content().deployments().needed(state.adopted(), journal.all()));
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

    /** Whether every stack is where the assignment wants it, and healthy. */
    public boolean isAllWell() {
        return parts.site().reporter().standings().stream().allMatch(standing -> switch (standing.outcome()) {
            case APPLIED, HEALTHY, CORRECTED, REMOVED, SUSPENDED, LEFTOVER -> true;
            case PENDING, ROLLED_BACK, FAILED, DRIFTED, UNHEALTHY -> false;
        });
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

    /** Polls soon instead of at its time. A poll that is being held is not broken off. */
    void nudgePoll() {
        loops.stream().limit(1).forEach(Loop::nudge);
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
