package io.wherry.e2e.disk;

import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of a file or folder beside its content. */
record DiskAttributes(Disk.Node node) implements PosixFileAttributes {

    /** Sets them. */
    record View(DiskPath path) implements PosixFileAttributeView {
        @Override
        public String name() {
            return "posix";
        }

        @Override
        public PosixFileAttributes readAttributes() throws IOException {
            return new DiskAttributes(path.disk().node(path));
        }

        @Override
        public void setTimes(@Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
                throws IOException {
            if (path.disk().node(path) instanceof Disk.Content content && modified != null) {
                content.modifiedMs = modified.toMillis();
            }
        }

        @Override
        public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
            if (path.disk().node(path) instanceof Disk.Content content) {
                content.permissions = Set.copyOf(permissions);
            }
        }

        @Override
        public void setGroup(GroupPrincipal group) {
            throw new UnsupportedOperationException("groups: not on a disk in memory");
        }

        @Override
        public UserPrincipal getOwner() {
            return () -> "owner";
        }

        @Override
        public void setOwner(UserPrincipal owner) {
            throw new UnsupportedOperationException("owners: not on a disk in memory");
        }
    }

    @Override
    public UserPrincipal owner() {
        return () -> "owner";
    }

    @Override
    public GroupPrincipal group() {
        return () -> "group";
    }

    @Override
    public Set<PosixFilePermission> permissions() {
        return node.permissions();
    }

    @Override
    public FileTime lastModifiedTime() {
        return FileTime.fromMillis(node instanceof Disk.Content content ? content.modifiedMs : 0);
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime();
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime();
    }

    @Override
    public boolean isRegularFile() {
        return node instanceof Disk.Content;
    }

    @Override
    public boolean isDirectory() {
        return node instanceof Disk.Folder;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public long size() {
        return node instanceof Disk.Content content ? content.bytes.length : 0;
    }

    @Override
    public Object fileKey() {
        return node;
    }
}
