package io.wherry.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** Whose a folder with keys in it is: of the user of this process, or of another. */
public final class FolderOwner {
    private static final int ROOT = 0;

    private FolderOwner() {}

    /** The user id of this process. */
    public static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    /**
     * Why a folder is not that of a user, and what to do; empty if it is.
     *
     * @param folder  is there
     * @param ownUid  who wants to use it
     * @param program of the two, {@code hub} or {@code agent}
     */
    public static Optional<String> another(Path folder, int ownUid, String program) throws IOException {
        int owner = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (owner == ownUid) {
            return Optional.empty();
        }
        String name = Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).getName();
        return Optional.of("owned by user id " + owner + ", and this " + program + " runs as user id " + ownUid + "; "
                + fix(folder, owner, name, ownUid, program));
    }

    /**
     * Root has lent itself to a service's folder: giving that to root would keep the service from its next start.
     *
     * @param name of the owner, or its number where it has none
     */
    static String fix(Path folder, int owner, String name, int ownUid, String program) {
        return ownUid == ROOT && !name.equals(Integer.toString(owner))
                ? "run it as its owner: runuser -u " + name + " -- wherry-" + program + " ..."
                : "run it as its owner, or: chown -R " + ownUid + " " + folder;
    }
}
