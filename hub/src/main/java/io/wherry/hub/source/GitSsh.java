package io.wherry.hub.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.hub.resource.SshPublicKey;
import io.wherry.hub.resource.SshUrl;
import io.wherry.hub.vault.SshPrivateKey;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/**
 * The SSH side of one check: one client, one server that is known by its key, one key of ours. Ends with the check, whatever the server does.
 *
 * <p>What a person's {@code ssh} reads (configuration, known hosts, agent, keys of a home folder) has no part in it.
 */
final class GitSsh extends SshSessionFactory implements AutoCloseable {

    /** A connection that takes longer than this is not being made: TCP has then sent three SYNs. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final GitAddress.Ssh address;
    private final GitBudget budget;
    private final SshClient client;
    private final ScheduledFuture<?> end;
    private volatile @Nullable SourceFailure refused;

    private GitSsh(GitAddress.Ssh address, GitCredential.SshKey key, GitBudget budget) {
        this.address = address;
        this.budget = budget;
        this.client = SshClients.start(
                SshPrivateKey.read(key.key().reveal()),
                address.hostKeys().stream().map(SshPublicKey::type).toList(),
                this::isKnown);
        // Reads wait for ever otherwise, and a server that sends a byte now and then would hold them.
        this.end = client.getScheduledExecutorService()
                .schedule(() -> client.close(true), budget.deadline().leftNanos(), TimeUnit.NANOSECONDS);
    }

    static GitSsh open(GitAddress.Ssh address, Optional<GitCredential> credential, GitBudget budget)
            throws SourceFailure {
        if (!(credential.orElse(null) instanceof GitCredential.SshKey key)) {
            throw new SourceFailure(
                    SourceReason.UNAUTHORISED,
                    "the source has no credential of type sshKey for "
                            + address.url().authority(),
                    "wherry credential create NAME --type sshKey, then name it in the source's credentialRef");
        }
        return new GitSsh(address, key, budget);
    }

    @Override
    public String getType() {
        return "wherry";
    }

    @Override
    public RemoteSession2 getSession(URIish uri, CredentialsProvider none, FS fs, int timeoutMillis)
            throws SourceTransportException {
        try {
            return new Session(connect());
        } catch (SourceFailure e) {
            throw new SourceTransportException(e);
        }
    }

    private ClientSession connect() throws SourceFailure {
        SshUrl url = address.url();
        try {
            ClientSession session = client.connect(url.user(), url.host(), url.port())
                    .verify(left(CONNECT_TIMEOUT))
                    .getSession();
            session.auth().verify(left(budget.deadline().allowed()));
            return session;
        } catch (IOException
                | RuntimeException e) { // the library throws some of its own unchecked, as for a host of no address
            throw explained(e);
        }
    }

    private Duration left(Duration atMost) throws SourceFailure {
        budget.checkTime();
        return Duration.ofNanos(Math.min(atMost.toNanos(), budget.deadline().leftNanos()));
    }

    private boolean isKnown(PublicKey shown) {
        ByteArrayBuffer raw = new ByteArrayBuffer();
        raw.putRawPublicKey(shown);
        byte[] blob = raw.getCompactData();
        if (address.hostKeys().stream().anyMatch(known -> java.util.Arrays.equals(known.blob(), blob))) {
            return true;
        }
        refused = unknown(blob);
        return false;
    }

    private SourceFailure unknown(byte[] shown) {
        SshUrl url = address.url();
        String type;
        String fingerprint = SshPublicKey.fingerprint(shown);
        try {
            type = SshPublicKey.of(shown).type();
        } catch (IllegalArgumentException e) {
            type = "a type that is not taken";
        }
        String compare = "compare it with what the server's owner publishes, or on the server: ssh-keygen -lf"
                + " /etc/ssh/ssh_host_"
                + type.replaceAll("^(ssh|ecdsa)-?", "$1")
                        .replaceAll("^ssh(rsa|ed25519)$", "$1")
                        .replaceAll("^ecdsa.*", "ecdsa")
                + "_key.pub";
        String line = "ssh-keyscan -p " + url.port() + " " + url.host() + " prints the lines for the source's hostKeys";
        if (address.hostKeys().isEmpty()) {
            return new SourceFailure(
                    SourceReason.HOST_KEY_UNKNOWN,
                    url.authority() + " showed the key " + fingerprint + " (" + type
                            + "), and the source names no hostKeys: nothing is trusted because it came first",
                    compare + "; " + line);
        }
        return new SourceFailure(
                SourceReason.HOST_KEY_CHANGED,
                url.authority() + " showed the key " + fingerprint + " (" + type + "), and the source's hostKeys are "
                        + String.join(
                                ", ",
                                address.hostKeys().stream()
                                        .map(SshPublicKey::toString)
                                        .toList()),
                "somebody may be in between: " + compare + "; if the server has a new key, " + line);
    }

    /** What an operator can do about a connection that was not made, or broke. */
    SourceFailure explained(Throwable failure) {
        SourceFailure known = refused;
        if (known != null) {
            return known;
        }
        String server = address.url().authority();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case SourceFailure ours -> {
                    return ours;
                }
                case UnresolvedAddressException _ -> {
                    return unreachable(
                            "no address is known for the host " + address.url().host(), failure);
                }
                case UnknownHostException _ -> {
                    return unreachable(
                            "no address is known for the host " + address.url().host(), failure);
                }
                case ConnectException e -> {
                    return unreachable(server + " cannot be reached: " + e.getMessage(), failure);
                }
                case NoRouteToHostException e -> {
                    return unreachable(server + " cannot be reached: " + e.getMessage(), failure);
                }
                case SshException e
                when e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE -> {
                    return new SourceFailure(
                            SourceReason.UNAUTHORISED,
                            server + " lets the user " + address.url().user()
                                    + " not in with the key of the source's credential",
                            "is its public half (ssh-keygen -y -f FILE) a deploy key there, and is the user right?",
                            failure);
                }
                default -> {}
            }
        }
        return budget.deadline().over()
                ? budget.timedOut(failure)
                : new SourceFailure(
                        SourceReason.SERVER_FAILED,
                        server + " broke the connection off: " + failure.getMessage(),
                        "tried again at the next check; does it speak SSH by today's algorithms? look at its log",
                        failure);
    }

    private static SourceFailure unreachable(String detail, Throwable cause) {
        return new SourceFailure(
                SourceReason.SERVER_UNREACHABLE,
                detail,
                "check the URL, and name resolution and firewall of the hub's host",
                cause);
    }

    /** JGit's transports take no other failure of a session. */
    static final class SourceTransportException extends org.eclipse.jgit.errors.TransportException {
        private static final long serialVersionUID = 1;

        SourceTransportException(SourceFailure cause) {
            super(String.valueOf(cause.getMessage()), cause);
        }
    }

    /** A server that let us in. */
    private final class Session implements RemoteSession2 {
        private final ClientSession session;

        private Session(ClientSession session) {
            this.session = session;
        }

        @Override
        public Process exec(String command, int timeoutSeconds) throws IOException {
            return exec(command, Map.of(), timeoutSeconds);
        }

        @Override
        public Process exec(String command, Map<String, String> environment, int timeoutSeconds) throws IOException {
            try {
                // No terminal, nothing forwarded: a command and its three streams.
                ChannelExec channel = session.createExecChannel(command, UTF_8, null, environment);
                channel.open().verify(left(budget.deadline().allowed()));
                return new SshProcess(channel, budget, GitSsh.this::explained);
            } catch (IOException e) {
                throw explained(e);
            }
        }

        @Override
        public void disconnect() {
            session.close(true);
        }
    }

    /** Ends what is still under way. */
    @Override
    public void close() {
        end.cancel(false);
        client.close(true);
    }
}
