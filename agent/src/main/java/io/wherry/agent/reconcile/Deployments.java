package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Deployment.Deletions;
import io.wherry.agent.runtime.Deployment.Identity;
import io.wherry.agent.runtime.Deployment.Timing;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StateFolder;
import io.wherry.contract.AdoptionQuestion;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.ModelFormat;
import io.wherry.contract.ObjectName;
import io.wherry.contract.Permissions;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes deployments of entries whose content is on this disk. What was verified when it came is trusted by its digest. */
public final class Deployments {
    private static final Json.Obj NOTHING = Json.object().build();

    /** Of a question: no generation that ever was. */
    private static final long NEXT_GENERATION = Limits.INTEGER;

    private final StateFolder folder;
    private final EntryContent entries;
    private final SecretPlaces secrets;
    private final ModelRoom room;

    /** Where the files of a secret lie, without {@code .MODE}. */
    @FunctionalInterface
    public interface SecretPlaces {
        Path base(StackId stack, SealedSecret secret);
    }

    public Deployments(StateFolder folder, BlobStore blobs, SecretPlaces secrets) {
        this(folder, blobs, secrets, ModelRoom.ofThisProcess());
    }

    /** @param room that stacks of a cluster have */
    Deployments(StateFolder folder, BlobStore blobs, SecretPlaces secrets, ModelRoom room) {
        this.folder = folder;
        this.entries = new EntryContent(blobs);
        this.secrets = secrets;
        this.room = room;
    }

    /** What lies on the disk of them. */
    public EntryContent entries() {
        return entries;
    }

    /** What ran healthy last, with the very images that ran. */
    public Deployment of(StackRecord.Good good) {
        return of(good.entry()).with(good.images());
    }

    /** What is there of a stack now: what is being brought about, from the apply on, else what ran healthy last. Empty: nothing. */
    public Optional<Deployment> present(StackRecord record) {
        return record.work()
                .entry()
                .filter(entry -> record.step().inTheMiddle() && entry.bundle().isPresent())
                .map(entry -> of(entry).with(record.work().images()))
                .or(() -> record.good().map(this::of));
    }

    /**
     * Of a plan's question: nothing of it is signed, so it is only looked at. Values of secrets come with an entry alone; what a Secret shall have of others
     * is left out.
     *
     * @param present what the stack has here now, and its secrets with it
     */
    public Deployment forPlan(SiteQuestion.Plan question, Optional<Entry> present) {
        List<SecretFile> known =
                present.map(entry -> secrets(entry, question.model())).orElse(List.of());
        Json.Obj model = KnownValues.in(
                question.model(), known.stream().map(SecretFile::name).toList());
        return new Deployment(
                        new Identity(
                                question.stack(),
                                question.name(),
                                NEXT_GENERATION,
                                Digest.of(JsonWriter.compact(model).getBytes(UTF_8)),
                                model.findString("namespace").orElse(question.name()),
                                folder.folder("stacks/" + question.stack().value() + "/files")),
                        model,
                        List.of(),
                        new Deletions(new TreeSet<>(question.delete()), false, true),
                        Timing.DEFAULT)
                .with(known)
                .adopting(question.adopt());
    }

    /**
     * The deployment of an entry, its images still to be staged.
     *
     * @throws io.wherry.agent.state.StateException if its content is not here, or was damaged on the disk
     * @throws RuntimeException                     of the contract if the content is not what it should be, or does not fit the site's variables
     */
    public Deployment of(Entry entry) {
        Digest bundle = bundle(entry);
        return of(entry, bundle, entries.manifest(bundle));
    }

    private static Digest bundle(Entry entry) {
        return entry.bundle()
                .orElseThrow(() -> new IllegalArgumentException("entry: no bundle (expected: one)"))
                .digest();
    }

    private Deployment of(Entry entry, Digest bundle, Manifest manifest) {
        Json.Obj model = entries.model(manifest);
        return new Deployment(
                        identity(entry, bundle),
                        entries.filled(manifest.format(), model, entry),
                        entries.files(manifest),
                        deletions(entry),
                        timing(entry))
                .with(secrets(entry, model))
                .adopting(entry.options().adopt());
    }

    /** What became of a new generation. */
    sealed interface Opened {
        record Whole(Deployment deployment) implements Opened {}

        /** @param why it is too large for this agent, for a person */
        record TooLarge(String why) implements Opened {}
    }

    /**
     * The deployment of a new generation, as {@link #of(Entry)} makes it. Whether it is too large is asked before its content is read, and when its objects are
     * known.
     */
    Opened open(Entry entry) {
        Digest bundle = bundle(entry);
        Manifest manifest = entries.manifest(bundle);
        if (manifest.format() != ModelFormat.KUBERNETES) {
            return new Opened.Whole(of(entry, bundle, manifest));
        }
        long bytes = manifest.model().size();
        Optional<String> objection = room.objection(bytes);
        if (objection.isPresent()) {
            return new Opened.TooLarge(objection.get());
        }
        Deployment read = of(entry, bundle, manifest);
        return room.objection(bytes, read.model().objects("objects").size())
                .<Opened>map(Opened.TooLarge::new)
                .orElseGet(() -> new Opened.Whole(read));
    }

    /** How long an entry's objects are watched before a verdict. */
    static Timing timing(Entry entry) {
        return new Timing(entry.options().observe(), entry.options().healthTimeout());
    }

    /** Those that services ask for, with the modes they ask for. */
    private List<SecretFile> secrets(Entry entry, Json.Obj model) {
        Map<String, SortedSet<String>> modes = new TreeMap<>();
        for (Json service :
                model.findObject("services").orElse(NOTHING).fields().values()) {
            if (service instanceof Json.Obj one && one.find("secrets").isPresent()) {
                one.objects("secrets")
                        .forEach(grant -> modes.computeIfAbsent(grant.string("source"), source -> new TreeSet<>())
                                .add(grant.findString("mode").orElse(SecretFile.DEFAULT_MODE)));
            }
        }
        List<SecretFile> files = new ArrayList<>();
        for (SealedSecret sealed : entry.sealedSecrets()) {
            SortedSet<String> wanted = new TreeSet<>();
            modes.getOrDefault(sealed.name(), new TreeSet<>()).forEach(mode -> wanted.add(SecretFile.mode(mode)));
            files.add(new SecretFile(sealed.name(), sealed, secrets.base(entry.stack(), sealed), wanted));
        }
        return files;
    }

    /** What only names the stack's objects: for a removal, whose content nobody needs any more. */
    public Deployment forRemoval(Entry absent, Optional<Entry> good) {
        Digest bundle = good.flatMap(Entry::bundle).map(b -> b.digest()).orElse(absent.release());
        return new Deployment(
                identity(absent, bundle),
                nothing(good),
                List.of(),
                new Deletions(
                        entries.release(absent).permissions().delete(),
                        entries.release(absent).permissions().removeData(),
                        true),
                Timing.DEFAULT);
    }

    /** The model that declares nothing; of Kubernetes it says where, and as whom, the objects were applied. */
    private Json.Obj nothing(Optional<Entry> good) {
        Optional<Manifest> manifest = good.filter(entries::isComplete)
                .flatMap(Entry::bundle)
                .map(bundle -> entries.manifest(bundle.digest()));
        if (manifest.filter(m -> m.format() == ModelFormat.KUBERNETES).isEmpty()) {
            return Json.object().put("services", NOTHING).build();
        }
        Json.Obj model = entries.filled(ModelFormat.KUBERNETES, entries.model(manifest.get()), good.orElseThrow());
        Json.Builder nothing = Json.object().put("objects", new Json.Arr(List.of()));
        for (String kept : List.of("namespace", "serviceAccount", "hooks")) { // hooks: those of a removal
            model.find(kept).ifPresent(value -> nothing.put(kept, value));
        }
        return nothing.build();
    }

    /**
     * For a person at the site who takes everything of this agent away: what is declared may go, data stays.
     *
     * @param applied whatever may have been applied of one stack: what ran last, and what was in the middle
     */
    public Deployment forLeaving(List<Entry> applied) {
        SortedSet<String> names = new TreeSet<>();
        for (Entry entry : applied) {
            Json.Obj model = of(entry).model();
            names.addAll(objects(model, entry));
            names.addAll(names(model, "services", "service/"));
            names.addAll(names(model, "networks", "network/"));
        }
        Deployment one = of(applied.getFirst());
        return new Deployment(one.identity(), one.model(), one.files(), new Deletions(names, false, true), one.timing())
                .with(one.secrets());
    }

    /** Names of the objects of Kubernetes that an entry declares; empty where its content is not all here. */
    Optional<Set<String>> objects(Entry entry) {
        if (!entries.isComplete(entry) || entry.bundle().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                objects(entries.model(entries.manifest(entry.bundle().get().digest())), entry));
    }

    private static Set<String> objects(Json.Obj model, Entry entry) {
        String namespace = model.findString("namespace").orElse(entry.options().project());
        Set<String> names = new HashSet<>();
        model.objects("objects")
                .forEach(object -> names.add(ObjectName.of(object, namespace).toString()));
        if (model.find("objects").isPresent()) {
            model.objects("secrets")
                    .forEach(secret ->
                            names.add(new ObjectName("Secret", "", secret.string("namespace"), secret.string("name"))
                                    .toString()));
        }
        return names;
    }

    private static List<String> names(Json.Obj model, String section, String prefix) {
        return model.findObject(section)
                .map(objects -> objects.fields().keySet().stream()
                        .map(name -> prefix + name)
                        .toList())
                .orElse(List.of());
    }

    /** Of a question: what is not of this site yet (files, values of secrets) lies where nothing is, and so differs from whatever people mount. */
    public Deployment forComparing(String project, AdoptionQuestion question) {
        Json.Obj model = question.model();
        Json.Builder secrets = Json.object();
        model.findObject("secrets").orElse(NOTHING).fields().forEach((name, value) -> {
            boolean external = value instanceof Json.Obj secret && secret.boolOr("external", false);
            secrets.put(
                    name,
                    external
                            ? Json.object()
                                    .put("external", true)
                                    .put("file", folder.folder("secrets") + "/" + name)
                                    .build()
                            : value);
        });
        SequencedMap<String, Json> fields = new LinkedHashMap<>(model.fields());
        fields.put("secrets", secrets.build());
        return new Deployment(
                new Identity(
                        question.stack(),
                        question.name(),
                        1,
                        Digest.of(JsonWriter.compact(model).getBytes(UTF_8)),
                        project,
                        folder.folder("stacks/" + question.stack().value() + "/files")),
                new Json.Obj(fields),
                List.of(),
                Deletions.NONE,
                Timing.DEFAULT);
    }

    /** Who the deployment of an entry with a bundle is; its content is not looked at. */
    Identity identity(Entry entry) {
        return identity(entry, entry.bundle().orElseThrow().digest());
    }

    private Identity identity(Entry entry, Digest bundle) {
        return new Identity(
                entry.stack(),
                entry.name(),
                entry.generation(),
                bundle,
                entry.options().project(),
                projectDirectory(entry));
    }

    private Path projectDirectory(Entry entry) {
        return folder.folder("stacks/" + entry.stack().value() + "/files");
    }

    private Deletions deletions(Entry entry) {
        Permissions permissions = entries.release(entry).permissions();
        return new Deletions(
                permissions.delete(), permissions.removeData(), entry.options().prune());
    }
}
