package io.wherry.hub;

import io.wherry.base.Causes;
import io.wherry.base.ExitCode;
import io.wherry.base.FolderOwner;
import io.wherry.hub.fleet.CaFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** What lies where in the hub's data folder. */
public record DataFolder(Path path) {
    /** Of the service, as its packages install it. */
    private static final Path SERVICE = Path.of("/var/lib/wherry-hub");

    private static final Path UNIT = Path.of("/usr/lib/systemd/system/wherry-hub.service");

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /**
     * Whoever makes a file in a folder of another user leaves one there that its hub cannot read.
     *
     * @throws HubException if it is there, and is not that of the user of this process
     */
    void requireOwn() {
        require(() -> Files.notExists(path)
                ? Optional.empty()
                : FolderOwner.another(path.toRealPath(), FolderOwner.ownUid(), "hub"));
    }

    /** Before anything in it is believed: it holds the keys. @throws HubException if others than its owner can reach what is in it */
    void requireClosed() {
        require(this::openToOthers);
    }

    /** Why others than its owner can reach what is in it; empty if they cannot, or it is not there. */
    Optional<String> openToOthers() throws IOException {
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        return OWNER_ONLY.containsAll(mode)
                ? Optional.empty()
                : Optional.of(
                        "mode " + PosixFilePermissions.toString(mode) + " lets others in (chmod 700 " + path + ")");
    }

    /** What there is to say against the folder. */
    private interface Judgement {
        Optional<String> wrong() throws IOException;
    }

    private void require(Judgement judgement) {
        Optional<String> wrong;
        try {
            wrong = judgement.wrong();
        } catch (IOException e) {
            throw new HubException("data folder " + path + ": cannot be looked at: " + Causes.named(e), e);
        }
        if (wrong.isPresent()) {
            throw new HubException(ExitCode.DENIED, "data folder " + path + ": " + wrong.get());
        }
    }

    /** The command that starts its hub. */
    String serve() {
        return path.equals(SERVICE) && Files.exists(UNIT)
                ? "systemctl start wherry-hub"
                : "wherry-hub serve --data " + path;
    }

    public Path config() {
        return path.resolve("hub.yaml");
    }

    public Path database() {
        return path.resolve("hub.db");
    }

    public Path caCertificate() {
        return path.resolve("ca.crt");
    }

    public Path caKey() {
        return path.resolve("keys").resolve("ca.pem");
    }

    /** The hub's own certificate authority. */
    public CaFiles authority() {
        return new CaFiles(caKey(), caCertificate(), path.resolve("ca-retired.crt"));
    }

    /** Where the vault's key is, unless the configuration names another place. */
    public Path vaultKey(HubConfig config) {
        return config.vaultKey().orElse(ownVaultKey());
    }

    private Path ownVaultKey() {
        return path.resolve("keys").resolve("kek");
    }

    public Path adminToken() {
        return path.resolve("admin-token");
    }

    /** Bare mirrors of the sources. */
    public Path mirrors() {
        return path.resolve("mirrors");
    }

    /** What an engine saved, while bundle files are made from it. */
    public Path engineImages() {
        return path.resolve("engine-images");
    }

    /** Blobs of the bundles, by digest. */
    public Path bundles() {
        return path.resolve("bundles");
    }
}
