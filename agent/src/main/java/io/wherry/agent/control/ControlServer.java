package io.wherry.agent.control;

import io.wherry.base.Causes;
import io.wherry.base.Loop;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Function;

/**
 * Answers the agent's own commands. One connection after the other, one request each: every answer is made from memory, so none waits long.
 *
 * <p>The socket file is 0660: the agent's user and group may ask, nobody else.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ControlServer.class.getName());

    /** A command of ours writes its line at once; anything slower is not one of ours. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path file;
    private final ServerSocketChannel server;
    private final Loop loop;

    private ControlServer(Path file, ServerSocketChannel server, Function<Json.Obj, Json.Obj> commands) {
        this.file = file;
        this.server = server;
        this.loop = Loop.start("control", Duration.ZERO, () -> serve(server, commands));
    }

    /**
     * Binds the socket. The caller holds the state folder's lock, so a socket file that is there is a dead agent's and is replaced.
     *
     * @param commands turns a request into an answer; throws {@link IllegalArgumentException} for one it does not know
     * @throws ControlException if the socket cannot be made
     */
    public static ControlServer start(Path file, Function<Json.Obj, Json.Obj> commands) {
        try {
            Files.deleteIfExists(file);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(UnixDomainSocketAddress.of(file));
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
            return new ControlServer(file, server, commands);
        } catch (IOException e) {
            throw new ControlException("control socket " + file + ": cannot be made: " + Causes.words(e), e);
        }
    }

    private static void serve(ServerSocketChannel server, Function<Json.Obj, Json.Obj> commands) {
        try (SocketChannel client = server.accept()) {
            Lines.write(client, answer(Lines.read(client, PATIENCE), commands), PATIENCE);
        } catch (ClosedChannelException e) {
            // closed by close(): the loop is about to end
        } catch (IOException | JsonException e) {
            LOG.log(Level.DEBUG, () -> "control: a connection ended early: " + Causes.words(e));
        }
    }

    private static Json.Obj answer(Json.Obj request, Function<Json.Obj, Json.Obj> commands) {
        try {
            return commands.apply(request);
        } catch (IllegalArgumentException | JsonException e) {
            return Json.object().put("error", String.valueOf(e.getMessage())).build();
        }
    }

    @Override
    public void close() {
        try {
            server.close(); // wakes the accept
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "control socket " + file + ": not removed: " + Causes.words(e));
        }
        loop.close();
    }
}
