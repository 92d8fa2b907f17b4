package io.wherry.e2e.link;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A TCP proxy on loopback between an agent and its hub. It carries bytes, knows nothing of TLS, and does to each connection what its test wants. */
public final class FaultyLink implements AutoCloseable {
    private static final int BUFFER_BYTES = 16 << 10;
    private static final int WAITING = 50;
    private static final int STALLED_MS = 500;
    private static final int LONGEST_REQUEST = 8 << 10;

    /** What happens at the byte where a fault strikes. */
    public enum Kind {
        /** Nothing does. */
        NONE,
        /** Both ends see the end of the stream. */
        CUT,
        /** Both ends see a reset: what was under way is lost too. */
        RESET,
        /** One bit of it is turned over. */
        DAMAGE
    }

    /**
     * The fate of one connection.
     *
     * @param atByte     where it strikes, counted from the connection's first byte, both directions together
     * @param pieceBytes what passes in a millisecond each way; 0: all that comes
     */
    public record Fault(Kind kind, long atByte, int pieceBytes) {
        public static final Fault NONE = new Fault(Kind.NONE, 0, 0);
    }

    private final ServerSocket listening = new ServerSocket(0, WAITING, InetAddress.getLoopbackAddress());
    private final ExecutorService pumps = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger damages = new AtomicInteger();
    private final AtomicLong fromHub = new AtomicLong();
    private final int hubPort;
    private final Supplier<Fault> faults;
    private final boolean tunnel;

    /** @param faults asked once for each connection, by one thread */
    public FaultyLink(int hubPort, Supplier<Fault> faults) throws IOException {
        this(hubPort, faults, false);
    }

    /** One that is told to programs as {@code HTTPS_PROXY}: it has them ask for a tunnel first, wherever to. */
    public static FaultyLink asProxy(int hubPort, Supplier<Fault> faults) throws IOException {
        return new FaultyLink(hubPort, faults, true);
    }

    private FaultyLink(int hubPort, Supplier<Fault> faults, boolean tunnel) throws IOException {
        this.hubPort = hubPort;
        this.faults = faults;
        this.tunnel = tunnel;
        pumps.execute(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Connections that were cut so far. */
    public int cuts() {
        return cuts.get();
    }

    /** Connections in which a bit was turned over so far. */
    public int damages() {
        return damages.get();
    }

    /** Bytes that the hub sent so far, whether or not they arrived. */
    public long fromHub() {
        return fromHub.get();
    }

    /** Cuts all that is open now, whatever its fate was to be. */
    public void cutAll() {
        open.forEach(Connection::reset);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                connect(listening.accept());
            } catch (IOException e) {
                // the test is over
            }
        }
    }

    private void connect(Socket agent) throws IOException {
        Socket hub;
        try {
            hub = new Socket(InetAddress.getLoopbackAddress(), hubPort);
        } catch (IOException e) {
            agent.close(); // the hub is away: whoever called sees a connection that ends
            return;
        }
        Connection connection = new Connection(agent, hub, faults.get());
        open.add(connection);
        pumps.execute(() -> {
            if (!tunnel || connection.opensTunnel()) {
                pumps.execute(() -> connection.pump(hub, agent, fromHub));
                connection.pump(agent, hub, new AtomicLong());
            }
        });
    }

    private final class Connection {
        private final Socket agent;
        private final Socket hub;
        private final Fault fault;
        private final AtomicLong passed = new AtomicLong();

        Connection(Socket agent, Socket hub, Fault fault) {
            this.agent = agent;
            this.hub = hub;
            this.fault = fault;
        }

        /** Reads the request for a tunnel to its empty line, and grants it. @return false if none came */
        boolean opensTunnel() {
            StringBuilder request = new StringBuilder();
            try {
                InputStream in = agent.getInputStream();
                while (request.indexOf("\r\n\r\n") < 0) {
                    int next = in.read();
                    if (next < 0 || request.length() > LONGEST_REQUEST) {
                        end();
                        return false;
                    }
                    request.append((char) next);
                }
                agent.getOutputStream().write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(US_ASCII));
                return true;
            } catch (IOException e) {
                end();
                return false;
            }
        }

        void pump(Socket from, Socket to, AtomicLong counted) {
            byte[] buffer = new byte[fault.pieceBytes() > 0 ? fault.pieceBytes() : BUFFER_BYTES];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    counted.addAndGet(count);
                    pass(buffer, count, out);
                }
                to.shutdownOutput();
            } catch (IOException e) {
                end(); // one side has gone; so does the other
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                end();
            }
        }

        private void pass(byte[] buffer, int count, OutputStream out) throws IOException, InterruptedException {
            long begin = passed.getAndAdd(count);
            long strikes = fault.atByte() - begin;
            boolean here = fault.kind() != Kind.NONE && strikes >= 0 && strikes < count;
            if (here && fault.kind() == Kind.DAMAGE) {
                buffer[(int) strikes] ^= 1;
                damages.incrementAndGet();
                pumps.execute(this::endLater);
            }
            boolean cut = here && fault.kind() != Kind.DAMAGE;
            out.write(buffer, 0, cut ? (int) strikes : count);
            if (cut) {
                cuts.incrementAndGet();
                if (fault.kind() == Kind.RESET) {
                    reset();
                } else {
                    end();
                }
            }
            if (fault.pieceBytes() > 0) {
                Thread.sleep(1);
            }
        }

        /** Where the bit belonged to a length, both sides wait for bytes that nobody sends, until the keep-alive of minutes. */
        private void endLater() {
            try {
                Thread.sleep(STALLED_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            end();
        }

        /** Closing a socket that must not linger sends a reset. */
        private void reset() {
            try {
                agent.setSoLinger(true, 0);
                hub.setSoLinger(true, 0);
            } catch (IOException e) {
                // closed already
            }
            end();
        }

        private void end() {
            open.remove(this);
            try {
                agent.close();
                hub.close();
            } catch (IOException e) {
                // gone either way
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(Connection::reset);
        pumps.shutdownNow();
    }
}
