package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of one stack (docs/reference/bundle-format.md#entry-state).
 *
 * @param generation  the one that was worked on
 * @param bundle      digest of its bundle's manifest; absent for a stack that was taken away
 * @param phase       where its journal stands
 * @param reason      reason code in CamelCase; empty: nothing to explain
 * @param message     one sentence for a person; empty: nothing to add
 * @param running     what runs now; absent: nothing of this stack
 * @param synced      whether what runs is what was asked for
 * @param healthy     whether all of it is healthy
 * @param drifted     whether differences were found and not repaired
 * @param differences the first {@link Limits#DIFFERENCES}
 * @param images      service to image id of what runs; at most {@link Limits#IMAGES}
 * @param at          when it was found so, by the agent's clock
 * @param gaps        for how long services were away when the running generation was applied, or when differences were repaired; the first
 *                    {@link Limits#GAPS}. None too where an agent does not tell them yet
 */
public record EntryState(
        StackId stack,
        String name,
        long generation,
        Optional<Digest> bundle,
        Outcome outcome,
        Phase phase,
        String reason,
        String message,
        Optional<Running> running,
        boolean synced,
        boolean healthy,
        boolean drifted,
        List<Difference> differences,
        SortedMap<String, String> images,
        Instant at,
        List<Gap> gaps) {

    /** Without gaps. */
    public EntryState(
            StackId stack,
            String name,
            long generation,
            Optional<Digest> bundle,
            Outcome outcome,
            Phase phase,
            String reason,
            String message,
            Optional<Running> running,
            boolean synced,
            boolean healthy,
            boolean drifted,
            List<Difference> differences,
            SortedMap<String, String> images,
            Instant at) {
        this(
                stack,
                name,
                generation,
                bundle,
                outcome,
                phase,
                reason,
                message,
                running,
                synced,
                healthy,
                drifted,
                differences,
                images,
                at,
                List.of());
    }

    /** @throws IllegalArgumentException naming the field */
    public EntryState {
        Check.name("name", name);
        Check.range("generation", generation, 1, Limits.INTEGER);
        Check.text("reason", reason, Limits.FEATURE_CHARS);
        Check.text("message", message, Limits.SENTENCE_CHARS);
        differences = List.copyOf(differences);
        Check.count("differences", differences, Limits.DIFFERENCES);
        Check.count("images", images.keySet(), Limits.IMAGES);
        images.forEach((service, image) -> {
            Check.filled("images", service, Limits.SENTENCE_CHARS);
            Check.filled("images." + service, image, Limits.SENTENCE_CHARS);
        });
        images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
        at = Check.millis("at", at);
        gaps = List.copyOf(gaps);
        Check.count("gaps", gaps, Limits.GAPS);
    }

    /** Whether the generation waits for a time at which it may begin: nothing is wrong at the site. */
    public boolean waitsForWindow() {
        return outcome == Outcome.PENDING && reason.equals(SyncWindows.OUTSIDE);
    }

    /** The same, with these gaps. */
    public EntryState with(List<Gap> told) {
        return new EntryState(
                stack,
                name,
                generation,
                bundle,
                outcome,
                phase,
                reason,
                message,
                running,
                synced,
                healthy,
                drifted,
                differences,
                images,
                at,
                told);
    }

    public Json.Obj toJson() {
        Json.Builder state = Json.object()
                .put("stack", stack.value())
                .put("name", name)
                .put("generation", generation)
                .putIf("bundle", bundle.map(Digest::toString))
                .put("outcome", Codec.camel(outcome))
                .put("phase", Codec.camel(phase))
                .put("reason", reason)
                .put("message", message)
                .put("synced", synced)
                .put("healthy", healthy)
                .put("drifted", drifted)
                .put(
                        "differences",
                        new Json.Arr(
                                differences.stream().map(Difference::toJson).toList()))
                .put("images", images)
                .put("at", Codec.time(at));
        running.ifPresent(r -> state.put("running", r.toJson()));
        if (!gaps.isEmpty()) {
            state.put("gaps", new Json.Arr(gaps.stream().map(Gap::toJson).toList()));
        }
        return state.build();
    }

    public static EntryState parse(Json.Obj state) {
        return new EntryState(
                StackId.parse(state.string("stack")),
                state.string("name"),
                state.integer("generation"),
                Codec.findDigest(state, "bundle"),
                Codec.camel(Outcome.class, state, "outcome"),
                Codec.camel(Phase.class, state, "phase"),
                state.string("reason"),
                state.string("message"),
                state.findObject("running").map(Running::parse),
                state.bool("synced"),
                state.bool("healthy"),
                state.bool("drifted"),
                state.objects("differences").stream().map(Difference::parse).toList(),
                new TreeMap<>(state.stringMap("images")),
                Codec.time(state, "at"),
                state.objects("gaps").stream().map(Gap::parse).toList());
    }
}
