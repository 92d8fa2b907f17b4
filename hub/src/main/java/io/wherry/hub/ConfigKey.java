package io.wherry.hub;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every key of {@code hub.yaml}: the one table that the reader, the file that {@code init} writes and the reference page are made from. */
enum ConfigKey {
    HOSTNAMES(
            "hostnames",
            true,
            "",
            "Names and addresses under which agents and operators reach this hub. The hub's certificate is made for them, and join tokens carry them."),
    LISTEN_OPERATORS("listen.operators", false, "0.0.0.0:8443", "The operators' API, over TLS."),
    LISTEN_AGENTS("listen.agents", false, "0.0.0.0:8444", "The agents' port, over TLS 1.3."),
    LISTEN_HEALTH(
            "listen.health",
            false,
            "127.0.0.1:8445",
            "Health and metrics, without TLS and login: /livez, /readyz, /metrics. Keep it where only the monitoring reaches it."),
    LOCAL_DIRECTORIES(
            "sources.localDirectories",
            true,
            "",
            "Absolute paths. A source may name a Git repository on the hub's own disk only below one of them; none: no local repositories."),
    CONFIGURATION_URL(
            "configuration.url",
            false,
            "",
            "Address of a repository whose files declare the hub's own sources, stacks, groups, policies, rollout policies and agents' labels. None: people declare them."),
    CONFIGURATION_PATH(
            "configuration.path",
            false,
            "",
            "Folder of that repository whose `*.yaml`, `*.yml` and `*.json` are taken, with those below; or one file. None: the whole repository."),
    CONFIGURATION_CREDENTIAL(
            "configuration.credentialRef",
            false,
            "",
            "Name of the credential of the vault that may read the repository. None: anybody may."),
    CONFIGURATION_PRUNE(
            "configuration.prune",
            false,
            "false",
            "`true`: a stack that the repository no longer declares ends without asking. `false`: it waits for a person. More than a few objects at once always wait."),
    CONFIGURATION_ADOPT(
            "configuration.adopt",
            false,
            "false",
            "`true`: the repository takes over what people declared under the same name and otherwise. `false`: only what is equal."),
    REGISTRIES_CA(
            "registries.caFile",
            false,
            "",
            "Absolute path of a PEM file with the authorities that issue the certificates of image registries; these alone are believed then. None: those of the Java runtime."),
    ENGINE_SOCKET(
            "images.engineSocket",
            false,
            "",
            "Absolute path of the socket of a Docker engine on the hub's machine, such as `/var/run/docker.sock`. Bundle files then take images from it that it has by tag, before a registry is asked. The hub's user must be in the group that may open it, which is as good as being root. None: registries alone."),
    TLS_CERTIFICATE(
            "tls.certificate",
            false,
            "",
            "PEM file with the certificate chain that operators see, for a name that browsers trust; read anew when it changes. None: the hub's own authority issues and renews it. Agents always see the hub's own."),
    TLS_KEY("tls.key", false, "", "PEM file with the key of `tls.certificate`, without a password: EC or RSA."),
    VAULT_KEY_FILE(
            "vault.keyFile",
            false,
            "",
            "Absolute path of the file with the key that credentials are encrypted with, such as a systemd credential: `/run/credentials/wherry-hub.service/vault-key`. None: `DIR/keys/kek`."),
    LOG_FORMAT(
            "log.format",
            false,
            "text",
            "`text` for people or `json` for collectors; one line each, on standard output."),
    LOG_LEVEL("log.level", false, "info", "`error`, `warning`, `info` or `debug`.");

    private final String path;
    private final boolean list;
    private final String fallback;
    private final String text;

    ConfigKey(String path, boolean list, String fallback, String text) {
        this.path = path;
        this.list = list;
        this.fallback = fallback;
        this.text = text;
    }

    /** With a dot between the levels, at most two. */
    String path() {
        return path;
    }

    /** Whether it holds several values; in the environment and in flags they stand with commas between. */
    boolean list() {
        return list;
    }

    /** The value where none is given; empty: none. */
    String fallback() {
        return fallback;
    }

    /** What it means, for the reference page and the file. */
    String text() {
        return text;
    }

    /** The part before the dot, or empty. */
    String section() {
        int dot = path.indexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    /** The part after the dot, or the whole. */
    String word() {
        return path.substring(path.indexOf('.') + 1);
    }

    /** {@code WHERRY_SOURCES_LOCAL_DIRECTORIES} for {@code sources.localDirectories}. */
    String variable() {
        return "WHERRY_" + path.replaceAll("([A-Z])", "_$1").replace('.', '_').toUpperCase(Locale.ROOT);
    }

    static Optional<ConfigKey> find(String path) {
        return Arrays.stream(values()).filter(key -> key.path.equals(path)).findFirst();
    }

    static List<String> paths() {
        return Arrays.stream(values()).map(ConfigKey::path).toList();
    }
}
