package io.wherry.agent.runtime.docker;

import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Configs and secrets are mounted from files of the project directory. The service says only their names, so that one which is of another file now does not show
 * in its hash; and the file that it was of goes from the site with the release, without which a container that mounts it never starts again.
 */
final class MountedFiles {
    private MountedFiles() {}

    /**
     * @param directory the stack's, at the site; what lies elsewhere is not looked at, for an engine may know it by another name
     * @param host      the {@code HostConfig} that is wanted
     * @param mounted   path in the container to the host's, as it runs
     * @return the first path in the container at which another file of the directory is mounted than is wanted
     */
    static Optional<String> other(Path directory, Json.Obj host, Map<String, String> mounted) {
        Path own = directory.toAbsolutePath().normalize();
        return host.objects("Mounts").stream()
                .filter(mount -> mount.string("Type").equals("bind"))
                .filter(mount -> {
                    Path wanted = Path.of(mount.string("Source"));
                    Path found = Path.of(mounted.getOrDefault(mount.string("Target"), ""));
                    return wanted.startsWith(own) && found.startsWith(own) && !wanted.equals(found);
                })
                .map(mount -> mount.string("Target"))
                .findFirst();
    }
}
