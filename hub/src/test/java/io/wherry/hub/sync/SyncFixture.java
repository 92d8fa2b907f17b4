package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryState;
import io.wherry.contract.Envelope;
import io.wherry.contract.Features;
import io.wherry.contract.Outcome;
import io.wherry.contract.Phase;
import io.wherry.contract.Receipt;
import io.wherry.contract.Release;
import io.wherry.contract.Running;
import io.wherry.contract.StackId;
import io.wherry.contract.TrustedKey;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.policy.Preset;
import io.wherry.contract.policy.WorkloadPolicy;
import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.verify.Floor;
import io.wherry.contract.verify.ReleaseVerifier;
import io.wherry.contract.verify.Stage;
import io.wherry.contract.verify.StageContext;
import io.wherry.hub.audit.AuditEvent.Who;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.fleet.AgentFacts;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.EnrolOutcome;
import io.wherry.hub.fleet.JoinTokenSpec;
import io.wherry.hub.fleet.LastSeen;
import io.wherry.hub.fleet.Review.Position;
import io.wherry.hub.fleet.ReviewRepository;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.registry.ChartSource;
import io.wherry.hub.registry.ImageDigests;
import io.wherry.hub.registry.OpenRegistries;
import io.wherry.hub.release.ApproverKeys;
import io.wherry.hub.release.KeyRole;
import io.wherry.hub.release.KeyRotation;
import io.wherry.hub.release.Keys;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.SigningKeys;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceYaml;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.rollout.Assignments;
import io.wherry.hub.source.GitCredentials;
import io.wherry.hub.source.GitMirrors;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.source.SourceLoops.Watch;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.FleetStatus;
import io.wherry.hub.status.ReportIntake;
import io.wherry.hub.vault.Credentials;
import io.wherry.hub.vault.KeyEncryptionKey;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A hub without its ports: real SQLite, real Git, the real renderer; agents are keys that sign receipts. */
public final class SyncFixture implements AutoCloseable {
    static final StackOperations.Actor ADA = StackOperations.Actor.of(Who.user("ada", "192.0.2.1"));

    public final TestFleet fleet;
    public final TestOrigin origin;
    final GitMirrors mirrors;
    public final SourceChecks checks;
    public final BundleStore bundles;
    public Releases releases;
    final Credentials credentials;
    public final Events events;
    final LastSeen lastSeen;
    public final FleetStatus status;
    final Map<AgentId, TestDevice> devices = new HashMap<>();
    /** Until a test says otherwise there is no registry anywhere. */
    ImageDigests registries = image -> {
        throw new RegistryException("registry of " + image + ": cannot be reached", "does it run?");
    };

    /** Nor a repository of charts. */
    ChartSource charts = from -> {
        throw new RegistryException(from + ": cannot be reached", "does it run?");
    };

    public Assignments assignments;
    public FleetSync sync;
    StackOperations operations;
    RolloutOperations rollouts;
    ReleaseApprovals approvals;
    PlanApprovals plans;
    public ReportIntake intake;
    public AgentReviews reviews;
    Keys trust;
    public SigningKeys keys;
    private final Path trustFolder;
    private final Map<AgentId, Receipt> receipts = new HashMap<>();
    private final Map<AgentId, Assignment> adopted = new HashMap<>();

    public SyncFixture(Path folder) {
        fleet = new TestFleet(folder);
        origin = new TestOrigin(folder.resolve("origin.git"));
        mirrors = new GitMirrors(folder.resolve("mirrors"), List.of(folder), fleet.clock);
        checks = new SourceChecks(mirrors, GitCredentials.NONE, OpenRegistries.CLIENT, fleet.database, fleet.clock);
        bundles = BundleStore.open(folder.resolve("bundles"), fleet.clock);
        trustFolder = folder.resolve("trust");
        trust = Keys.create(trustFolder, TestFleet.TRUST_DOMAIN, new SecureRandom(), fleet.clock.instant());
        Path vault = folder.resolve("vault.key");
        KeyEncryptionKey.create(vault, new SecureRandom());
        credentials = new Credentials(fleet.database, KeyEncryptionKey.open(vault, new SecureRandom()), fleet.clock);
        keys = signing();
        releases = new Releases(fleet.database, keys, fleet.clock);
        events = new Events(fleet.database, fleet.clock);
        lastSeen = LastSeen.start(fleet.agents, fleet.clock);
        status = new FleetStatus(fleet.database, fleet.agents, lastSeen, fleet.clock);
        start();
    }

    /** What a restart of the hub makes anew. */
    void start() {
        assignments = new Assignments(
                fleet.database,
                keys,
                bundles,
                releases,
                List.of("hub.example:8444"),
                id -> fleet.agents.find(id).filter(AgentRecord::served).map(AgentRecord::keyHash),
                fleet.clock);
        FleetStores stores = new FleetStores(
                fleet.database,
                fleet.resources,
                fleet.agents,
                lastSeen,
                bundles,
                fleet.audit,
                credentials,
                image -> registries.digest(image),
                from -> charts.fetch(from));
        sync = new FleetSync(stores, checks, releases, assignments, events, fleet.decisions, fleet.clock);
        operations = new StackOperations(sync, stores, releases, fleet.clock);
        rollouts = new RolloutOperations(sync, stores, operations, fleet.clock);
        approvals = new ReleaseApprovals(sync, stores, releases, fleet.clock);
        plans = new PlanApprovals(sync, stores, fleet.clock);
        intake = new ReportIntake(
                fleet.database,
                fleet.agents,
                TestFleet.TRUST_DOMAIN,
                events,
                new OutcomeRecorder(sync, fleet.audit, fleet.clock),
                sync::fleetChanged,
                fleet.clock);
        reviews = new AgentReviews(
                new AgentReviews.Parts(sync, stores, releases, assignments, events, lastSeen), trust, fleet.clock);
    }

    /** What a restore from a backup of this moment does, without its files; agents and their receipts go on. */
    public void restored() {
        fleet.agents.served().forEach(agent -> assignments
                .newest(agent.id())
                .ifPresent(offer -> adopted.put(agent.id(), assignment(agent))));
        fleet.database.run(handle -> {
            Releases.raiseCounters(handle, fleet.clock.instant());
            ReviewRepository.holdAll(handle, fleet.clock.instant());
        });
        trust = KeyRotation.beginEpoch(trustFolder, 0, fleet.clock.instant().getEpochSecond(), fleet.clock.instant());
        keys = signing();
        releases = new Releases(fleet.database, keys, fleet.clock);
        start();
    }

    /** The hub stops, gets approvers for an environment, and starts again. */
    void approvers(String environment, int threshold, KeyPair... approvers) {
        List<TrustedKey> keysOfThem = java.util.Arrays.stream(approvers)
                .map(pair -> TrustedKey.of(pair.getPublic()))
                .toList();
        trust = ApproverKeys.set(trustFolder, environment, threshold, keysOfThem, fleet.clock.instant());
        restarted();
    }

    /** The hub stops, signs for an environment by itself again, and starts. */
    void noApprovers(String environment) {
        trust = ApproverKeys.clear(trustFolder, environment, fleet.clock.instant());
        restarted();
    }

    /** The hub stops, gets a new key for a role, and starts. */
    void rotate(KeyRole role) {
        trust = KeyRotation.rotate(trustFolder, java.util.Set.of(role), new SecureRandom(), fleet.clock.instant());
        restarted();
    }

    void restarted() {
        keys = signing();
        releases = new Releases(fleet.database, keys, fleet.clock);
        releases.signAnew();
        start();
    }

    /** What an agent that follows the newest root says to the entry's release. */
    Stage stage(Entry entry, String environment, byte[] envelope, Floor floor) {
        return ReleaseVerifier.stage(
                envelope,
                entry,
                new StageContext(trust.trustRoot(), TestFleet.TRUST_DOMAIN, environment, floor, fleet.clock.instant()));
    }

    private SigningKeys signing() {
        return new SigningKeys(TestFleet.TRUST_DOMAIN, trust.trustRoot(), trust.hub(), trust.release());
    }

    /** The agent's first poll, and its answer to being asked for all that it runs. */
    void tellsAll(AgentRecord agent, EntryState... states) {
        Assignment last = Optional.ofNullable(adopted.get(agent.id())).orElseThrow();
        boolean asked = reviews.heard(agent.id(), new Position(last.epoch(), last.sequence(), 1));
        if (asked) {
            intake.accept(agent.id(), sign(agent, receipt(agent, new Receipt.Body.States(List.of(states), true))));
        }
    }

    /** Running and healthy. */
    EntryState runs(String stack, long generation, Digest bundle) {
        return new EntryState(
                StackId.parse(stored(stack).uid()),
                stack,
                generation,
                Optional.of(bundle),
                Outcome.HEALTHY,
                Phase.COMMITTED,
                "",
                "",
                Optional.of(new Running(generation, bundle)),
                true,
                true,
                false,
                List.of(),
                new TreeMap<>(),
                fleet.clock.instant());
    }

    AgentRecord join(String name, String environment, Map<String, String> labels, Map<String, String> variables) {
        TestDevice device = TestDevice.create();
        byte[] token = fleet.token(JoinTokenSpec.of(Map.of()));
        AgentRecord agent =
                switch (fleet.enrolment.enrol(device.request(token, facts(name, environment)))) {
                    case EnrolOutcome.Enrolled(AgentRecord joined, var _) -> joined;
                    case EnrolOutcome.Pending(AgentRecord pending, var _) -> { // production asks for a person
                        fleet.decisions.approve(name, ADA.who());
                        yield fleet.agents.find(pending.id()).orElseThrow();
                    }
                    case EnrolOutcome.Denied _, EnrolOutcome.Refused _ -> throw new AssertionError(name);
                };
        devices.put(agent.id(), device);
        put(new Agent(Metadata.of(name, labels), new TreeMap<>(variables), false));
        lastSeen.polled(agent.id(), "held", 1, "00");
        return agent;
    }

    /** An agent of an earlier version or of another runtime, with the label app. */
    public AgentRecord joinOlder(String name, List<String> understands) {
        TestDevice device = TestDevice.create();
        var outcome = fleet.enrolment.enrol(
                device.request(fleet.token(JoinTokenSpec.of(Map.of())), facts(name, "", understands)));
        put(new Agent(Metadata.of(name, Map.of("app", "yes")), new TreeMap<>(), false));
        AgentRecord agent = ((EnrolOutcome.Enrolled) outcome).agent();
        devices.put(agent.id(), device);
        return agent;
    }

    /** An agent whose engine manages a swarm, with the label app. */
    void joinManager(String name) {
        AgentFacts plain = facts(name, "", Features.UNDERSTOOD);
        AgentFacts manager = new AgentFacts(
                plain.name(),
                plain.runtime(),
                plain.runtimeId(),
                plain.runtimeVersion(),
                plain.agentVersion(),
                plain.platform(),
                plain.hostname(),
                plain.environment(),
                plain.understands(),
                plain.diskFreeBytes(),
                plain.runtimeProblem(),
                plain.policy(),
                true,
                0,
                plain.timeZone());
        TestDevice device = TestDevice.create();
        fleet.enrolment.enrol(device.request(fleet.token(JoinTokenSpec.of(Map.of())), manager));
        put(new Agent(Metadata.of(name, Map.of("app", "yes")), new TreeMap<>(), false));
    }

    private static AgentFacts facts(String name, String environment) {
        return facts(name, environment, Features.UNDERSTOOD);
    }

    static AgentFacts facts(String name, String environment, List<String> understands) {
        return new AgentFacts(
                name,
                understands.contains(Features.KUBERNETES) ? "kubernetes" : "docker",
                "engine-1",
                "20.10.24",
                "0.1.0",
                "linux/amd64",
                "site-host",
                environment,
                understands,
                1L << 30,
                "",
                WorkloadPolicy.of(Preset.of(environment)).text(),
                false,
                0,
                "Europe/Berlin");
    }

    public AgentRecord join(String name, Map<String, String> labels) {
        return join(name, "", labels, Map.of());
    }

    public void put(Resource resource) {
        fleet.database.run(handle -> fleet.resources.put(handle, resource, Optional.empty(), Optional.empty()));
    }

    void putAll(List<? extends Resource> all) {
        fleet.database.run(handle ->
                all.forEach(resource -> fleet.resources.put(handle, resource, Optional.empty(), Optional.empty())));
    }

    public void apply(String yaml) {
        putAll(ResourceYaml.parse("test.yaml", yaml.getBytes(UTF_8)));
    }

    /** The source {@code main} on the origin's branch. */
    public void source() {
        apply("""
            apiVersion: wherry.io/v1alpha1
            kind: Source
            metadata: {name: main}
            spec: {type: git, url: %s}
            """.formatted(origin.folder()));
    }

    /** A stack at a path for agents with the label {@code stack=NAME}; the spec may hold more lines, indented by two. */
    public void stack(String name, String path, String more) {
        apply("""
            apiVersion: wherry.io/v1alpha1
            kind: Stack
            metadata: {name: %s}
            spec:
              sourceRef: main
              path: "%s"
              format: compose
              targets:
                - agentSelector: {matchLabels: {app: "yes"}}
            %s\
            """.formatted(name, path, more.indent(2)));
    }

    /** What the loops do: every source is asked, and what it gave goes through a turn. */
    public void check() {
        for (Watch watch : sync.watches()) {
            sync.checked(watch.source(), checks.check(watch.source(), watch.refs(), watch.interval(), true), true);
        }
    }

    public String commitAndCheck(String message, Map<String, String> files) {
        String commit = origin.commit(message, files);
        check();
        return commit;
    }

    public Assignment assignment(AgentRecord agent) {
        byte[] payload = Envelope.parse(
                        assignments.newest(agent.id()).orElseThrow().envelope())
                .payload();
        return Assignment.parse(JsonReader.statement(payload, payload.length));
    }

    public Entry entry(AgentRecord agent, String stack) {
        return assignment(agent).entries().stream()
                .filter(entry -> entry.name().equals(stack))
                .findFirst()
                .orElseThrow();
    }

    Release release(Entry entry) {
        return releases.find(entry.release()).orElseThrow().release();
    }

    public Stored<Stack> stored(String stack) {
        return fleet.resources.find(Stack.class, stack).orElseThrow();
    }

    /** The agent reports this outcome for what it is assigned now. */
    void report(AgentRecord agent, String stack, Outcome outcome) {
        report(agent, stack, outcome, "");
    }

    void report(AgentRecord agent, String stack, Outcome outcome, String message) {
        report(agent, state(agent, stack, outcome, message));
    }

    void report(AgentRecord agent, EntryState state) {
        intake.accept(agent.id(), sign(agent, receipt(agent, new Receipt.Body.States(List.of(state)))));
    }

    EntryState healthy(AgentRecord agent, String stack) {
        return state(agent, stack, Outcome.APPLIED, "");
    }

    private EntryState state(AgentRecord agent, String stack, Outcome outcome, String message) {
        Entry entry = entry(agent, stack);
        boolean good = Set.of(Outcome.APPLIED, Outcome.HEALTHY, Outcome.CORRECTED, Outcome.LEFTOVER)
                .contains(outcome);
        Instant now = fleet.clock.instant();
        return new EntryState(
                entry.stack(),
                stack,
                entry.generation(),
                entry.bundle().map(bundle -> bundle.digest()),
                outcome,
                good ? Phase.COMMITTED : outcome == Outcome.ROLLED_BACK ? Phase.ROLLED_BACK : Phase.PROBING,
                good ? outcome == Outcome.LEFTOVER ? "Leftover" : "" : "HealthFailed",
                message,
                entry.bundle().map(bundle -> new Running(entry.generation(), bundle.digest())),
                good || outcome == Outcome.DRIFTED,
                good || outcome == Outcome.DRIFTED,
                outcome == Outcome.DRIFTED,
                List.of(),
                new TreeMap<>(),
                now);
    }

    /** The agent's next receipt, in its chain. */
    public Receipt receipt(AgentRecord agent, Receipt.Body body) {
        Optional<Receipt> before = Optional.ofNullable(receipts.get(agent.id()));
        Assignment adopted = assignments.newest(agent.id()).isPresent()
                ? assignment(agent)
                : Optional.ofNullable(this.adopted.get(agent.id())).orElseThrow();
        Instant now = fleet.clock.instant();
        Receipt next = new Receipt(
                TestFleet.TRUST_DOMAIN,
                agent.id(),
                before.map(Receipt::counter).orElse(0L) + 1,
                before.map(receipt -> Digest.of(receipt.toStatement())),
                Optional.of(Digest.of(adopted.toStatement())),
                adopted.epoch(),
                adopted.sequence(),
                now,
                now,
                Features.UNDERSTOOD,
                body);
        receipts.put(agent.id(), next);
        return next;
    }

    public byte[] sign(AgentRecord agent, Receipt receipt) {
        KeyPair device =
                Optional.ofNullable(devices.get(agent.id())).orElseThrow().keys();
        return Envelope.sign(receipt.toStatement(), EcdsaSigner.of(device)).toJson();
    }

    /** Reasons of all events so far, oldest first. */
    public List<String> told() {
        List<String> reasons = new ArrayList<>();
        events.since(0).forEach(event -> reasons.add(event.reason()));
        return reasons;
    }

    @Override
    public void close() {
        lastSeen.close();
        origin.close();
        mirrors.close();
        fleet.close();
    }
}
