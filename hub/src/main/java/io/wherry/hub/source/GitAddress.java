package io.wherry.hub.source;

import static io.wherry.hub.source.SourceReason.ADDRESS_REFUSED;

import io.wherry.hub.resource.HostKeys;
import io.wherry.hub.resource.SourceUrl;
import io.wherry.hub.resource.SshPublicKey;
import io.wherry.hub.resource.SshUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a repository is fetched from. Only what is allowed by name gets this far; everything else is refused with the way to do it. */
sealed interface GitAddress {

    /** What JGit is given. */
    String text();

    /** @param url {@code https}, with a host, without user, query or fragment */
    record Https(URI url) implements GitAddress {
        @Override
        public String text() {
            return url.toString();
        }

        /** As credentials name it: without the usual port. */
        String server() {
            return url.getPort() < 0 || url.getPort() == 443 ? url.getHost() : url.getHost() + ":" + url.getPort();
        }
    }

    /** @param hostKeys by which its server is known; none: it is not known, and nothing is sent there but a greeting */
    record Ssh(SshUrl url, List<SshPublicKey> hostKeys) implements GitAddress {
        @Override
        public String text() {
            return url.text();
        }
    }

    /** @param folder real path of a repository, below one of the allowed folders */
    record Local(Path folder) implements GitAddress {
        @Override
        public String text() {
            return folder.toString();
        }
    }

    /** @param hostKeys of a server of SSH, as a source names them */
    static GitAddress parse(String url, Optional<String> hostKeys, List<Path> localDirectories) throws SourceFailure {
        Optional<String> problem = SourceUrl.check(url);
        if (problem.isPresent()) {
            throw refused(
                    "the source's url: " + problem.get(),
                    "write it as https://HOST/PATH or ssh://USER@HOST/PATH, the form \"git clone\" takes");
        }
        if (SshUrl.is(url)) {
            SshUrl ssh = SshUrl.parse(url);
            return new Ssh(ssh, hostKeys.map(keys -> HostKeys.parse(keys, ssh)).orElse(List.of()));
        }
        return SourceUrl.isLocal(url) ? local(url, localDirectories) : new Https(URI.create(url));
    }

    private static GitAddress local(String url, List<Path> allowed) throws SourceFailure {
        String hint = "list its parent folder in sources.localDirectories of the hub's configuration";
        if (allowed.isEmpty()) {
            throw refused("\"" + url + "\" is a folder on the hub's disk, and none is allowed", hint);
        }
        Path folder;
        try {
            folder = Path.of(url).toRealPath();
        } catch (IOException | InvalidPathException e) {
            throw new SourceFailure(
                    SourceReason.REPOSITORY_NOT_FOUND,
                    "\"" + url + "\" is not there, or the hub may not read it",
                    "check path and permissions: the hub runs as a user of its own",
                    e);
        }
        for (Path parent : allowed) {
            if (below(folder, parent)) {
                return new Local(repository(folder, parent));
            }
        }
        throw refused("\"" + url + "\" is not below any of the allowed folders " + allowed, hint);
    }

    /** The links of both sides resolved: a link in an allowed folder allows nothing outside of it. */
    private static boolean below(Path folder, Path parent) throws SourceFailure {
        try {
            return folder.startsWith(parent.toRealPath());
        } catch (IOException e) {
            return false; // an allowed folder that is not there allows nothing
        }
    }

    /** A repository may send its reader elsewhere by a .git file, a common folder, or alternates: all of these are refused. */
    private static Path repository(Path folder, Path parent) throws SourceFailure {
        Path git = Files.isDirectory(folder.resolve(".git")) ? folder.resolve(".git") : folder;
        for (String part : List.of("objects", "refs")) {
            if (!Files.isDirectory(git.resolve(part))) {
                throw new SourceFailure(
                        SourceReason.REPOSITORY_NOT_FOUND,
                        "\"" + folder + "\" is no Git repository (it has no folder \"" + part + "\")",
                        "name the folder that holds .git, or a bare repository");
            }
        }
        for (String pointer : List.of("commondir", "objects/info/alternates", "objects/info/http-alternates")) {
            if (Files.exists(git.resolve(pointer))) {
                throw refused(
                        "\"" + folder + "\" borrows from another repository by its file \"" + pointer + "\"",
                        "make a whole copy: git clone --no-local");
            }
        }
        for (String part : List.of(".", "objects", "objects/pack", "refs")) {
            Path real = git.resolve(part);
            try {
                if (Files.exists(real) && !below(real.toRealPath(), parent)) {
                    throw refused("\"" + real + "\" is a link out of the allowed folder", "make a whole copy");
                }
            } catch (SourceFailure e) {
                throw e;
            } catch (IOException e) {
                throw new SourceFailure(
                        SourceReason.REPOSITORY_NOT_FOUND, "\"" + real + "\" cannot be read", "check permissions", e);
            }
        }
        return git;
    }

    private static SourceFailure refused(String detail, String hint) {
        return new SourceFailure(ADDRESS_REFUSED, detail, hint);
    }
}
