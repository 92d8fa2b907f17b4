package io.wherry.hub.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.JsonException;
import io.wherry.contract.registry.ImageReference;
import io.wherry.contract.registry.LoginFile;
import io.wherry.contract.registry.RegistryCredentials;
import io.wherry.hub.source.GitCredential;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Users and passwords by host, of registries and Git servers alike, in the form of Docker's {@code config.json} and Podman's {@code auth.json}:
 * {@code podman login --authfile FILE HOST} writes it. Each is shown to its own host alone.
 */
public final class Logins implements RegistryCredentials {
    private final Map<String, GitCredential.Basic> byHost;

    private Logins(Map<String, GitCredential.Basic> byHost) {
        this.byHost = byHost;
    }

    /**
     * Reads them.
     *
     * @throws TransferException if the file cannot be read or others can read it, or if it holds no logins
     */
    public static Logins read(Optional<Path> file) {
        Map<String, GitCredential.Basic> byHost = new HashMap<>();
        if (file.isPresent()) {
            try {
                LoginFile.parse(PrivateFile.secret(file.get()).getBytes(UTF_8))
                        .byHost()
                        .forEach((host, login) -> byHost.put(
                                host,
                                new GitCredential.Basic(
                                        login.user(), login.password().reveal())));
            } catch (
                    JsonException
                            e) { // its words name fields; what a parser says of broken JSON may show what is in it
                throw TransferException.usage(
                        file.get() + ": " + shown(e),
                        "write it by podman login --authfile FILE HOST, or as {\"auths\": {\"HOST\": {\"username\": …, \"password\": …}}}");
            }
        }
        return new Logins(byHost);
    }

    private static String shown(JsonException e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : "no JSON";
    }

    @Override
    public Optional<String> header(String registry) {
        return git(registry).map(login -> login.header(false));
    }

    /** @param host {@code HOST} or {@code HOST:PORT} */
    public Optional<GitCredential.Basic> git(String host) {
        return Optional.ofNullable(byHost.get(host.toLowerCase(Locale.ROOT)));
    }

    @Override
    public String owner() {
        return "this command";
    }

    @Override
    public String hint(ImageReference image) {
        return "give a login for " + image.registry() + " in the file of --credentials";
    }

    @Override
    public String authorityHint() {
        return "name a file with the authority's certificate (PEM): --ca-file";
    }

    @Override
    public String toString() {
        return "Logins" + byHost.keySet();
    }
}
