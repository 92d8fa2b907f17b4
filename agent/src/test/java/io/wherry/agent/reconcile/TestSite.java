package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.wherry.agent.bundlefile.BundleFiles;
import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.report.History;
import io.wherry.agent.report.Outbox;
import io.wherry.agent.report.ReceiptWriter;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.secrets.SealedRuntime;
import io.wherry.agent.secrets.SecretFolder;
import io.wherry.agent.secrets.SecretOpener;
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
import io.wherry.agent.state.StateFolder;
import io.wherry.agent.trust.Adopter;
import io.wherry.agent.trust.LogWatch;
import io.wherry.agent.trust.Renewal;
import io.wherry.agent.trust.RootFollower;
import io.wherry.agent.trust.Staged;
import io.wherry.agent.trust.Stager;
import io.wherry.agent.trust.TrustReason;
import io.wherry.contract.AgentId;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Checkpoint;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.EntryState;
import io.wherry.contract.Envelope;
import io.wherry.contract.Features;
import io.wherry.contract.Layer;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.MerkleTree;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.Permissions;
import io.wherry.contract.Receipt;
import io.wherry.contract.Release;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.StackId;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.Version;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.verify.Adoption;
import io.wherry.contract.verify.Floor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A site with real files, real signatures, and a runtime in memory; its clock stands still until told. {@link #restart} is a power cut. */
public final class TestSite implements AutoCloseable {
    public final TestHubKeys hub = new TestHubKeys();
    final FakeRuntime runtime = new FakeRuntime();
    final List<Digest> missing = new ArrayList<>();
    public volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
    Duration set = Duration.ZERO; // by how much the clock was set, without time that passed
    public AgentState state;
    Journal journal;
    public Outbox outbox;
    Reporter reporter;
    Pause pause;
    SameRuntime same;
    Site.Policy policy = _ -> Optional.empty();
    private final InstantSource clock = () -> now;
    final Path secrets; // where they lie in the clear
    private final Path data;
    private final Map<StackId, StackConverger> convergers = new HashMap<>();
    private StateFolder folder;
    private BlobStore blobs;
    Site site;
    private long sequence;
    private Optional<Digest> previous = Optional.empty();
    private long counter;
    List<SiteVariable> siteVariables = List.of();
    ModelRoom room = ModelRoom.ofThisProcess();
    private @Nullable HubClient link;

    public TestSite(Path data) {
        this.data = data;
        this.secrets = data.resolveSibling("memory");
        StateFolder joining = StateFolder.open(data, "test");
        DurableStore store = new DurableStore(joining);
        DeviceKeys keys = DeviceKeys.openOrMake(joining);
        TrustRoot root = hub.root;
        AgentState.join(
                joining,
                store,
                keys,
                new Membership(
                        AgentId.random(new java.security.SecureRandom()),
                        "site-1",
                        "test",
                        hub.trustDomain,
                        List.of("localhost:8444")),
                new AgentState.Joined(List.of(hub.rootEnvelope), root, Floor.first(root, root.issuedAt())));
        joining.close();
        open();
    }

    private void open() {
        folder = StateFolder.open(data, "site-1");
        DurableStore store = new DurableStore(folder);
        state = AgentState.open(folder, store, DeviceKeys.openOrMake(folder));
        journal = Journal.open(folder, store);
        blobs = new BlobStore(folder);
        outbox = Outbox.open(folder.folder("outbox"), store, new ReceiptWriter(state, clock, Features.UNDERSTOOD));
        reporter = new Reporter(journal, outbox, new History(folder.resolve("history.jsonl"), clock), clock, () -> {});
        pause = new Pause(folder, store);
        SecretFolder memory = new SecretFolder(secrets, state.membership().agentId(), true);
        Secrets opened = new Secrets(
                memory,
                new SecretOpener(
                        state.membership().trustDomain(),
                        state.membership().agentId(),
                        state.keys().sealing()),
                bytes("hash-key"));
        same = new SameRuntime(new SealedRuntime(runtime, opened), new KnownRuntime(folder, store));
        site = new Site(
                same,
                state,
                journal,
                new Site.Content(this::stage, new Deployments(folder, blobs, memory::base, room)),
                model -> policy.objection(model),
                pause,
                reporter,
                () -> now.minus(set));
        convergers.clear();
    }

    /** The process dies without a word and starts again. */
    public void restart() {
        folder.close();
        open();
    }

    /** Of a log without records, signed at this time. */
    byte[] checkpoint(Instant time) {
        return Envelope.sign(
                        new Checkpoint(hub.trustDomain, "wherry/1", 1, 0, MerkleTree.EMPTY, time).toStatement(),
                        EcdsaSigner.of(hub.log))
                .toJson();
    }

    /** Shares the clock's floor, as an agent's does. */
    InstantSource judged() {
        return () -> state.judgedTime(now);
    }

    CertificateFile certificate() {
        return new CertificateFile(folder, new DurableStore(folder));
    }

    /** What polls this hub, at the pace of this mode. */
    Reconciler reconciler(HubClient client, Stacks stacks, PollMode mode) {
        return new Reconciler(
                new Reconciler.Hub(
                        client,
                        new Cadence(mode, Duration.ofSeconds(10), Duration.ofMinutes(4), new Random(1)),
                        new RootFollower(state, client),
                        new Renewal(state, certificate(), client, clock, 0),
                        new LogWatch(state, folder, new DurableStore(folder))),
                new Adopter(state, journal, clock, Version.parse("0.1.0")),
                state,
                stacks,
                new Reconciler.Telling(
                        reporter,
                        outbox,
                        this::facts,
                        new Exports(
                                runtime::export,
                                (project, question) -> new Comparison(List.of(), List.of()),
                                true,
                                new SiteAnswers(site, new SiteAnswers.Allowed(true, true), clock),
                                answer -> Optional.empty())),
                clock);
    }

    /** @param export whether the site lets be read what runs; logs likewise */
    SiteAnswers answers(boolean export, boolean logs) {
        return new SiteAnswers(site, new SiteAnswers.Allowed(export, logs), clock);
    }

    private AgentFacts facts() {
        return new AgentFacts(
                new AgentFacts.Self("site-1", "host", "", "0.1.0", ZoneOffset.UTC),
                new AgentFacts.RuntimeFacts("docker", "engine-1", "20.10.24", "linux/amd64", ""),
                List.of(),
                "",
                now,
                10L << 30);
    }

    /** From now on releases are judged, as a real agent does; what does not lie here comes from this hub. */
    void judging(HubClient from) {
        link = from;
    }

    private Staged stage(Entry entry) {
        if (link != null) {
            return new Stager(state, blobs, link, clock, Features.UNDERSTOOD).stage(entry);
        }
        return missing.contains(entry.release())
                ? new Staged.Pending(TrustReason.CONTENT_UNAVAILABLE.code(), "not yet", Optional.empty())
                : new Staged.Ready(
                        Release.parse(JsonReader.statement(
                                Envelope.parse(blobs.readStatement(entry.release()))
                                        .payload(),
                                Limits.STATEMENT_BYTES)),
                        Optional.empty());
    }

    /** A version of a secret for this agent. */
    SealedSecret sealed(StackId stack, String name, long version, String value) {
        return new SecretSeal(hub.trustDomain, state.membership().agentId(), stack)
                .seal(name, "secret00000000000000000001", version, state.keys().rawSealingKey(), bytes(value));
    }

    /** An entry whose content lies here already; its service gets these secrets. */
    Entry entry(StackId stack, String name, long generation, EntryOptions options, SealedSecret... brought) {
        Json.Builder service = Json.object().put("image", "shop:" + generation);
        Json.Builder whole = Json.object();
        if (brought.length > 0) {
            Json.Builder external = Json.object();
            List<Json> grants = new ArrayList<>();
            for (SealedSecret secret : brought) {
                external.put(secret.name(), Json.object().put("external", true).build());
                grants.add(Json.object().put("source", secret.name()).build());
            }
            service.put("secrets", new Json.Arr(grants));
            whole.put("secrets", external.build());
        }
        byte[] model = JsonWriter.canonical(
                whole.put("services", Json.object().put("web", service.build()).build())
                        .build());
        return entry(stack, name, generation, options, ModelFormat.COMPOSE, model, new TreeMap<>(), brought);
    }

    Entry entry(
            StackId stack,
            String name,
            long generation,
            EntryOptions options,
            ModelFormat format,
            byte[] model,
            SortedMap<String, String> variables,
            SealedSecret... brought) {
        put(model);
        Layer layer = Layer.model(format, Digest.of(model), model.length);
        byte[] manifest = new Manifest(List.of(layer), List.of()).toBytes();
        put(manifest);
        BundleRef bundle = new BundleRef(Digest.of(manifest), manifest.length + (long) model.length);
        Digest release = release(stack, name, Release.Kind.CONTENT, Optional.of(bundle), Permissions.NONE);
        return new Entry(
                stack,
                name,
                generation,
                Entry.State.PRESENT,
                release,
                Optional.of(bundle),
                variables,
                List.of(brought),
                Optional.empty(),
                options);
    }

    Entry absent(StackId stack, String name, long generation, String... mayGo) {
        Permissions permissions = new Permissions(new TreeSet<>(List.of(mayGo)), false);
        Digest release = release(stack, name, Release.Kind.TOMBSTONE, Optional.empty(), permissions);
        return new Entry(
                stack,
                name,
                generation,
                Entry.State.ABSENT,
                release,
                Optional.empty(),
                new TreeMap<>(),
                List.of(),
                Optional.empty(),
                options(name));
    }

    private Digest release(
            StackId stack, String name, Release.Kind kind, Optional<BundleRef> bundle, Permissions permissions) {
        Release release = new Release(
                hub.trustDomain,
                stack,
                name,
                ++counter,
                kind,
                bundle,
                Optional.empty(),
                List.of("*"),
                Optional.empty(),
                Optional.empty(),
                siteVariables,
                permissions,
                List.of());
        Envelope envelope = Envelope.sign(release.toStatement(), EcdsaSigner.of(hub.release));
        blobs.putStatement(envelope.digest(), envelope.toJson());
        return envelope.digest();
    }

    private void put(byte[] content) {
        if (!blobs.has(Digest.of(content))) {
            blobs.append(Digest.of(content), 0, content);
            blobs.finish(Digest.of(content));
        }
    }

    public static EntryOptions options(String project) {
        return options(project, true, false, EntryOptions.OnUnhealthy.ROLLBACK, List.of());
    }

    static EntryOptions options(
            String project,
            boolean correctDrift,
            boolean alwaysApply,
            EntryOptions.OnUnhealthy onUnhealthy,
            List<StackId> dependsOn) {
        return new EntryOptions(
                project,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                true,
                correctDrift,
                alwaysApply,
                Duration.ofMinutes(5),
                onUnhealthy,
                dependsOn,
                Optional.empty(),
                false,
                List.of());
    }

    byte[] envelope(long issued, Entry... entries) {
        return hub.assignment(state, issued, previous, now, entries);
    }

    /** Issues the next assignment and adopts it. */
    Adoption assign(Entry... entries) {
        Adoption adoption = offer(envelope(++sequence, entries));
        previous = state.floor().digest();
        return adoption;
    }

    public Adoption offer(byte[] envelope) {
        return adopter().consider(envelope);
    }

    private Adopter adopter() {
        return new Adopter(state, journal, clock, Version.parse("0.1.0"));
    }

    /** What comes as a file, into the same state folder. */
    public BundleFiles files() {
        return new BundleFiles(state, blobs, adopter(), same, outbox, Features.UNDERSTOOD);
    }

    /** Names of the images that came by file. */
    public List<String> loadedImages() {
        return List.copyOf(runtime.loaded);
    }

    /** Before the engine reads an image. */
    public void beforeLoad(Runnable happens) {
        runtime.beforeLoad = happens;
    }

    /** The engine is gone, or back. */
    public void engine(boolean there) {
        runtime.gone = there ? null : RuntimeReason.RUNTIME_UNREACHABLE;
    }

    public BlobStore blobs() {
        return blobs;
    }

    /** All stacks in loops of their own, as in the real agent. */
    Stacks stacks() {
        return new Stacks(site, clock, new Random(1));
    }

    /** One turn of one stack. */
    Duration turn(StackId stack) {
        return convergers
                .computeIfAbsent(stack, id -> new StackConverger(id, site, clock, new Random(1)))
                .turn();
    }

    /** Turns until it rests for longer than a probe, at most so many. */
    void settle(StackId stack) {
        for (int i = 0; i < 50; i++) {
            Duration rest = turn(stack);
            if (rest.compareTo(Duration.ofSeconds(1)) > 0) {
                return;
            }
            now = now.plus(rest);
        }
        throw new AssertionError("never settles: " + record(stack));
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    void hurry(StackId stack) {
        requireNonNull(convergers.get(stack), "no turn yet").hurry();
    }

    boolean isBusy(StackId stack) {
        return requireNonNull(convergers.get(stack), "no turn yet").isBusy();
    }

    void retry(StackId stack) {
        requireNonNull(convergers.get(stack), "no turn yet").retry();
    }

    Deployments deployments() {
        return site.content().deployments();
    }

    StackRecord record(StackId stack) {
        return journal.find(stack).orElseThrow();
    }

    /** What the receipts say, oldest first: outcome and generation. */
    List<String> told() {
        return states().stream()
                .map(state -> state.outcome() + " " + state.generation())
                .toList();
    }

    List<EntryState> states() {
        return bodies().stream().flatMap(body -> body.states().stream()).toList();
    }

    /** Those receipts that say of themselves that they name every stack. */
    List<List<EntryState>> complete() {
        return bodies().stream()
                .filter(Receipt.Body.States::complete)
                .map(Receipt.Body.States::states)
                .toList();
    }

    private List<Receipt.Body.States> bodies() {
        List<Receipt.Body.States> bodies = new ArrayList<>();
        for (Outbox.Letter letter : outbox.oldest(1000)) {
            Receipt receipt = Receipt.parse(JsonReader.statement(
                    Envelope.parse(letter.envelope(), Limits.RECEIPT_ENVELOPE_BYTES)
                            .payload(),
                    Limits.RECEIPT_BYTES));
            if (receipt.body() instanceof Receipt.Body.States body) {
                bodies.add(body);
            }
        }
        return bodies;
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Override
    public void close() {
        folder.close();
    }
}
