package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Workers;
import io.wherry.base.yaml.Problem;
import io.wherry.contract.AgentId;
import io.wherry.contract.ChartRef;
import io.wherry.contract.Digest;
import io.wherry.contract.ModelFeatures;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.bundle.BundleRecord;
import io.wherry.hub.bundle.BundleRepository;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.bundle.Bundler;
import io.wherry.hub.bundle.PackedBundle;
import io.wherry.hub.bundle.RenderGroupRecord;
import io.wherry.hub.db.Database;
import io.wherry.hub.render.PinnedImages;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.worker.Worker;
import io.wherry.hub.resource.ChartFrom;
import io.wherry.hub.resource.KubernetesSpec;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.source.GitTree;
import io.wherry.hub.source.ReadSet;
import io.wherry.hub.source.SourceTree;
import io.wherry.hub.sync.TargetContent.Kept;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Renders and packs a stack for its targets: each group once, and only if something that it read has changed.
 *
 * <p>Three ways, the cheapest first: the read set of the last rendering still matches; the same input was packed before, by this hub or an
 * earlier version of it; render, and pack.
 */
final class StackRenderer {
    /** Problems told of one group; a person mends the first few and looks again. */
    private static final int MAX_PROBLEMS = 20;

    private final Database database;
    private final BundleStore store;
    private final DigestBook digests;
    private final ChartBook charts;
    private final BuiltGroups built;
    private final Map<StackId, Map<String, RenderGroupRecord>> remembered = new ConcurrentHashMap<>();
    private final Map<Digest, BundleRecord> bundles = new ConcurrentHashMap<>();

    private volatile GroupRenderer renderer = RenderGroup::render;

    StackRenderer(FleetStores stores, DigestBook digests, ChartBook charts, BuiltGroups built) {
        this.database = stores.database();
        this.store = stores.bundles();
        this.digests = digests;
        this.charts = charts;
        this.built = built;
    }

    /** Renders one group. */
    interface GroupRenderer {
        Rendering of(RenderGroup group, Stack stack, SourceTree tree, Optional<HelmChart.Fetched> chart);
    }

    void renderBy(GroupRenderer other) {
        renderer = other;
    }

    /** When a stack is rendered. */
    enum When {
        /** In a turn, which waits for no program of others. */
        IN_TURN,
        /** Between turns, or because a person waits for it. */
        AT_ONCE
    }

    /** A program of others has to render it first, between turns. */
    static final class NotBuilt extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotBuilt(Stack stack) {
            super("stack " + stack.name() + " is to be rendered by a program first");
        }
    }

    /**
     * @param secrets what the hub has for the stack's external secrets
     * @throws NotBuilt in a turn alone
     */
    StackContent render(StackId id, Stack stack, List<Member> members, GitTree tree, KnownSecrets secrets, When when) {
        Map<String, RenderGroupRecord> before = groups(id);
        Optional<ChartBook.Found> chart = charts.find(id, stack);
        if (chart.isPresent() && !(chart.get() instanceof ChartBook.Here)) {
            return new StackContent(without(members, chart.get()), before, List.of());
        }
        Map<AgentId, TargetContent> targets = new HashMap<>();
        Map<String, RenderGroupRecord> groups = new HashMap<>();
        List<StackContent.Fresh> fresh = new ArrayList<>();
        members.forEach(member -> targets.put(member.id(), RenderGroup.outside(stack, member)));
        Optional<ChartBook.Here> archive = chart.map(ChartBook.Here.class::cast);
        List<RenderGroup> all = RenderGroup.of(stack, members, archive.map(ChartBook.Here::digest));
        List<RenderedGroup> done = all(id, stack, all, before, tree, archive, when);
        for (int i = 0; i < all.size(); i++) {
            RenderGroup group = all.get(i);
            RenderGroupRecord now = done.get(i).record();
            fresh.addAll(done.get(i).fresh());
            groups.put(group.key(), now);
            for (Member member : group.members()) {
                targets.put(
                        member.id(),
                        now.bundle()
                                .map(digest -> content(stack, member, bundle(digest), secrets))
                                .orElseGet(() -> now.waitsForDigests()
                                        ? digests.kept(id, now)
                                        : new Kept(SyncReason.RENDER_FAILED, String.join("\n", now.problems()))));
            }
        }
        return new StackContent(targets, groups, fresh);
    }

    private List<RenderedGroup> all(
            StackId id,
            Stack stack,
            List<RenderGroup> groups,
            Map<String, RenderGroupRecord> before,
            GitTree tree,
            Optional<ChartBook.Here> chart,
            When when) {
        Map<String, RenderedGroup> done = new HashMap<>();
        List<RenderGroup> open = new ArrayList<>();
        for (RenderGroup group : groups) {
            Optional.ofNullable(before.get(group.key()))
                    .filter(known ->
                            usable(known) && tree.stillMatches(known.readSet()) && digests.stillMatch(id, known))
                    .map(RenderedGroup::of)
                    .or(() -> built.find(id, group.key(), tree)
                            .filter(known -> usable(known.record()) && digests.stillMatch(id, known.record())))
                    .ifPresentOrElse(known -> done.put(group.key(), known), () -> open.add(group));
        }
        if (!open.isEmpty() && isBuilt(stack)) {
            if (when == When.IN_TURN) {
                throw new NotBuilt(stack);
            }
            done.putAll(build(id, stack, open, tree, chart));
        } else {
            open.forEach(group -> done.put(group.key(), renderAnew(id, stack, group, tree, chart)));
        }
        return groups.stream()
                .map(group -> Objects.requireNonNull(done.get(group.key())))
                .toList();
    }

    /** By a program of others. Where it had to be ended for one group, no further one begins: a stack takes that time once. Those that failed before come last. */
    private Map<String, RenderedGroup> build(
            StackId id, Stack stack, List<RenderGroup> groups, GitTree tree, Optional<ChartBook.Here> chart) {
        List<RenderGroup> inOrder = groups.stream()
                .sorted(Comparator.comparing(group -> built.failed(id, group.key())))
                .toList();
        AtomicReference<@Nullable RenderGroupRecord> ended = new AtomicReference<>();
        List<Callable<RenderedGroup>> renderings = new ArrayList<>();
        inOrder.forEach(group -> renderings.add(() -> {
            RenderGroupRecord before = ended.get();
            if (before != null) {
                String why = "\"" + group.path() + "\" was not tried: "
                        + before.problems().getFirst();
                return refused(before.readSet(), new TreeMap<>(), List.of(why));
            }
            RenderedGroup done = renderAnew(id, stack, group, tree, chart);
            if (done.isUnsettled()) {
                ended.set(done.record());
            }
            return done;
        }));
        List<RenderedGroup> results = Workers.sideBySide(Worker.AT_A_TIME, "render", renderings);
        Map<String, RenderedGroup> done = new HashMap<>();
        for (int i = 0; i < inOrder.size(); i++) {
            String key = inOrder.get(i).key();
            done.put(key, results.get(i));
            built.keep(id, key, results.get(i));
        }
        return done;
    }

    /** Whether its files are rendered by a program of others. */
    static boolean isBuilt(Stack stack) {
        return stack.format() instanceof KubernetesSpec spec && !(spec.files() instanceof KubernetesSpec.Files.Objects);
    }

    private static Map<AgentId, TargetContent> without(List<Member> members, ChartBook.Found chart) {
        Kept kept = chart instanceof ChartBook.Failed(SyncReason reason, String detail)
                ? new Kept(reason, detail)
                : new Kept(SyncReason.CHART_PENDING, "the chart is being fetched");
        Map<AgentId, TargetContent> targets = new HashMap<>();
        members.forEach(member -> targets.put(member.id(), kept));
        return targets;
    }

    /** What {@link #render} gave is now stored: the next rendering may build on it. */
    void remember(StackId id, StackContent content) {
        remembered.put(id, content.groups());
        built.taken(id, content.groups().keySet());
        digests.keepOnly(id, DigestBook.files(content.groups().values()));
    }

    /** Which archive the stack's chart is, and who signed it, for a person. */
    Optional<String> chart(StackId id, Stack stack) {
        return archive(id, stack).map(ChartBook.Here::toString);
    }

    /** The same, for the release. */
    Optional<ChartRef> chartRef(StackId id, Stack stack) {
        return archive(id, stack).map(here -> ref(here.from(), here.digest()));
    }

    /** Empty too if the chart lies among the stack's files. */
    private Optional<ChartBook.Here> archive(StackId id, Stack stack) {
        return charts.find(id, stack)
                .flatMap(found -> found instanceof ChartBook.Here here ? Optional.of(here) : Optional.empty());
    }

    private static ChartRef ref(ChartFrom from, Digest digest) {
        return new ChartRef(from.url(), from.chart(), from.version(), digest);
    }

    void forget(StackId id) {
        remembered.remove(id);
        digests.forget(id);
        charts.forget(id);
        built.forget(id);
    }

    /** What the hub knows of a bundle that was packed before; in the caller's transaction, which may be a write. */
    BundleRecord bundle(Handle handle, Digest digest) {
        return bundles.computeIfAbsent(digest, key -> BundleRepository.find(handle, key)
                .orElseThrow(
                        () -> new IllegalStateException("bundle: " + key + " (expected: one that was packed here)")));
    }

    private BundleRecord bundle(Digest digest) {
        BundleRecord known = bundles.get(digest);
        return known != null ? known : database.read(handle -> bundle(handle, digest));
    }

    private RenderedGroup renderAnew(
            StackId id, Stack stack, RenderGroup group, GitTree tree, Optional<ChartBook.Here> chart) {
        return switch (renderer.of(group, stack, tree.fresh(), chart.map(ChartBook.Here::chart))) {
            case Rendering.Invalid invalid -> refused(invalid.readSet(), new TreeMap<>(), told(invalid.problems()));
            case Rendering.Rendered rendered
            when rendered.objects().isEmpty() ->
                refused(
                        rendered.readSet(),
                        new TreeMap<>(),
                        List.of("\"" + group.path()
                                + "\" declares nothing (delete the stack to remove it from its sites)"));
            case Rendering.Rendered rendered ->
                stack.images().resolveDigests()
                        ? pinned(id, group, rendered)
                        : packed(group, rendered, new TreeMap<>());
        };
    }

    private static List<String> told(List<Problem> problems) {
        return problems.stream().limit(MAX_PROBLEMS).map(Problem::toString).toList();
    }

    private static RenderedGroup refused(ReadSet readSet, SortedMap<String, String> pins, List<String> problems) {
        return RenderedGroup.of(new RenderGroupRecord(readSet, pins, Optional.empty(), problems));
    }

    /** With the digests of its images; while one is missing, nothing is packed. */
    private RenderedGroup pinned(StackId id, RenderGroup group, Rendering.Rendered rendered) {
        SortedMap<String, String> pins = digests.pins(id, rendered.readSet().digest(), PinnedImages.open(rendered));
        return pins.containsValue("")
                ? refused(rendered.readSet(), pins, List.of("digests are missing"))
                : packed(group, PinnedImages.pin(rendered, DigestBook.digests(pins)), pins);
    }

    private RenderedGroup packed(RenderGroup group, Rendering.Rendered rendered, SortedMap<String, String> pins) {
        Digest inputs = inputs(group, rendered, pins);
        Optional<BundleRecord> packedBefore = database.read(handle -> BundleRepository.packedFrom(handle, inputs))
                .filter(record -> store.has(record.ref().digest()));
        List<StackContent.Fresh> fresh;
        try {
            fresh = packedBefore.isPresent() ? List.of() : List.of(pack(inputs, rendered));
        } catch (IllegalArgumentException e) { // the contract's limits: bytes of a model, files and bytes of a bundle
            return refused(
                    rendered.readSet(),
                    pins,
                    List.of("\"" + group.path() + "\" does not fit into a bundle: " + e.getMessage()));
        }
        BundleRecord bundle = packedBefore.orElseGet(() -> fresh.getFirst().record());
        Digest digest = bundle.ref().digest();
        bundles.put(digest, bundle);
        return new RenderedGroup(
                new RenderGroupRecord(rendered.readSet(), pins, Optional.of(digest), told(rendered.warnings())), fresh);
    }

    private static StackContent.Fresh pack(Digest inputs, Rendering.Rendered rendered) {
        PackedBundle packed = Bundler.pack(rendered);
        BundleRecord record = new BundleRecord(
                packed.ref(),
                rendered.objects(),
                rendered.images(),
                rendered.siteVariables(),
                rendered.secrets(),
                ModelFeatures.of(rendered.format(), rendered.model()));
        return new StackContent.Fresh(inputs, record, packed);
    }

    private static Digest inputs(RenderGroup group, Rendering.Rendered rendered, SortedMap<String, String> pins) {
        String pinned = pins.isEmpty()
                ? ""
                : "\n" + JsonWriter.compact(Json.object().put("pins", pins).build());
        return Digest.of((rendered.readSet().digest() + "\n" + group.key() + pinned).getBytes(UTF_8));
    }

    /** A bundle with this member's values and secrets, or what is wrong with them. */
    TargetContent content(Handle handle, Stack stack, Member member, Digest digest, KnownSecrets secrets) {
        return content(stack, member, bundle(handle, digest), secrets);
    }

    private static TargetContent content(Stack stack, Member member, BundleRecord bundle, KnownSecrets secrets) {
        SiteValues values = SiteValues.of(stack, member.agent());
        SortedSet<String> used = bundle.siteVariables();
        Optional<Kept> objection = values.objection(stack, member.name(), used);
        if (objection.isPresent()) {
            return objection.get();
        }
        SortedMap<String, String> late = new TreeMap<>(values.late());
        late.keySet().retainAll(used);
        return secrets.supplied(stack, TargetContent.Ready.of(bundle, late));
    }

    /** A bundle that was collected meanwhile is made again. */
    private boolean usable(RenderGroupRecord group) {
        return group.bundle().map(store::has).orElse(true);
    }

    /** What the groups of a stack were rendered to last. */
    Map<String, RenderGroupRecord> groups(StackId id) {
        return remembered.computeIfAbsent(id, key -> database.read(handle -> BundleRepository.groups(handle, key)));
    }
}
