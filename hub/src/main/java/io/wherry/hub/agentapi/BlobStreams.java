package io.wherry.hub.agentapi;

import io.grpc.stub.ServerCallStreamObserver;
import io.wherry.base.Loop;
import io.wherry.contract.AgentId;
import io.wherry.contract.v1.BlobChunk;
import io.wherry.contract.v1.FetchBlobsRequest;
import io.wherry.hub.agentapi.Delegates.Work;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The streams of blobs that are open. Each is written as fast as the agent takes it, by whatever thread gRPC brings along; none is held for it.
 *
 * <p>A stream has no deadline, since a slow link may need hours, but a least rate; and it ends when its agent is retired.
 */
final class BlobStreams implements AutoCloseable {
    /** One for manifests while the other carries something large. */
    static final int PER_AGENT = 2;

    /** One chunk (256 KiB) in this time is 1 KiB/s: a worse link cannot carry a bundle. */
    static final Duration LONGEST_PER_CHUNK = Duration.ofSeconds(256);

    /** Well below the 60 s within which a retired agent's streams must end. */
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final Work work;
    private final AgentRepository agents;
    private final InstantSource clock;
    private final Map<AgentId, Integer> perAgent = new ConcurrentHashMap<>();
    private final Set<BlobStream> open = ConcurrentHashMap.newKeySet();
    private final Loop loop;

    private BlobStreams(Work work, AgentRepository agents, InstantSource clock) {
        this.work = work;
        this.agents = agents;
        this.clock = clock;
        this.loop = Loop.start("blob-streams", LOOK, this::runOnce);
    }

    static BlobStreams start(Work work, AgentRepository agents, InstantSource clock) {
        return new BlobStreams(work, agents, clock);
    }

    void open(AgentRecord agent, FetchBlobsRequest request, ServerCallStreamObserver<BlobChunk> observer) {
        int streams = perAgent.merge(agent.id(), 1, Integer::sum);
        if (streams > PER_AGENT) {
            closed(agent.id());
            observer.onError(Refusal.of(CallReason.TOO_MANY_STREAMS, Duration.ofSeconds(5)));
            return;
        }
        BlobStream stream = new BlobStream(agent.id(), request.getBlobsList(), work, observer, clock, this::ended);
        open.add(stream);
        stream.begin();
    }

    private void ended(BlobStream stream) {
        if (open.remove(stream)) {
            closed(stream.agent());
        }
    }

    private void closed(AgentId agent) {
        perAgent.computeIfPresent(agent, (id, streams) -> streams > 1 ? streams - 1 : null);
    }

    int size() {
        return open.size();
    }

    /** Ends streams that are too slow, or whose agent is no longer served. */
    void runOnce() {
        long now = clock.millis();
        for (BlobStream stream : open) {
            if (!agents.find(stream.agent()).map(AgentRecord::served).orElse(false)) {
                stream.end(CallReason.AGENT_RETIRED);
            } else if (now - stream.movedMs() > LONGEST_PER_CHUNK.toMillis()) {
                stream.end(CallReason.TOO_SLOW);
            }
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
