package io.wherry.e2e.git;

import io.wherry.e2e.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** OpenSSH's server on the loopback address, with a configuration of its own and {@code git-shell} behind it; it runs as whoever runs the tests. */
public final class SshServer implements AutoCloseable {
    private static final String SSHD = "/usr/sbin/sshd";

    /** A start takes some 50 ms. */
    private static final int START_TRIES = 600;

    private final Path folder;
    private final String hostKeyType;
    private final int port;
    private final Process sshd;

    private SshServer(Path folder, String hostKeyType) {
        this.folder = folder;
        this.hostKeyType = hostKeyType;
        this.port = FreePorts.take();
        try {
            Files.createDirectories(folder.resolve("repositories"));
            Files.createDirectories(folder.resolve("clones"));
            if (System.getProperty("user.name").equals("root")) {
                Files.createDirectories(Path.of("/run/sshd")); // where it asks for one
            }
            Path shell = Files.writeString(folder.resolve("shell"), shell());
            Files.setPosixFilePermissions(shell, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.writeString(folder.resolve("authorized_keys"), "");
            Files.writeString(folder.resolve("sshd_config"), configuration());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        key("host", hostKeyType);
        this.sshd = Programs.start(
                folder.resolve("log"),
                List.of(SSHD, "-D", "-e", "-f", folder.resolve("sshd_config").toString()));
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // also when the tests are interrupted
        awaitPort();
    }

    /** Starts in an empty folder. */
    public static SshServer start(Path folder, String hostKeyType) {
        Programs.require(SSHD, "apt-get install openssh-server");
        return new SshServer(folder, hostKeyType);
    }

    private String configuration() {
        return """
                ListenAddress 127.0.0.1
                Port %d
                HostKey %s
                PidFile none
                AuthorizedKeysFile %s
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                AcceptEnv GIT_PROTOCOL
                ForceCommand %s
                """.formatted(port, folder.resolve("host"), folder.resolve("authorized_keys"), folder.resolve("shell"));
    }

    /** By the name of the repository: how servers misbehave. */
    private static String shell() {
        return """
                #!/bin/sh
                case $SSH_ORIGINAL_COMMAND in
                *hang.git*) exec sleep 120 ;;
                *dribble.git*) printf fff0; while sleep 0.1; do printf x; done ;;
                *shout.git*) exec cat /dev/zero >&2 ;;
                *cut.git*) git-shell -c "$SSH_ORIGINAL_COMMAND" | { dd bs=1 count=4000 2>/dev/null; kill -9 $PPID; } ;;
                esac
                exec git-shell -c "$SSH_ORIGINAL_COMMAND"
                """;
    }

    private void awaitPort() {
        for (int i = 0; i < START_TRIES; i++) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                pause();
            }
        }
        throw new IllegalStateException("sshd did not start, see " + folder.resolve("log"));
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A new key without a passphrase; the text of its private half. */
    private String key(String name, String... type) {
        List<String> command = new java.util.ArrayList<>(List.of(
                "ssh-keygen",
                "-q",
                "-N",
                "",
                "-C",
                name,
                "-f",
                folder.resolve(name).toString(),
                "-t"));
        command.addAll(List.of(type));
        Programs.run(folder, Map.of(), command);
        return read(folder.resolve(name));
    }

    /** A key that nobody has let in. */
    public String strangersKey(String name) {
        return key(name, "ed25519");
    }

    /**
     * A key that may read everything here.
     *
     * @param type as {@code ssh-keygen} takes it, with its further options
     */
    public String userKey(String name, String... type) {
        String secret = key(name, type);
        try {
            Files.writeString(
                    folder.resolve("authorized_keys"),
                    read(folder.resolve(name + ".pub")),
                    java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return secret;
    }

    /** The line that {@code ssh-keyscan} would print. */
    public String hostKeys() {
        return "[127.0.0.1]:" + port + " " + publicKey();
    }

    /** Type and key of the server, without its name. */
    public String publicKey() {
        return read(folder.resolve("host.pub")).strip();
    }

    public String fingerprint() {
        return Programs.run(folder, Map.of(), List.of("ssh-keygen", "-lf", "host.pub"))
                .split(" ")[1];
    }

    public String authority() {
        return "127.0.0.1:" + port;
    }

    /** A new empty repository, with a clone to commit in. */
    public Repository repository(String name) {
        return Repository.create(
                name, folder.resolve("repositories/" + name + ".git"), folder.resolve("clones/" + name));
    }

    public String url(String repository) {
        return "ssh://" + System.getProperty("user.name") + "@" + authority()
                + folder.resolve("repositories/" + repository + ".git");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "sshd with a key of type " + hostKeyType + " at " + authority();
    }

    @Override
    public void close() {
        Programs.end(sshd);
    }
}
