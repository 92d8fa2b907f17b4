package io.wherry.hub.cli;

import io.wherry.base.Authorities;
import io.wherry.base.Causes;
import io.wherry.base.Durations;
import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Remembers a hub and the key to it, after the hub has accepted both. */
@picocli.CommandLine.Command(name = "login", description = "Log in to a hub and make it the current context.")
final class LoginCommand extends Command {
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int CONNECT_MILLIS = 2_000;

    @Parameters(paramLabel = "URL", description = "The hub: https://HOST:8443")
    private String server = "";

    @Option(
            names = "--token-file",
            required = true,
            paramLabel = "FILE",
            description = "File that holds the API key; - for standard input.")
    private @Nullable Path tokenFile;

    @ArgGroup
    private @Nullable HubTrust trust;

    /** At most one: two would leave open which of them counts. */
    static final class HubTrust {
        @Option(
                names = "--ca-file",
                paramLabel = "FILE",
                description = "The hub's CA certificate (DIR/ca.crt of the hub), in PEM.")
        private @Nullable Path caFile;

        @Option(
                names = "--ca-pin",
                paramLabel = "sha256:…",
                description = "SHA-256 of the CA's public key, instead of the file.")
        private @Nullable String caPin;
    }

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the context (default: the host).")
    private @Nullable String name;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "How long to wait for a hub that is just starting (default: 15s).")
    private String timeout = "15s";

    @Override
    ExitCode run() {
        String address = address(server);
        String token = Input.secret(java.util.Objects.requireNonNull(tokenFile, "--token-file"));
        Optional<String> ca = Optional.ofNullable(trust)
                .flatMap(t -> Optional.ofNullable(t.caFile))
                .map(LoginCommand::authorities);
        Optional<String> pin = Optional.ofNullable(trust)
                .flatMap(t -> Optional.ofNullable(t.caPin))
                .map(LoginCommand::pin);
        String called = name == null ? URI.create(address).getHost() : name;
        Contexts contexts = session().contexts(); // before the call: what cannot be kept need not be asked

        Json.Obj me =
                whoAmI(new HubApi(new Context(called, address, token, ca, pin, Optional.empty())), URI.create(address));

        contexts.put(new Context(called, address, token, ca, pin, me.findString("trustDomain")));
        contexts.use(called);
        contexts.save();
        out().note("logged in to " + address + " as " + me.string("name") + " (" + me.string("role") + "); context "
                + called);
        return ExitCode.OK;
    }

    /** Judged before the hub is asked, so that the file is named, not the hub. */
    private static String authorities(Path file) {
        String pem = Input.text(file);
        try {
            Authorities.trust(pem.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new CliException(
                    ExitCode.FAILED,
                    "--ca-file: " + file + " cannot be used: " + Causes.words(e),
                    "it must hold the hub's CA certificate as PEM: ca.crt in the hub's data folder");
        }
        return pem;
    }

    /**
     * Asks until somebody answers there, the name is nobody's, or the time is over. An open port is no answer yet: what stands before a hub opens
     * its own early.
     */
    private Json.Obj whoAmI(HubApi api, URI hub) {
        long end = System.nanoTime() + patience(hub).toNanos(); // elapsed time, which no step of a clock stretches
        while (true) {
            boolean last = System.nanoTime() >= end;
            if (last || listens(hub)) { // what is wrong at the end, the call itself says best
                try {
                    return api.get("/whoami");
                } catch (HubAwayException e) {
                    if (last) {
                        throw e;
                    }
                }
            }
            pause();
        }
    }

    private Duration patience(URI hub) {
        Duration asked;
        try {
            asked = Durations.parse(timeout);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--timeout: " + e.getMessage());
        }
        // A hub that starts has its name already: waiting does not help a name that is wrong.
        return new InetSocketAddress(hub.getHost(), hub.getPort()).isUnresolved() ? Duration.ZERO : asked;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            throw new CliException(ExitCode.INTERRUPTED, "interrupted", "");
        }
    }

    private static boolean listens(URI hub) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(hub.getHost(), hub.getPort()), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String address(String written) {
        String full = written.contains("://") ? written : "https://" + written;
        URI uri;
        try {
            uri = URI.create(full);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("not an address: " + written + " (expected: https://HOST:8443)");
        }
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw CliException.usage("not a hub's address: " + written + " (expected: https://HOST:8443)");
        }
        return "https://" + uri.getHost() + ":" + (uri.getPort() < 0 ? 8443 : uri.getPort());
    }

    private static String pin(String text) {
        if (!text.matches("sha256:[0-9a-f]{64}")) {
            throw CliException.usage("not a pin: " + text + " (expected: sha256: and 64 hexadecimal digits)");
        }
        return text;
    }
}
