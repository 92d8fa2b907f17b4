package io.wherry.e2e.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Somebody who signs commits and tags with the {@code git} command: by {@code gpg}, or by {@code ssh-keygen}. */
final class Signer {
    private final Path folder;
    private final String name;
    private final boolean ssh;
    private final Path program;

    private Signer(Path folder, String name, boolean ssh, Path program) {
        this.folder = folder;
        this.name = name;
        this.ssh = ssh;
        this.program = program;
    }

    /**
     * With a new key of SSH.
     *
     * @param type as {@code ssh-keygen} takes it
     */
    static Signer bySsh(Path folder, String name, String type) {
        Programs.run(
                folder,
                Map.of(),
                List.of(
                        "ssh-keygen",
                        "-q",
                        "-N",
                        "",
                        "-C",
                        name,
                        "-t",
                        type,
                        "-f",
                        folder.resolve(name).toString()));
        return new Signer(folder, name, true, Path.of("ssh-keygen"));
    }

    /** The same key, asked for a signature of something else than Git. */
    Signer forFiles() {
        // git calls: -Y sign -n git -f KEY FILE
        return new Signer(folder, name, true, script("exec ssh-keygen -Y sign -n file -f \"$6\" \"$7\""));
    }

    /** With a new key of OpenPGP that is good for a year, in a folder of its own. */
    static Signer byGpg(Path folder, String name) {
        Programs.require("/usr/bin/gpg", "apt-get install gnupg");
        Path home = folder.resolve(name + ".gnupg");
        try {
            Files.createDirectory(
                    home, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Signer signer = new Signer(folder, name, false, folder.resolve("gpg-" + name));
        signer.gpg(
                "--passphrase", "", "--quick-gen-key", name + " <" + name + "@example.org>", "rsa3072", "sign", "1y");
        signer.script("gpg-" + name, "exec gpg --homedir " + home + " --batch \"$@\"");
        return signer;
    }

    /** The same key, over SHA-1. */
    Signer overSha1() {
        return new Signer(
                folder,
                name,
                false,
                script("exec gpg --homedir " + folder.resolve(name + ".gnupg") + " --batch --digest-algo SHA1 \"$@\""));
    }

    private String gpg(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of("gpg", "--homedir", folder.resolve(name + ".gnupg").toString(), "--batch", "--quiet"));
        command.addAll(List.of(arguments));
        return Programs.run(folder, Map.of(), command);
    }

    private Path script(String line) {
        return script("sign-" + name + "-" + Integer.toHexString(line.hashCode()), line);
    }

    private Path script(String file, String line) {
        try {
            Path script = Files.writeString(folder.resolve(file), "#!/bin/sh\n" + line + "\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One line of allowed signers. */
    String line(String options) {
        try {
            return name + "@example.org " + options + Files.readString(folder.resolve(name + ".pub"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String armored() {
        return gpg("--armor", "--export", name);
    }

    /** As a verdict names the key. */
    String fingerprint() {
        return ssh
                ? Programs.run(folder, Map.of(), List.of("ssh-keygen", "-lf", name + ".pub"))
                        .split(" ")[1]
                : gpg("--with-colons", "--list-keys")
                        .lines()
                        .filter(line -> line.startsWith("fpr:"))
                        .findFirst()
                        .orElseThrow()
                        .split(":")[9];
    }

    /** Runs git in the clone with this key, as in {@code commit -S} or {@code tag -s}. */
    String git(Repository repository, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "-c", "gpg.format=" + (ssh ? "ssh" : "openpgp"),
                "-c", (ssh ? "gpg.ssh.program=" : "gpg.program=") + program,
                "-c", "user.signingKey=" + (ssh ? folder.resolve(name + ".pub") : name)));
        all.addAll(List.of(arguments));
        return repository.git(all.toArray(String[]::new));
    }

    /** A signed commit that is pushed; its id. */
    String commit(Repository repository, String text) {
        try {
            Files.writeString(repository.workingCopy().resolve("compose.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        repository.git("add", "--all");
        git(repository, "commit", "-q", "--allow-empty", "-S", "-m", text);
        repository.git("push", "-q", "--force", "origin", "HEAD");
        return repository.head();
    }

    void close() {
        if (!ssh) {
            Programs.run(
                    folder,
                    Map.of(),
                    List.of(
                            "gpgconf",
                            "--homedir",
                            folder.resolve(name + ".gnupg").toString(),
                            "--kill",
                            "all"));
        }
    }
}
