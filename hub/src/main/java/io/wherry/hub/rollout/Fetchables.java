package io.wherry.hub.rollout;

import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Manifest;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.bundle.BundleStore;
import io.wherry.hub.db.Database;
import io.wherry.hub.release.IssuedRelease;
import io.wherry.hub.release.Releases;
import io.wherry.hub.rollout.AssignmentRepository.Issued;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Which content an agent may fetch: that of its newest assignments and no other, so that a guessed digest is of no use. */
final class Fetchables {
    /** Agents that fetch at the same time; each set is a few kilobytes. */
    private static final int CACHED = 256;

    private final Database database;
    private final BundleStore bundles;
    private final Releases releases;
    private final Map<AgentId, Set<Digest>> cache = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AgentId, Set<Digest>> eldest) {
            return size() > CACHED;
        }
    });

    Fetchables(Database database, BundleStore bundles, Releases releases) {
        this.database = database;
        this.bundles = bundles;
        this.releases = releases;
    }

    Set<Digest> of(AgentId agent) {
        Set<Digest> known = cache.get(agent);
        if (known == null) {
            known = read(agent);
            cache.put(agent, known);
        }
        return known;
    }

    void forget(AgentId agent) {
        cache.remove(agent);
    }

    OptionalLong size(Digest digest) {
        OptionalLong blob = bundles.size(digest);
        return blob.isPresent()
                ? blob
                : releases.find(digest)
                        .map(issued -> OptionalLong.of(issued.envelope().length))
                        .orElse(OptionalLong.empty());
    }

    Optional<InputStream> open(Digest digest) {
        return bundles.open(digest)
                .or(() -> releases.find(digest).map(IssuedRelease::envelope).map(ByteArrayInputStream::new));
    }

    private Set<Digest> read(AgentId agent) {
        Set<Digest> all = new HashSet<>();
        for (Issued issued : database.read(handle -> AssignmentRepository.ofAgent(handle, agent))) {
            for (Entry entry : entries(issued.offer())) {
                all.add(entry.release());
                entry.bundle().ifPresent(bundle -> addBundle(bundle.digest(), all));
            }
        }
        return Set.copyOf(all);
    }

    private void addBundle(Digest bundle, Set<Digest> all) {
        bundles.read(bundle).ifPresent(manifest -> {
            all.add(bundle);
            Manifest.parse(manifest).layers().forEach(layer -> all.add(layer.digest()));
        });
    }

    private static List<Entry> entries(Offer offer) {
        byte[] payload = Envelope.parse(offer.envelope()).payload();
        return Assignment.parse(JsonReader.statement(payload, payload.length)).entries();
    }
}
