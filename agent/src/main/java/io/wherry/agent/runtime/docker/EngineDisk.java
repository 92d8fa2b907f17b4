package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The disk on which an engine keeps images, where it is this machine's and can be seen from here.
 *
 * @param path as the engine calls it
 */
record EngineDisk(Path path, FileStore store) {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");

    /** Of a driver of containerd's: images lie in its folder then, which the engine does not tell. */
    private static final String CONTAINERD = "io.containerd.snapshotter.v1";

    /** @param info what the engine says of itself. @return empty: how much room there is cannot be known */
    static Optional<EngineDisk> of(Json.Obj info) {
        Optional<String> root = info.findString("DockerRootDir").filter(path -> path.startsWith("/"));
        boolean elsewhere =
                info.find("DriverStatus").map(Object::toString).orElse("").contains(CONTAINERD);
        if (root.isEmpty() || elsewhere || !isThisMachine(info)) {
            return Optional.empty();
        }
        Path path = Path.of(root.get());
        try {
            // A container that was given the socket alone has no such folder.
            return Files.isDirectory(path)
                    ? Optional.of(new EngineDisk(path, Files.getFileStore(path)))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** An engine in a virtual machine names folders of that one, and has a kernel of its own. */
    private static boolean isThisMachine(Json.Obj info) {
        try {
            return info.findString("KernelVersion")
                    .orElse("")
                    .equals(Files.readString(KERNEL).strip());
        } catch (IOException e) {
            return false;
        }
    }

    /** @return empty if the disk does not say so now */
    Optional<Long> freeBytes() {
        try {
            return Optional.of(store.getUsableSpace());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
