package io.wherry.contract.policy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a policy judges. Its word stands in receipts, plans and {@code policy.allow} of the agent's configuration. */
public enum Rule {
    /** All of the host's devices and kernel interfaces. */
    PRIVILEGED("a container with all rights on the host"),
    /** The host's network stack instead of an own one. */
    HOST_NETWORK("the host's network"),
    /** Sees and signals every process of the host. */
    HOST_PID("the host's processes"),
    /** The host's shared memory. */
    HOST_IPC("the host's shared memory"),
    /** May change the host's name. */
    HOST_UTS("the host's name"),
    /** Root in the container is root on the host, although the engine would map it to somebody else. */
    HOST_USERNS("the host's users"),
    /** The network stack of a container that is not of this stack. */
    CONTAINER_NETWORK("the network of another container"),
    /** The shared memory of a container that is not of this stack. */
    CONTAINER_IPC("the shared memory of another container"),
    /** The processes of a container that is not of this stack. */
    CONTAINER_PID("the processes of another container"),
    /** The volumes of a container that is not of this stack. */
    CONTAINER_VOLUMES("the volumes of another container"),
    /** A name for a container that is not of this stack; on the engine's own bridge it also shows that one's environment. */
    CONTAINER_LINK("a link to another container"),
    /** The host's tree of control groups instead of the container's own part of it. */
    HOST_CGROUP("the host's control groups"),
    /** Whoever reaches the engine is root on the host. */
    DOCKER_SOCKET("the engine's socket"),
    /** Keys and journal of the agent itself. */
    AGENT_STATE("the agent's own state"),
    /** A folder or file of the host that is in no allowed one. */
    HOST_PATH("a path of the host"),
    /** A device of the host that is not allowed. */
    DEVICE("a device of the host"),
    /** Makes a device node usable whatever devices are allowed: a container may make nodes itself. */
    DEVICE_RULE("a rule for devices of the host"),
    /** What a device driver of the engine hands out: graphics cards, with the libraries of the host that belong to them. */
    DEVICE_REQUEST("devices of a driver"),
    /** A capability that is not allowed. */
    CAPABILITY("a capability"),
    /** Without the engine's filters of system calls and of access. */
    UNCONFINED("a container without the engine's confinement"),
    /** A kernel setting that is not the container's own. */
    SYSCTL("a kernel setting"),
    /** Another program than the engine's own runs the container. */
    RUNTIME("another container runtime"),
    /** A place in the host's control groups. */
    CGROUP_PARENT("a parent control group"),
    /** What some runtimes and the host's systemd take as orders. */
    ANNOTATION("an order to the container runtime"),
    /** Others on the host die first when its memory ends. */
    OOM("to outlive others when memory ends"),
    /** Mounts made in the container appear on the host. */
    PROPAGATION("shared mounts"),
    /** A volume of a driver that mounts what it is told. */
    VOLUME_DRIVER("a volume driver"),
    /** Containers with addresses of their own in the network that the host is in, past its packet filter. */
    NETWORK_DRIVER("a network driver");

    private final String words;

    Rule(String words) {
        this.words = words;
    }

    /** {@code host-path}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it is about, for a person. */
    public String words() {
        return words;
    }

    public static Optional<Rule> find(String word) {
        return Arrays.stream(values()).filter(rule -> rule.word().equals(word)).findFirst();
    }
}
