package io.wherry.hub;

import io.wherry.base.ExitCode;
import io.wherry.base.Loop;
import io.wherry.base.Metrics;
import io.wherry.base.SpareHeap;
import io.wherry.contract.StackId;
import io.wherry.hub.access.Access;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.agentapi.AgentPort;
import io.wherry.hub.agentapi.Delegates;
import io.wherry.hub.agentapi.JoinFiles;
import io.wherry.hub.api.Api;
import io.wherry.hub.api.ApiServer;
import io.wherry.hub.api.IdentityFiles;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.CheckpointFeed;
import io.wherry.hub.audit.LogIdentity;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.bundlefile.Acknowledgements;
import io.wherry.hub.bundlefile.BundleExport;
import io.wherry.hub.bundlefile.FileMaker;
import io.wherry.hub.bundlefile.Recipients;
import io.wherry.hub.configuration.Configuration;
import io.wherry.hub.db.DataFolderLock;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentCertificates;
import io.wherry.hub.fleet.AgentDecisions;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.CaFiles;
import io.wherry.hub.fleet.CertificateAuthority;
import io.wherry.hub.fleet.Enrolment;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.FleetStore;
import io.wherry.hub.fleet.JoinPoint;
import io.wherry.hub.fleet.JoinTokens;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.fleet.ServerCertificate;
import io.wherry.hub.fleet.ServerIdentity;
import io.wherry.hub.registry.EngineImages;
import io.wherry.hub.registry.ImageResolver;
import io.wherry.hub.registry.ImageSource;
import io.wherry.hub.release.Keys;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.SigningKeys;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.source.GitMirrors;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.FleetStatus;
import io.wherry.hub.status.LiveProgress;
import io.wherry.hub.status.ReportIntake;
import io.wherry.hub.status.TargetStates;
import io.wherry.hub.sync.AgentReviews;
import io.wherry.hub.sync.FleetLoops;
import io.wherry.hub.sync.FleetStores;
import io.wherry.hub.sync.FleetSync;
import io.wherry.hub.sync.OutcomeRecorder;
import io.wherry.hub.sync.PlanApprovals;
import io.wherry.hub.sync.RefusalRepository;
import io.wherry.hub.sync.ReleaseApprovals;
import io.wherry.hub.sync.RolloutOperations;
import io.wherry.hub.sync.StackOperations;
import io.wherry.hub.vault.Credentials;
import io.wherry.hub.vault.KeyEncryptionKey;
import io.wherry.hub.web.Pages;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** The composition root: builds every part in flow order, starts the loops, and ends them in the opposite order. */
public final class Hub implements AutoCloseable {
    /** Times of last use are for people; a minute late is early enough, and one write a minute is nothing. */
    private static final Duration FLUSH = Duration.ofMinutes(1);

    /** What a hub that is killed forgets of when it ran. */
    private static final Duration CLOCK = Duration.ofMinutes(10);

    /** As often as agents are shown a checkpoint at most. */
    private static final Duration CHECKPOINT = Duration.ofHours(1);

    /** Mirrors of sources that are gone only take room: once a day is often enough. */
    private static final Duration MIRRORS = Duration.ofDays(1);

    /** Tried out at the start, beside it; a program that is installed later is found the next day. */
    private static final Duration RENDERING_LIMITS = Duration.ofDays(1);

    /** Checks of its source nudge it; this only finds out that what it met is over. */
    private static final Duration CONFIGURATION = Duration.ofMinutes(5);

    /** A crowd of agents is gone again within a minute or two. */
    private static final Duration SPARE_HEAP = Duration.ofMinutes(2);

    private static final long SPARE_HEAP_WORTH_BYTES = 32L << 20;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Hub() {}

    /**
     * Starts the hub of a data folder.
     *
     * @throws RuntimeException the exception of the part that could not start; everything started before it has ended again
     */
    public static Hub start(DataFolder folder, HubConfig config, InstantSource clock) {
        requireInitialised(folder);
        Hub hub = new Hub();
        try {
            hub.build(folder, config, clock);
            return hub;
        } catch (RuntimeException e) {
            hub.close();
            throw e;
        }
    }

    private void build(DataFolder folder, HubConfig config, InstantSource clock) {
        part(DataFolderLock.take(folder.path()));
        Ground ground = ground(folder, config, clock);
        Fleet fleet = fleet(ground, config);
        Delivery delivery = delivery(folder, config, ground, fleet);
        AgentPort agents = agentPort(config, ground, fleet, delivery);
        api(config, ground, fleet, delivery, agents);
        housekeeping(ground);
    }

    /** What everything stands on. */
    private record Ground(
            SteadyClock clock,
            SecureRandom random,
            Keys keys,
            Database db,
            AuditLog audit,
            CheckpointFeed checkpoints,
            Credentials credentials,
            ApiKeys apiKeys,
            Access access,
            ResourceRepository resources,
            Events events,
            CertificateAuthority authority,
            ServerCertificate certificate) {}

    private Ground ground(DataFolder folder, HubConfig config, InstantSource machine) {
        Database db = part(Database.open(folder.database()));
        SteadyClock clock = SteadyClock.start(db, machine, System::nanoTime);
        SecureRandom random = new SecureRandom();
        Keys keys = Keys.open(folder.path());
        CaFiles ca = folder.authority();
        CertificateAuthority authority =
                new CertificateAuthority(ca.open(keys.trustRoot().caPins()), ca.retiredCertificates(), clock, random);
        AuditLog audit = new AuditLog(db, new LogIdentity(keys.trustDomain(), keys.epoch(), keys.log()), clock);
        ApiKeys apiKeys = new ApiKeys(db, clock, random);
        return new Ground(
                clock,
                random,
                keys,
                db,
                audit,
                new CheckpointFeed(audit, part(Executors.newVirtualThreadPerTaskExecutor())),
                new Credentials(db, KeyEncryptionKey.open(folder.vaultKey(config), random), clock),
                apiKeys,
                new Access(apiKeys, clock),
                new ResourceRepository(db, clock, () -> StackId.random(random).value()),
                new Events(db, clock),
                authority,
                part(ServerCertificate.start(authority, config.hostnames(), clock)));
    }

    /** Who is out there, and how they come in. */
    private record Fleet(
            AgentDecisions decisions,
            AgentRepository agents,
            LastSeen lastSeen,
            JoinTokens tokens,
            Enrolment enrolment,
            AgentCertificates certificates,
            List<String> addresses,
            Exports exports) {}

    private Fleet fleet(Ground ground, HubConfig config) {
        AgentRepository agents = new AgentRepository(ground.db());
        FleetStore store = new FleetStore(ground.db(), agents, ground.resources(), ground.audit());
        List<String> addresses = config.hostnames().stream()
                .map(host -> (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + config.listen().agents().port())
                .toList();
        JoinPoint joinPoint =
                new JoinPoint(addresses, ground.authority().pin(), ground.keys().trustDomain());
        JoinTokens tokens = new JoinTokens(store, joinPoint, ground.clock(), ground.random());
        AgentCertificates certificates =
                new AgentCertificates(ground.authority(), ground.keys().trustDomain());
        return new Fleet(
                new AgentDecisions(store, ground.clock()),
                agents,
                part(LastSeen.start(agents, ground.clock())),
                tokens,
                new Enrolment(store, tokens, certificates, ground.clock(), ground.random()),
                certificates,
                addresses,
                new Exports(ground.random()));
    }

    /** From a commit to what each agent should run. */
    private record Delivery(
            SourceChecks checks,
            Assignments assignments,
            StackOperations operations,
            RolloutOperations rollouts,
            ReleaseApprovals approvals,
            PlanApprovals plans,
            FleetLoops loops,
            ReportIntake intake,
            LiveProgress progress,
            BundleExport export,
            AgentReviews reviews,
            Configuration configuration) {}

    private Delivery delivery(DataFolder folder, HubConfig config, Ground ground, Fleet fleet) {
        InstantSource clock = ground.clock();
        Keys keys = ground.keys();
        GitMirrors mirrors =
                part(new GitMirrors(folder.mirrors(), config.sources().localDirectories(), clock));
        part(Loop.start("rendering-limits", RENDERING_LIMITS, () -> RenderingLimits.note(ground.db())));
        part(Loop.start("spare-heap", SPARE_HEAP, new SpareHeap(SPARE_HEAP_WORTH_BYTES)::giveBack));
        part(Loop.start(
                "mirror-collection",
                MIRRORS,
                () -> mirrors.collect(ground.resources().all(Source.class).stream()
                        .filter(source -> !source.resource().type().holdsCharts())
                        .map(source -> GitSource.of(source.uid(), source.resource()))
                        .toList())));
        SourceChecks checks = new SourceChecks(
                mirrors,
                FleetParts.gitCredentials(ground.credentials()),
                FleetParts.artifacts(config, ground.credentials()),
                ground.db(),
                clock);
        BundleStore bundles = BundleStore.open(folder.bundles(), clock);
        SigningKeys signing = new SigningKeys(keys.trustDomain(), keys.trustRoot(), keys.hub(), keys.release());
        Releases releases = new Releases(ground.db(), signing, clock);
        releases.signAnew();
        Assignments assignments = new Assignments(
                ground.db(),
                signing,
                bundles,
                releases,
                fleet.addresses(),
                FleetParts.keyHashes(fleet.agents()),
                clock);
        ImageResolver registries = FleetParts.images(config, ground.credentials());
        FleetStores stores = new FleetStores(
                ground.db(),
                ground.resources(),
                fleet.agents(),
                fleet.lastSeen(),
                bundles,
                ground.audit(),
                ground.credentials(),
                registries,
                FleetParts.charts(config, ground.credentials()));
        FleetSync sync =
                new FleetSync(stores, checks, releases, assignments, ground.events(), fleet.decisions(), clock);
        Configuration configuration = Configuration.open(
                config.sources().configuration(),
                new Configuration.Parts(ground.db(), ground.resources(), checks, ground.audit(), ground.events()),
                clock);
        Loop declaring = part(Loop.start("configuration", CONFIGURATION, configuration::runOnce));
        FleetLoops loops = part(FleetLoops.start(
                sync,
                checks,
                assignments,
                source -> {
                    if (source.name().equals(ConfigurationSpec.SOURCE)) {
                        declaring.nudge();
                    }
                },
                clock));
        configuration.onApplied(loops::nudge);
        fleet.agents().onChange(agent -> {
            loops.nudge();
            declaring.nudge();
        });
        ReportIntake intake = new ReportIntake(
                ground.db(),
                fleet.agents(),
                keys.trustDomain(),
                ground.events(),
                new OutcomeRecorder(sync, ground.audit(), clock),
                loops::nudge,
                clock);
        StackOperations operations = new StackOperations(sync, stores, releases, clock);
        return new Delivery(
                checks,
                assignments,
                operations,
                new RolloutOperations(sync, stores, operations, clock),
                new ReleaseApprovals(sync, stores, releases, clock),
                new PlanApprovals(sync, stores, clock),
                loops,
                intake,
                new LiveProgress(),
                new BundleExport(
                        new Recipients(fleet.agents(), ground.resources(), assignments),
                        new FileMaker(
                                bundles,
                                releases,
                                keys::chain,
                                images(folder, config, ground.clock(), registries),
                                agent -> ground.db().read(handle -> TargetStates.ofAgent(handle, agent)),
                                new Acknowledgements(ground.db(), signing, clock)),
                        assignments),
                new AgentReviews(
                        new AgentReviews.Parts(sync, stores, releases, assignments, ground.events(), fleet.lastSeen()),
                        keys,
                        clock),
                configuration);
    }

    private ImageSource images(DataFolder folder, HubConfig config, InstantSource clock, ImageSource registries) {
        return config.engineSocket()
                .<ImageSource>map(socket -> {
                    EngineImages images = part(FleetParts.engineImages(socket, folder, registries, clock));
                    part(Loop.start("engine-images", EngineImages.KEPT, images::sweep));
                    return images;
                })
                .orElse(registries);
    }

    private AgentPort agentPort(HubConfig config, Ground ground, Fleet fleet, Delivery delivery) {
        ServerCertificate certificate = ground.certificate();
        Keys keys = ground.keys();
        Delegates delegates = new Delegates(
                fleet.enrolment(),
                fleet.agents(),
                fleet.lastSeen(),
                Delegates.Work.of(delivery.assignments()),
                FleetParts.reports(delivery.intake(), delivery.progress()),
                Delegates.Reviews.of(delivery.reviews()),
                () -> new Delegates.Roots(keys.trustRoot().version(), keys.chain()),
                ground.checkpoints()::above,
                fleet.exports());
        AgentPort port = part(AgentPort.start(
                AgentPort.Settings.of(
                        config.listen().agents().address(),
                        certificate.current(),
                        ground.authority().certificate(),
                        fleet.certificates(),
                        ground.clock()),
                delegates));
        certificate.onRenewal(port::replace);
        delivery.assignments().onChange(port::changed);
        fleet.exports().onAsked(port::changed);
        return port;
    }

    private void api(HubConfig config, Ground ground, Fleet fleet, Delivery delivery, AgentPort agents) {
        FleetStatus status = new FleetStatus(ground.db(), fleet.agents(), fleet.lastSeen(), ground.clock());
        Metrics metrics = HubMetrics.with(
                HubMetrics.of(fleet.agents(), fleet.lastSeen(), agents, ground.clock()),
                new HubMetrics.Delivery(
                        status,
                        ground.resources(),
                        new HubMetrics.Sources(delivery.checks(), delivery.loops()::charts),
                        ground.events(),
                        ground.audit(),
                        () -> ground.db().read(RefusalRepository::targets)),
                ground.clock());
        part(Api.start(
                new Api.Listening(
                        new ApiServer.Listeners(
                                config.listen().operators().address(),
                                config.listen().health().address()),
                        operatorsIdentity(config, ground),
                        metrics,
                        desk -> new Pages(desk, ground.access(), ground.clock())),
                new Api.Ground(
                        ground.db(),
                        ground.keys(),
                        ground.audit(),
                        ground.access(),
                        ground.apiKeys(),
                        ground.credentials()),
                new Api.Fleet(
                        ground.resources(),
                        ground.events(),
                        fleet.tokens(),
                        fleet.agents(),
                        fleet.decisions(),
                        new JoinFiles(fleet.enrolment(), ground.keys()::chain),
                        fleet.exports(),
                        status),
                new Api.Delivery(
                        delivery.checks(),
                        delivery.operations(),
                        delivery.rollouts(),
                        delivery.approvals(),
                        delivery.plans(),
                        delivery.loops(),
                        delivery.progress(),
                        delivery.export(),
                        delivery.intake(),
                        delivery.reviews(),
                        delivery.configuration()),
                ground.clock()));
    }

    private Supplier<ServerIdentity> operatorsIdentity(HubConfig config, Ground ground) {
        if (config.tls().isEmpty()) {
            return ground.certificate()::current;
        }
        HubConfig.TlsFiles files = config.tls().get();
        return part(IdentityFiles.start(files.certificate(), files.key(), ground.clock()))::current;
    }

    private void housekeeping(Ground ground) {
        Runnable flush = () -> {
            ground.access().flushLastUsed();
            ground.credentials().flushLastUsed();
        };
        part((AutoCloseable) flush::run);
        part(Loop.start("last-used", FLUSH, flush));
        part(Loop.start("clock", CLOCK, () -> ground.clock().look(ground.events())));
        AuditRounds rounds = new AuditRounds(ground.db(), ground.audit(), ground.checkpoints(), ground.events());
        part(Loop.start("audit-checkpoint", CHECKPOINT, rounds::runOnce));
    }

    private static void requireInitialised(DataFolder folder) {
        if (!Files.exists(folder.config()) || !Files.exists(folder.database())) {
            throw new HubException(
                    ExitCode.NOT_FOUND,
                    folder.path() + ": is not initialised (wherry-hub init --data " + folder.path()
                            + " --hostname HOST)");
        }
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.push(part);
        return part;
    }

    /** Ends every part, the last one started first; one that fails does not keep the others from ending. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                System.getLogger(Hub.class.getName())
                        .log(System.Logger.Level.ERROR, "a part of the hub did not end in order", e);
            }
        }
    }
}
