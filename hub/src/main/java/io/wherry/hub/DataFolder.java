package io.wherry.hub;

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
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

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

    /** Why it is not that of the user of this process; empty if it is, or is not there. */
    Optional<String> ofAnother() throws IOException {
        if (Files.notExists(path)) {
            return Optional.empty();
        }
        int owner = (Integer) Files.getAttribute(path, "unix:uid");
        int own = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        return owner == own
                ? Optional.empty()
                : Optional.of("owned by user id " + owner + ", and this hub runs as user id " + own
                        + " (run it as its owner, or: chown -R " + own + " " + path + ")");
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
