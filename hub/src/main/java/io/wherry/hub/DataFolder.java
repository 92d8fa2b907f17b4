package io.wherry.hub;

import java.nio.file.Path;

/** What lies where in the hub's data folder. */
public record DataFolder(Path path) {
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

    /** Blobs of the bundles, by digest. */
    public Path bundles() {
        return path.resolve("bundles");
    }
}
