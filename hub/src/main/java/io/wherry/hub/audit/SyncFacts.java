package io.wherry.hub.audit;

import static io.wherry.hub.audit.AuditEvent.putUnlessEmpty;

import io.wherry.contract.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What moved, from where, to where: what closes a change request.
 *
 * @param origin     the source
 * @param commit     what is deployed
 * @param changeKeys found in all commits since the one deployed last: {@code SHOP-417}
 * @param place      where it went; empty texts before a site is concerned
 * @param trigger    what set it off: {@code interval}, {@code sync}, {@code webhook}, {@code rollback}, {@code drift} …
 * @param durations  how long each step took
 */
public record SyncFacts(
        Origin origin,
        Commit commit,
        SortedSet<String> changeKeys,
        Place place,
        String trigger,
        SortedMap<String, Duration> durations) {
    /** More keys than a release has changes. */
    static final int MAX_CHANGE_KEYS = 1000;

    public SyncFacts {
        changeKeys = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(
                changeKeys.stream().sorted().limit(MAX_CHANGE_KEYS).toList()));
        durations = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(durations));
    }

    /** The source, its address without credential, and the ref: {@code branch main}. */
    public record Origin(String source, String url, String ref) {}

    /**
     * One commit.
     *
     * @param signature whose it is, as it was judged: {@code openpgp FINGERPRINT (NAME)}, {@code ssh FINGERPRINT (PRINCIPALS)}; {@code unchecked} where the source
     *                  wants none
     */
    public record Commit(
            String id,
            String author,
            String committer,
            Instant time,
            String subject,
            List<String> parents,
            String signature) {
        public Commit {
            parents = List.copyOf(parents);
        }
    }

    /** Stack, agent and environment by name; empty where not concerned. */
    public record Place(String stack, String agent, String environment) {}

    public static SyncFacts of(
            Origin origin, Commit commit, Collection<String> changeKeys, Place place, String trigger) {
        return new SyncFacts(origin, commit, new TreeSet<>(changeKeys), place, trigger, new TreeMap<>());
    }

    public SyncFacts with(Map<String, Duration> taken) {
        return new SyncFacts(origin, commit, changeKeys, place, trigger, new TreeMap<>(taken));
    }

    Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("source", origin.source())
                .put("url", origin.url())
                .put("ref", origin.ref())
                .put("commit", commit.id())
                .put("author", commit.author())
                .put("committer", commit.committer())
                .put("committed", commit.time().toString())
                .put("subject", commit.subject())
                .put("parents", commit.parents())
                .put("signature", commit.signature())
                .put("changeKeys", changeKeys);
        putUnlessEmpty(json, "stack", place.stack());
        putUnlessEmpty(json, "agent", place.agent());
        putUnlessEmpty(json, "environment", place.environment());
        putUnlessEmpty(json, "trigger", trigger);
        if (!durations.isEmpty()) {
            Json.Builder taken = Json.object();
            durations.forEach((step, duration) -> taken.put(step, duration.toMillis()));
            json.put("durationsMs", taken.build());
        }
        return json.build();
    }
}
