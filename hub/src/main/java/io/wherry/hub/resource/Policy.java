package io.wherry.hub.resource;

import io.wherry.contract.SyncWindow;
import io.wherry.contract.SyncWindows;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Optional;

/**
 * What may go to the agents that it governs. All policies that select an agent hold there, so that the strictest of them decides.
 *
 * @param agentSelector whom it governs
 * @param require       what a stack must have
 * @param allow         what it may be made of
 * @param deny          what it may not hold
 * @param syncWindows   when it may begin; absent: at any time
 */
public record Policy(
        Metadata metadata,
        Selector agentSelector,
        Require require,
        Allow allow,
        Deny deny,
        Optional<SyncWindows> syncWindows)
        implements Resource {
    /** More people than anybody finds. */
    public static final int MAX_APPROVALS = 10;

    public Policy {
        if (require.equals(Require.NOTHING)
                && allow.equals(Allow.ALL)
                && deny.equals(Deny.NOTHING)
                && syncWindows.isEmpty()) {
            throw new IllegalArgumentException(
                    "policy: says no rule (expected: one below require, allow or deny, or syncWindows; to govern no longer, delete it)");
        }
    }

    /**
     * What a stack must have.
     *
     * @param pinnedRefs    it follows a reference that always means the same content
     * @param manualSync    new content waits for a person
     * @param changeRecord  the person names a change record and a reason; so it waits for one
     * @param signedCommits its source lets only signed content through
     * @param imageDigests  each of its images is named by digest
     * @param approvals     as many people, none of its authors, have to approve new content first
     */
    public record Require(
            boolean pinnedRefs,
            boolean manualSync,
            boolean changeRecord,
            boolean signedCommits,
            boolean imageDigests,
            int approvals) {
        static final Require NOTHING = new Require(false, false, false, false, false, 0);

        Json.Obj toJson() {
            Json.Builder json = Json.object()
                    .put("pinnedRefs", pinnedRefs)
                    .put("manualSync", manualSync)
                    .put("changeRecord", changeRecord)
                    .put("signedCommits", signedCommits)
                    .put("imageDigests", imageDigests);
            return approvals > 0 ? json.put("approvals", approvals).build() : json.build();
        }
    }

    /**
     * What a stack may be made of; an empty list allows all.
     *
     * @param registries {@code HOST} or {@code HOST/PATH}: of images there and below
     * @param sources    names of sources
     * @param formats    words of {@link StackFormat}
     */
    public record Allow(List<ImagePrefix> registries, List<String> sources, List<String> formats) {
        static final Allow ALL = new Allow(List.of(), List.of(), List.of());

        public Allow {
            registries = List.copyOf(registries);
            sources = List.copyOf(sources);
            formats = List.copyOf(formats);
            sources.forEach(source -> Names.requireName("sources", source));
        }

        Json.Obj toJson() {
            Json.Builder json = Json.object();
            put(
                    json,
                    "registries",
                    registries.stream().map(ImagePrefix::toString).toList());
            put(json, "sources", sources);
            put(json, "formats", formats);
            return json.build();
        }

        /** An empty list would read as if nothing were allowed. */
        private static void put(Json.Builder json, String key, List<String> values) {
            if (!values.isEmpty()) {
                json.put(key, values);
            }
        }
    }

    /**
     * What a stack may not hold.
     *
     * @param rawSecrets   an object {@code Secret} with values from its files
     * @param privileged   a container with all rights on the host
     * @param hostPaths    a path of the host
     * @param capabilities a capability beyond those that engines give
     */
    public record Deny(boolean rawSecrets, boolean privileged, boolean hostPaths, boolean capabilities) {
        static final Deny NOTHING = new Deny(false, false, false, false);

        Json.Obj toJson() {
            return Json.object()
                    .put("rawSecrets", rawSecrets)
                    .put("privileged", privileged)
                    .put("hostPaths", hostPaths)
                    .put("capabilities", capabilities)
                    .build();
        }
    }

    /** What a new hub has: what every stack can meet, against mistakes that cannot be taken back. */
    public static Policy baseline() {
        return new Policy(
                Metadata.of("production"),
                Selector.parse("environment=production"),
                new Require(true, true, false, false, false, 0),
                Allow.ALL,
                new Deny(true, false, false, false),
                Optional.empty());
    }

    @Override
    public ResourceKind kind() {
        return ResourceKind.POLICY;
    }

    /** Whether new content waits for a person at the agents that it governs. */
    public boolean waitsForPerson() {
        return require.manualSync() || require.changeRecord();
    }

    @Override
    public Json.Obj spec() {
        Json.Builder json = Json.object()
                .put("agentSelector", agentSelector.toJson())
                .put("require", require.toJson())
                .put("allow", allow.toJson())
                .put("deny", deny.toJson());
        syncWindows.ifPresent(some -> json.put(
                "syncWindows",
                new Json.Arr(
                        some.windows().stream().<Json>map(SyncWindow::toJson).toList())));
        return json.build();
    }
}
