package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Difference;
import io.wherry.contract.Digest;
import io.wherry.contract.ObjectName;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a stack's objects came to when the API server was asked last, so that it is asked again only of what has changed since: there, or in what is
 * declared. In memory alone: after a restart everything is looked at once more. Thread-safe.
 */
final class Sightings {
    private final Map<ObjectName, Seen> seen;
    private final Digest rules;
    private final Unchanged unchanged;

    private Sightings(Map<ObjectName, Seen> seen, Digest rules, Unchanged unchanged) {
        this.seen = seen;
        this.rules = rules;
        this.unchanged = unchanged;
    }

    /** The same, believing that these lists are what they were: they are not asked for. */
    Sightings believing(Unchanged lists) {
        return new Sightings(seen, rules, lists);
    }

    /** Those of all stacks, as long as the agent runs. */
    static final class OfAll {
        private final Map<StackId, Map<ObjectName, Seen>> stacks = new ConcurrentHashMap<>();

        /** Of a stack. What was seen under other rules (what is left to others, who it acts as) says nothing. */
        Sightings of(StackId stack, Json.Obj model) {
            Json.Obj rules = Fields.without(Fields.without(model, "objects"), "hooks");
            return new Sightings(
                    stacks.computeIfAbsent(stack, _ -> new ConcurrentHashMap<>()),
                    Digest.of(JsonWriter.compact(rules).getBytes(UTF_8)),
                    Unchanged.NONE);
        }

        void forget(StackId stack) {
            stacks.remove(stack);
        }
    }

    /**
     * One object.
     *
     * @param declared    digest of what was declared of it, and by which rules
     * @param kept        whether an apply of it was seen to change nothing; false: not known
     * @param differences empty: not known
     * @param created     the generation that made it, as its mark says
     */
    private record Seen(
            Version version, Digest declared, boolean kept, Optional<List<Difference>> differences, String created) {
        boolean isOf(Digest now) {
            return declared.equals(now);
        }
    }

    /**
     * A declared object that is there.
     *
     * @param marks       of its metadata labels and annotations; where the list was not asked for, who made it alone
     * @param kept        whether an apply of it, as it is now, would change nothing; false: not known
     * @param differences empty: not known
     */
    record Known(Json.Obj marks, boolean kept, Optional<List<Difference>> differences) {
        static Json.Obj marks(Json.Obj live) {
            Json.Obj labels = Fields.object(live, "metadata", "labels");
            Json.Obj annotations = Fields.object(live, "metadata", "annotations");
            return Fields.with(
                    Fields.with(Json.object().build(), labels, "metadata", "labels"),
                    annotations,
                    "metadata",
                    "annotations");
        }
    }

    /** An apply was tried, or made, and as the object is here it would change nothing. */
    void keeps(Declared declared, Json.Obj live) {
        // A status is no part of what an apply is compared by.
        boolean whole = declared.object().find("status").isEmpty();
        see(declared, live, true, whole ? Optional.of(List.of()) : Optional.empty());
    }

    /** It was compared; what an apply would do is not known. */
    void differs(Declared declared, Json.Obj live, List<Difference> differences) {
        see(declared, live, false, Optional.of(List.copyOf(differences)));
    }

    private void see(Declared declared, Json.Obj live, boolean kept, Optional<List<Difference>> differences) {
        String created = Fields.annotation(live, Marks.CREATED);
        seen.put(declared.key(), new Seen(Version.of(live), digest(declared), kept, differences, created.intern()));
    }

    /** Whether what is known of an object was found of it as it is here. */
    boolean isAsSeen(ObjectName key, Json.Obj live) {
        Seen before = seen.get(key);
        return before != null && before.version().isSameAs(Version.of(live));
    }

    /** Of all others nothing need be known any more. */
    void retain(Set<ObjectName> keys) {
        seen.keySet().retainAll(keys);
    }

    /**
     * Looks which of these are there as members of the set: one list for each kind and namespace.
     *
     * @param selector of the set, encoded
     * @return by name; what is not there, or has lost the set's label, is missing
     */
    Map<ObjectName, Known> look(ClusterApi api, List<Declared> declared, String selector) {
        Map<ObjectName, Declared> wanted = new HashMap<>();
        Map<ObjectName, Known> found = new ConcurrentHashMap<>();
        for (Declared one : declared) {
            if (unchanged.covers(one.kind(), one.key().namespace(), selector)) {
                Optional.ofNullable(seen.get(one.key())).ifPresent(before -> found.put(one.key(), known(one, before)));
            } else if (one.served()) {
                wanted.put(one.key(), one);
            }
        }
        Places.of(wanted.values()).each(api, selector, true, (_, key, live) -> {
            Declared one = wanted.get(key);
            if (one != null) {
                found.put(key, known(one, live));
            }
        });
        return found;
    }

    private Known known(Declared declared, Json.Obj live) {
        Optional<Seen> before = Optional.ofNullable(seen.get(declared.key()))
                .filter(one -> one.version().isSameAs(Version.of(live)))
                .filter(one -> one.isOf(digest(declared)));
        return new Known(Known.marks(live), before.filter(Seen::kept).isPresent(), before.flatMap(Seen::differences));
    }

    private Known known(Declared declared, Seen before) {
        boolean same = before.isOf(digest(declared));
        Json.Obj marks = Fields.withAll(
                Json.object().build(), Map.of(Marks.CREATED, before.created()), "metadata", "annotations");
        return new Known(marks, same && before.kept(), same ? before.differences() : Optional.empty());
    }

    private Digest digest(Declared declared) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update(rules.hex().getBytes(UTF_8));
        return Digest.ofRaw(sha256.digest(JsonWriter.compact(declared.object()).getBytes(UTF_8)));
    }
}
