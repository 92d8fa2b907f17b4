package io.wherry.agent.trust;

import io.wherry.agent.hubclient.Fetched;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Trouble;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.BlobStore;
import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Entry;
import io.wherry.contract.Layer;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.Release;
import io.wherry.contract.verify.ManifestVerdict;
import io.wherry.contract.verify.ManifestVerifier;
import io.wherry.contract.verify.ReleaseVerifier;
import io.wherry.contract.verify.Stage;
import io.wherry.contract.verify.StageContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings the content of one entry here and judges it: release, then manifest, then blobs. What is here already needs no link.
 *
 * <p>The length of every blob is known before it is fetched, so nobody can fill the disk with it.
 */
public final class Stager {
    private final AgentState state;
    private final BlobStore blobs;
    private final HubClient hub;
    private final InstantSource clock;
    private final List<String> understood;

    /** @param understood features of the agent's runtime */
    public Stager(AgentState state, BlobStore blobs, HubClient hub, InstantSource clock, List<String> understood) {
        this.state = state;
        this.blobs = blobs;
        this.hub = hub;
        this.clock = clock;
        this.understood = List.copyOf(understood);
    }

    /** Goes as far as it can. Called again it goes on from there. */
    public Staged stage(Entry entry) {
        boolean here = blobs.hasStatement(entry.release());
        if (!here) {
            Optional<Staged> trouble = fetchStatement(entry.release());
            if (trouble.isPresent()) {
                return trouble.get();
            }
        }
        Staged staged = judge(entry);
        // One that lay here may be from before a rotation of the release key: the hub has it well signed by now.
        return here && staged instanceof Staged.Refused && !blobs.hasStatement(entry.release()) ? stage(entry) : staged;
    }

    private Staged judge(Entry entry) {
        byte[] envelope = blobs.readStatement(entry.release());
        StageContext context = new StageContext(
                state.root(),
                state.membership().trustDomain(),
                state.membership().environment(),
                state.floor(),
                clock.instant());
        return switch (ReleaseVerifier.stage(envelope, entry, context)) {
            case Stage.Refused(var reason, String detail) -> {
                blobs.dropStatement(entry.release()); // another envelope with the same payload may be well signed
                yield new Staged.Refused(reason.code(), detail);
            }
            case Stage.Staged(Release release, var _) -> {
                state.raiseReleaseCounter(release.stack(), release.counter());
                yield entry.bundle().isEmpty()
                        ? new Staged.Ready(release, Optional.empty())
                        : bundle(release, entry.bundle().get());
            }
        };
    }

    private Optional<Staged> fetchStatement(Digest release) {
        Optional<Staged> trouble = fetch(Map.of(release, new Size(Limits.ENVELOPE_BYTES, false)));
        if (trouble.isPresent()) {
            return trouble;
        }
        return blobs.finishStatement(release, Limits.ENVELOPE_BYTES) ? Optional.empty() : Optional.of(damaged(release));
    }

    private Staged bundle(Release release, BundleRef bundle) {
        if (!blobs.has(bundle.digest())) {
            Optional<Staged> trouble = fetch(Map.of(bundle.digest(), new Size(Limits.MANIFEST_BYTES, false)));
            if (trouble.isPresent()) {
                return trouble.get();
            }
            if (!blobs.finish(bundle.digest())) {
                return damaged(bundle.digest());
            }
        }
        return switch (ManifestVerifier.verify(
                blobs.read(bundle.digest(), Limits.MANIFEST_BYTES), bundle, understood)) {
            case ManifestVerdict.Refused(var reason, String detail) -> new Staged.Refused(reason.code(), detail);
            case ManifestVerdict.Good(Manifest manifest) -> layers(release, manifest);
        };
    }

    private Staged layers(Release release, Manifest manifest) {
        Map<Digest, Size> missing = new HashMap<>();
        for (Layer layer : manifest.layers()) {
            if (!blobs.has(layer.digest())) {
                missing.put(layer.digest(), new Size(layer.size(), true));
            }
        }
        if (!missing.isEmpty()) {
            Optional<Staged> trouble = fetch(missing);
            if (trouble.isPresent()) {
                return trouble.get();
            }
            for (Digest digest : missing.keySet()) {
                if (!blobs.finish(digest)) {
                    return damaged(digest);
                }
            }
        }
        return new Staged.Ready(release, Optional.of(manifest));
    }

    /** @param exact whether the blob must have this length, or at most this */
    private record Size(long bytes, boolean exact) {
        boolean allows(long size) {
            return exact ? size == bytes : size <= bytes;
        }
    }

    /** Fetches partial blobs to their ends. @return why it could not; empty when all are whole, though not hashed */
    private Optional<Staged> fetch(Map<Digest, Size> wanted) {
        List<Fetched.Wanted> order = new ArrayList<>();
        wanted.forEach((digest, size) -> {
            long offset = blobs.resumeAt(digest);
            if (!size.exact() || offset < size.bytes()) {
                order.add(new Fetched.Wanted(digest, offset, Math.max(0, size.bytes() - offset)));
            }
        });
        for (List<Fetched.Wanted> batch : Fetched.batches(order)) {
            Incoming incoming = new Incoming(wanted);
            Optional<Staged> trouble =
                    switch (hub.fetch(batch, incoming)) {
                        case Fetched.Cut(Trouble cut, String why, Optional<Duration> retryAfter) ->
                            Optional.of(new Staged.Pending(cut.code(), why, retryAfter));
                        case Fetched.Refused(String reason, String detail) ->
                            Optional.of(new Staged.Pending(
                                    reason, "the hub refused the content: " + detail, Optional.empty()));
                        case Fetched.Complete(Set<Digest> unavailable) ->
                            unavailable.isEmpty() ? incoming.incomplete(batch) : Optional.of(unavailable(unavailable));
                    };
            if (trouble.isPresent()) {
                return trouble;
            }
        }
        return Optional.empty();
    }

    private static Staged unavailable(Set<Digest> digests) {
        return new Staged.Pending(
                TrustReason.CONTENT_UNAVAILABLE.code(),
                "the hub does not have " + digests.iterator().next() + " for this agent",
                Optional.empty());
    }

    private Staged damaged(Digest digest) {
        return new Staged.Pending(
                TrustReason.CONTENT_DAMAGED.code(), digest + " came damaged and was discarded", Optional.empty());
    }

    /** Appends chunks to partial blobs as they come. */
    private final class Incoming implements Fetched.Sink {
        private final Map<Digest, Size> wanted;
        private final Map<Digest, Long> sizes = new HashMap<>();

        Incoming(Map<Digest, Size> wanted) {
            this.wanted = wanted;
        }

        @Override
        public boolean chunk(Digest digest, long offset, byte[] data, long size) {
            Size allowed = wanted.get(digest);
            boolean fits = allowed != null
                    && allowed.allows(size)
                    && offset == blobs.resumeAt(digest)
                    && offset + data.length <= size;
            if (fits) {
                sizes.put(digest, size);
                blobs.append(digest, offset, data);
            } else if (allowed != null) {
                blobs.discard(digest); // it does not go on where ours ends: from the beginning, next time
            }
            return fits;
        }

        /** Something the hub said nothing of, or stopped in the middle of, though it ended the stream well. */
        Optional<Staged> incomplete(List<Fetched.Wanted> batch) {
            for (Fetched.Wanted blob : batch) {
                Long size = sizes.get(blob.digest());
                boolean whole = size == null ? blob.offset() > 0 : blobs.resumeAt(blob.digest()) == size;
                if (!whole) {
                    return Optional.of(new Staged.Pending(
                            TrustReason.CONTENT_UNAVAILABLE.code(),
                            "the hub ended the stream before " + blob.digest() + " was whole",
                            Optional.empty()));
                }
            }
            return Optional.empty();
        }
    }
}
