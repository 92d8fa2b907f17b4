package io.wherry.base;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Tells the service manager how this process is: ready, alive, stopping (the sd_notify protocol).
 *
 * <p>The JDK has no datagram socket of the Unix family, so socket, sendto and close are called directly. Without {@code NOTIFY_SOCKET} in the
 * environment there is nobody to tell and nothing is loaded. A message that cannot be sent is logged: the service manager judges by what it
 * hears, so there is nothing better to do.
 */
public final class SdNotify {
    private static final Logger LOG = System.getLogger(SdNotify.class.getName());

    private static final short AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    /** Length of {@code sun_path} on Linux. */
    private static final int MAX_PATH_BYTES = 108;

    private static final int FAMILY_BYTES = 2;

    private final byte[] address;
    private final Optional<Duration> watchdog;

    private SdNotify(byte[] address, Optional<Duration> watchdog) {
        this.address = address.clone();
        this.watchdog = watchdog;
    }

    /** Of {@code NOTIFY_SOCKET} and {@code WATCHDOG_USEC}; empty if no service manager listens. */
    public static Optional<SdNotify> of(Map<String, String> environment) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        byte[] address = socket.getBytes(UTF_8);
        if (address.length < 2 || address.length >= MAX_PATH_BYTES || (address[0] != '/' && address[0] != '@')) {
            return Optional.empty();
        }
        if (address[0] == '@') {
            address[0] = 0; // an abstract name
        }
        return Optional.of(new SdNotify(address, watchdog(environment.getOrDefault("WATCHDOG_USEC", ""))));
    }

    private static Optional<Duration> watchdog(String micros) {
        return micros.matches("[1-9]\\d{0,15}")
                ? Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000))
                : Optional.empty();
    }

    /** After how long a silence the service manager restarts this process; empty if it does not. */
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    public void ready(String status) {
        send("READY=1\nSTATUS=" + oneLine(status));
    }

    public void status(String status) {
        send("STATUS=" + oneLine(status));
    }

    public void alive() {
        send("WATCHDOG=1");
    }

    public void stopping() {
        send("STOPPING=1");
    }

    private static String oneLine(String text) {
        return text.replace('\n', ' ');
    }

    private void send(String message) {
        try {
            Calls.send(address, message.getBytes(UTF_8));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "service manager: not told: " + e.getMessage());
        }
    }

    /** The three calls of the C library. A class of its own, so that nothing is linked where nobody listens. */
    @SuppressWarnings("restricted") // calling the C library is what this class is for
    private static final class Calls {
        private static final Linker LINKER = Linker.nativeLinker();
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle SOCKET =
                call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        private static final MethodHandle SENDTO = call(
                "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private static MethodHandle call(String name, FunctionDescriptor shape) {
            return LINKER.downcallHandle(
                    LINKER.defaultLookup().findOrThrow(name), shape, Linker.Option.captureCallState("errno"));
        }

        static void send(byte[] address, byte[] message) throws IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(STATE);
                int socket = (int) SOCKET.invokeExact(state, (int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
                check("socket", socket, state);
                try {
                    MemorySegment to = arena.allocate(FAMILY_BYTES + (long) address.length);
                    to.asByteBuffer()
                            .order(ByteOrder.nativeOrder())
                            .putShort(AF_UNIX)
                            .put(address);
                    long sent = (long) SENDTO.invokeExact(
                            state,
                            socket,
                            arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, message),
                            (long) message.length,
                            MSG_NOSIGNAL,
                            to,
                            (int) to.byteSize());
                    check("sendto", sent, state);
                } finally {
                    int closed = (int) CLOSE.invokeExact(state, socket);
                    check("close", closed, state);
                }
            } catch (IOException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("native call: failed (expected: a result)", e);
            }
        }

        private static void check(String call, long result, MemorySegment state) throws IOException {
            if (result < 0) {
                throw new IOException(call + " failed with error " + (int) ERRNO.get(state, 0L));
            }
        }
    }
}
