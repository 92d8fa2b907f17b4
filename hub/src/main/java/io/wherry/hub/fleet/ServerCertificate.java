package io.wherry.hub.fleet;

import io.wherry.base.Loop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The hub's server certificate, which renews itself: made at start, and anew at half its life, without a restart.
 *
 * <p>The key lives in memory only. Clients trust the authority, so a new key at each start costs nothing and leaves no file to steal.
 */
public final class ServerCertificate implements AutoCloseable {
    /** How often its age is looked at: an hour is nothing against 45 days, and survives a clock that jumps. */
    private static final Duration LOOK = Duration.ofHours(1);

    private final CertificateAuthority authority;
    private final List<String> hosts;
    private final InstantSource clock;
    private final List<Consumer<ServerIdentity>> listeners = new CopyOnWriteArrayList<>();
    private volatile ServerIdentity current;
    private final Loop loop;

    private ServerCertificate(CertificateAuthority authority, List<String> hosts, InstantSource clock) {
        this.authority = authority;
        this.hosts = List.copyOf(hosts);
        this.clock = clock;
        this.current = authority.issueServer(hosts);
        this.loop = Loop.start("server-certificate", LOOK, this::runOnce);
    }

    /** Issues the first certificate for these names and keeps it fresh until closed. */
    public static ServerCertificate start(CertificateAuthority authority, List<String> hosts, InstantSource clock) {
        return new ServerCertificate(authority, hosts, clock);
    }

    public ServerIdentity current() {
        return current;
    }

    /** Tells this listener of every later identity; connections that are open keep the old one. */
    public void onRenewal(Consumer<ServerIdentity> listener) {
        listeners.add(listener);
    }

    /** One look: renews when half of the certificate's life is over. */
    public synchronized void runOnce() {
        if (!clock.instant().isBefore(current.renewAt())) {
            ServerIdentity renewed = authority.issueServer(hosts);
            current = renewed;
            listeners.forEach(listener -> listener.accept(renewed));
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
