package io.wherry.agent.runtime.docker;

import java.util.Comparator;

/**
 * A port of the host.
 *
 * @param address {@code ""}, {@code 0.0.0.0} or {@code ::} for all addresses
 * @param protocol {@code tcp, udp, sctp}
 */
record HostPort(String address, int port, String protocol) implements Comparable<HostPort> {
    private static final Comparator<HostPort> ORDER = Comparator.comparing(HostPort::protocol)
            .thenComparingInt(HostPort::port)
            .thenComparing(HostPort::address);

    /** Whether both cannot be had at once. */
    boolean clashes(HostPort other) {
        return port == other.port
                && protocol.equals(other.protocol)
                && (everywhere() || other.everywhere() || address.equals(other.address));
    }

    private boolean everywhere() {
        return address.isEmpty() || address.equals("0.0.0.0") || address.equals("::");
    }

    @Override
    public int compareTo(HostPort other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return (everywhere() ? "" : address + ":") + port + "/" + protocol;
    }
}
