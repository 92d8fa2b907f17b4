package io.wherry.contract.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Where a policy begins. What a site allows by name is added to it. */
public enum Preset {
    /** What Compose files commonly need, and nothing that is root on the host. */
    COMPOSE(
            List.of("/srv", "/opt", "/data", "/mnt", "/media"),
            List.of(
                    "/etc/localtime",
                    "/etc/timezone",
                    "/usr/share/zoneinfo",
                    "/etc/ssl/certs",
                    "/usr/share/ca-certificates",
                    "/usr/local/share/ca-certificates"),
            with(Words.ENGINE, "IPC_LOCK", "NET_ADMIN", "SYS_NICE"),
            List.of(
                    "/dev/dri",
                    "/dev/dri/*",
                    "/dev/snd",
                    "/dev/fuse",
                    "/dev/net/tun",
                    "/dev/ttyACM*",
                    "/dev/ttyUSB*",
                    "/dev/serial/by-id/*",
                    "/dev/video*",
                    "/dev/i2c-*",
                    "/dev/gpiochip*")),
    /** Nothing of the host but the stack's own project folder; as the Kubernetes pod security standard of the same name. */
    BASELINE(List.of(), List.of(), Words.ENGINE, List.of());

    /** What stands before the values of an enum. */
    private static final class Words {
        /** Those that Docker gives to every container. */
        static final Set<String> ENGINE = Set.of(
                "AUDIT_WRITE",
                "CHOWN",
                "DAC_OVERRIDE",
                "FOWNER",
                "FSETID",
                "KILL",
                "MKNOD",
                "NET_BIND_SERVICE",
                "NET_RAW",
                "SETFCAP",
                "SETGID",
                "SETPCAP",
                "SETUID",
                "SYS_CHROOT");
    }

    private final List<String> hostPaths;
    private final List<String> readablePaths;
    private final Set<String> capabilities;
    private final List<String> devices;

    Preset(List<String> hostPaths, List<String> readablePaths, Set<String> capabilities, List<String> devices) {
        this.hostPaths = hostPaths;
        this.readablePaths = readablePaths;
        this.capabilities = capabilities;
        this.devices = devices;
    }

    private static Set<String> with(Set<String> words, String... more) {
        TreeSet<String> all = new TreeSet<>(words);
        all.addAll(List.of(more));
        return Set.copyOf(all);
    }

    /** Folders of the host that may be mounted, and what is below them. */
    public List<String> hostPaths() {
        return hostPaths;
    }

    /** The same, but only to read. */
    public List<String> readablePaths() {
        return readablePaths;
    }

    public Set<String> capabilities() {
        return capabilities;
    }

    /** With {@code *} for any characters but a slash. */
    public List<String> devices() {
        return devices;
    }

    /** {@code compose}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Preset> find(String word) {
        return Arrays.stream(values())
                .filter(preset -> preset.word().equals(word))
                .findFirst();
    }

    /** What a site gets that chose none: the strict one where its environment is {@code production}. */
    public static Preset of(String environment) {
        return environment.equals("production") ? BASELINE : COMPOSE;
    }
}
