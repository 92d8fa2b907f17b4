package io.wherry.agent.hubclient;

import io.grpc.ManagedChannel;
import io.wherry.contract.v1.AgentServiceGrpc;
import io.wherry.contract.v1.AgentServiceGrpc.AgentServiceBlockingStub;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one channel in use, and which of the hub's addresses it goes to.
 *
 * <p>The list is asked for at each new connection: signed addresses of the adopted assignment first, the join addresses as the last resort. A failed call
 * moves on to the next address; a success stays.
 */
public final class Links implements AutoCloseable {
    private final Supplier<List<String>> addresses;
    private final Way way;
    private Optional<DeviceCertificate> certificate;
    private @Nullable Link link;
    private int turn;
    private boolean closed;

    /** The way out of this site: the one seam between the agent and a network. */
    interface Way {
        /** A channel that connects when first used. */
        ManagedChannel dial(String address, Optional<DeviceCertificate> certificate);

        /** The same to whoever answers there, with no certificate of the device: for what proves itself. */
        ManagedChannel dialAnyone(String address);

        /** Why the dates of the hub's certificate do not fit this site's clock; empty if they do. */
        Optional<String> doubt();
    }

    /** One channel to one address. */
    record Link(String address, ManagedChannel channel, AgentServiceBlockingStub stub) {}

    Links(Supplier<List<String>> addresses, Way way, Optional<DeviceCertificate> certificate) {
        this.addresses = addresses;
        this.way = way;
        this.certificate = certificate;
    }

    /** Empty once closed. */
    synchronized Optional<Link> current() {
        if (closed) {
            return Optional.empty();
        }
        if (link == null) {
            List<String> known = List.copyOf(addresses.get());
            if (known.isEmpty()) {
                throw new IllegalStateException("hub addresses: none (expected: at least the one of the join token)");
            }
            String address = known.get(Math.floorMod(turn, known.size()));
            ManagedChannel channel = way.dial(address, certificate);
            link = new Link(address, channel, AgentServiceGrpc.newBlockingStub(channel));
        }
        return Optional.of(link);
    }

    /** Begins to connect, for a call that comes soon. What goes wrong is that call's matter. */
    public void dial() {
        current().ifPresent(open -> open.channel().getState(true));
    }

    /** A link of its own to whoever answers at an address. The caller shuts its channel down. */
    Link toAnyone(String address) {
        ManagedChannel channel = way.dialAnyone(address);
        return new Link(address, channel, AgentServiceGrpc.newBlockingStub(channel));
    }

    /** A call over this link got no answer: the next one goes elsewhere. Late failures of an older link change nothing. */
    synchronized void failed(Link failed) {
        if (failed == link) {
            turn++;
            drop();
        }
    }

    synchronized void useCertificate(DeviceCertificate next) {
        certificate = Optional.of(next);
        drop();
    }

    /** Why the dates of the hub's certificate do not fit this site's clock; empty if they do. */
    Optional<String> doubt() {
        return way.doubt();
    }

    /** Where the next call goes, for {@code status} and {@code doctor}. */
    public synchronized Optional<String> address() {
        return Optional.ofNullable(link).map(Link::address);
    }

    /** Every address that would be tried, in order, each once. */
    public List<String> addresses() {
        return new ArrayList<>(addresses.get());
    }

    private void drop() {
        if (link != null) {
            link.channel().shutdown(); // running calls may end; new ones get a new channel
            link = null;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (link != null) {
            link.channel().shutdownNow();
            link = null;
        }
    }
}
