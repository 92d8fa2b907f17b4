package io.wherry.hub.agentapi;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.v1.BlobChunk;
import io.wherry.contract.v1.BlobRange;
import io.wherry.hub.agentapi.Delegates.Work;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One stream of blobs: writes while the transport takes, and goes on where it stopped when it takes again. */
final class BlobStream {
    private static final Logger LOG = System.getLogger(BlobStream.class.getName());

    /** The protocol's largest chunk: four of them fit into one message limit, and a cut costs at most one. */
    static final int CHUNK_BYTES = 256 << 10;

    private final AgentId agent;
    private final Iterator<BlobRange> rest;
    private final Work work;
    private final ServerCallStreamObserver<BlobChunk> observer;
    private final InstantSource clock;
    private final Consumer<BlobStream> ended;
    private volatile long movedMs;
    private boolean done;
    private @Nullable Blob current;

    BlobStream(
            AgentId agent,
            List<BlobRange> blobs,
            Work work,
            ServerCallStreamObserver<BlobChunk> observer,
            InstantSource clock,
            Consumer<BlobStream> ended) {
        this.agent = agent;
        this.rest = blobs.iterator();
        this.work = work;
        this.observer = observer;
        this.clock = clock;
        this.ended = ended;
        this.movedMs = clock.millis();
    }

    /** The blob that is being sent, and how far. */
    private static final class Blob {
        private final ByteString digest;
        private final InputStream content;
        private final long size;
        private long offset;

        Blob(ByteString digest, InputStream content, long size, long offset) {
            this.digest = digest;
            this.content = content;
            this.size = size;
            this.offset = offset;
        }
    }

    AgentId agent() {
        return agent;
    }

    /** When the transport last took a chunk. */
    long movedMs() {
        return movedMs;
    }

    /** Called on the call's own thread, which alone may set handlers. */
    void begin() {
        observer.setOnCancelHandler(this::finish);
        observer.setOnCloseHandler(this::finish);
        observer.setOnReadyHandler(this::pump);
        pump();
    }

    /** Writes what the transport takes now. */
    private synchronized void pump() {
        try {
            while (!done && observer.isReady()) {
                if (current == null && !next()) {
                    finish();
                    observer.onCompleted();
                } else if (current != null) {
                    chunk(current);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, () -> "a blob cannot be read for agent " + agent, e);
            finish();
            observer.onError(Status.INTERNAL
                    .withDescription("the hub cannot read this blob")
                    .asRuntimeException());
        }
    }

    /** Opens the next blob, or says that it is not available. @return false if there is none left */
    private boolean next() throws IOException {
        if (!rest.hasNext()) {
            return false;
        }
        BlobRange range = rest.next();
        Digest digest = Digest.ofRaw(range.getDigest().toByteArray());
        OptionalLong size = work.size(agent, digest);
        Optional<InputStream> content =
                size.isPresent() && range.getOffset() <= size.getAsLong() ? work.open(agent, digest) : Optional.empty();
        if (size.isEmpty() || content.isEmpty()) {
            send(range.getDigest(), range.getOffset(), ByteString.EMPTY, -1);
            return true;
        }
        content.get().skipNBytes(range.getOffset());
        current = new Blob(range.getDigest(), content.get(), size.getAsLong(), range.getOffset());
        return true;
    }

    private void chunk(Blob blob) throws IOException {
        byte[] bytes = blob.content.readNBytes((int) Math.min(CHUNK_BYTES, blob.size - blob.offset));
        if (bytes.length == 0 && blob.offset < blob.size) {
            throw new IOException("blob ends at " + blob.offset + " (expected: " + blob.size + " bytes)");
        }
        send(blob.digest, blob.offset, UnsafeByteOperations.unsafeWrap(bytes), blob.size);
        blob.offset += bytes.length;
        if (blob.offset >= blob.size) {
            blob.content.close();
            current = null;
        }
    }

    private void send(ByteString digest, long offset, ByteString data, long size) {
        observer.onNext(BlobChunk.newBuilder()
                .setDigest(digest)
                .setOffset(offset)
                .setData(data)
                .setSize(size)
                .build());
        movedMs = clock.millis();
    }

    /** Ends the stream for a reason of the hub's. */
    synchronized void end(CallReason reason) {
        if (!done) {
            finish();
            observer.onError(Refusal.of(reason));
        }
    }

    private synchronized void finish() {
        if (done) {
            return;
        }
        done = true;
        ended.accept(this);
        Blob blob = current;
        current = null;
        if (blob != null) {
            try {
                blob.content.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, () -> "a blob could not be closed for agent " + agent, e);
            }
        }
    }
}
