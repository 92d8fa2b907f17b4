package io.wherry.agent.control;

import io.wherry.base.Causes;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a running agent one thing. */
public final class ControlClient {
    /** The daemon answers from memory; longer than this it hangs. */
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private ControlClient() {}

    /** Whether somebody takes connections on the socket. */
    public static boolean isListening(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) { // why not is said by whoever asks anyway
            return false;
        }
    }

    /**
     * Sends a request and waits for its answer.
     *
     * @throws ControlException if no agent answers on the socket, or it answered with an error
     */
    public static Json.Obj ask(Path socket, Json.Obj request) {
        return ask(socket, request, PATIENCE);
    }

    /** As {@link #ask(Path, Json.Obj)}, for what takes its time. */
    public static Json.Obj ask(Path socket, Json.Obj request, Duration patience) {
        Json.Obj answer;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            Lines.write(channel, request, PATIENCE);
            answer = Lines.read(channel, patience);
        } catch (IOException | JsonException e) {
            throw new ControlException("the running agent does not answer on " + socket + ": " + Causes.words(e), e);
        }
        answer.findString("error").ifPresent(error -> {
            throw new ControlException(error);
        });
        return answer;
    }
}
