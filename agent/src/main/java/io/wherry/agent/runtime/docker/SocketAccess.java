package io.wherry.agent.runtime.docker;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Says why a user may not open the engine's socket, and which command lets them. */
final class SocketAccess {
    /** The group that Docker's packages make for this. */
    private static final String DOCKER_GROUP = "docker";

    private SocketAccess() {}

    /** @param user as which this agent runs */
    static String denied(URI host, String user) {
        String who = host + ": permission denied: this agent runs as user " + user + ", and ";
        Path socket = Path.of(host.getPath());
        try {
            return who + cure(socket, user, Files.readAttributes(socket, PosixFileAttributes.class));
        } catch (IOException | UnsupportedOperationException e) {
            return who + "a folder above the socket does not let that user in. See: namei -l " + socket;
        }
    }

    private static String cure(Path socket, String user, PosixFileAttributes attributes) {
        return cure(
                socket, user, attributes.owner().getName(), attributes.group().getName(), attributes.permissions());
    }

    static String cure(Path socket, String user, String owner, String group, Set<PosixFilePermission> mode) {
        String belongs = "the socket belongs to user " + owner + ", group " + group + ", mode "
                + PosixFilePermissions.toString(mode);
        // Nobody should be advised to join root's own group.
        return mode.contains(PosixFilePermission.GROUP_WRITE) && !group.equals("root")
                ? belongs + ". Add the user to that group, and restart the agent: usermod -aG " + group + " " + user
                : belongs + ". Let the group " + DOCKER_GROUP + " in, add the user to it, and restart the agent: chgrp "
                        + DOCKER_GROUP + " " + socket + " && chmod 660 " + socket + " && usermod -aG " + DOCKER_GROUP
                        + " " + user;
    }
}
