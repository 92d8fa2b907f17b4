package io.wherry.agent.runtime.kubernetes.images;

import io.wherry.base.Causes;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.LoginFile;
import io.wherry.contract.registry.RegistryCredentials;
import io.wherry.contract.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** What the agent shows to the site's registry. Its file is read anew each time, so that a changed password needs no restart. */
final class SiteLogin implements RegistryCredentials {
    /** A list of logins has some kilobytes. */
    private static final int MAX_BYTES = 256 << 10;

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    /** As service managers and Kubernetes give secrets to a process that is not root: by its group. */
    private static final Set<PosixFilePermission> HANDED_OVER = PosixFilePermissions.fromString("r--r-----");

    /** By number where a container knows no names. */
    private static final Set<String> ROOT = Set.of("root", "0");

    private final RegistryPlace place;

    SiteLogin(RegistryPlace place) {
        this.place = place;
    }

    @Override
    public Optional<String> header(String registry) throws RegistryException {
        if (place.loginFile().isEmpty() || !registry.equals(place.host())) {
            return Optional.empty();
        }
        Path file = place.loginFile().get();
        LoginFile.Login login = logins(file)
                .find(registry)
                .orElseThrow(() -> new RegistryException(
                        file + ": has no login for " + registry, "podman login --authfile " + file + " " + registry));
        return Optional.of(login.header());
    }

    private static LoginFile logins(Path file) throws RegistryException {
        try {
            requirePrivate(file);
            return LoginFile.parse(bytes(file));
        } catch (JsonException e) { // its words name fields; what a parser says of broken JSON may show what is in it
            throw new RegistryException(
                    file + ": " + (e.getCause() == null ? e.getMessage() : "no JSON"),
                    "write it by podman login --authfile FILE HOST, or as {\"auths\": {\"HOST\": {\"username\": …, \"password\": …}}}");
        } catch (RegistryException e) {
            throw e;
        } catch (IOException e) {
            throw new RegistryException(
                    file + ": cannot be read: " + Causes.words(e),
                    "kubernetes.imagesRegistryLoginFile names a file that the agent's user can read",
                    e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new RegistryException(file + ": more than " + MAX_BYTES + " bytes", "is that the right file?");
            }
            return bytes;
        }
    }

    private static void requirePrivate(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        boolean byRoot = ROOT.contains(Files.getOwner(file).getName());
        if (!OWNER_ONLY.containsAll(mode) && !(byRoot && HANDED_OVER.containsAll(mode))) {
            throw new RegistryException(
                    file + ": mode " + PosixFilePermissions.toString(mode) + " lets others read a secret",
                    "chmod 600 " + file + ", with the agent's user as its owner");
        }
    }

    @Override
    public boolean plain(String registry) {
        return place.plain() && registry.equals(place.host());
    }

    @Override
    public String owner() {
        return "this agent";
    }

    @Override
    public String hint(ImageReference image) {
        return "name a file with a login for " + image.registry() + " as kubernetes.imagesRegistryLoginFile";
    }

    @Override
    public String authorityHint() {
        return "name a file with the authority's certificate (PEM) as kubernetes.imagesRegistryCaFile";
    }
}
