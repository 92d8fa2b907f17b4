package io.wherry.hub.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.registry.ImageReference;
import io.wherry.hub.registry.RegistryCredentials;
import io.wherry.hub.source.GitCredential;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Users and passwords by host, of registries and Git servers alike, in the form of Docker's {@code config.json} and Podman's {@code auth.json}:
 * {@code podman login --authfile FILE HOST} writes it. Each is shown to its own host alone.
 */
public final class Logins implements RegistryCredentials {
    /** What Docker calls the login of its own registry. */
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

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
                JsonReader.object(PrivateFile.secret(file.get()).getBytes(UTF_8))
                        .object("auths")
                        .fields()
                        .forEach((host, login) -> byHost.put(host(host), login(host, login)));
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

    private static String host(String key) {
        return key.equals(DOCKER_HUB) ? "docker.io" : key.toLowerCase(Locale.ROOT);
    }

    private static GitCredential.Basic login(String host, Json value) {
        if (!(value instanceof Json.Obj login)) {
            throw new JsonException("auths." + host + ": no object");
        }
        Optional<String> user = login.findString("username");
        Optional<String> password = login.findString("password");
        if (user.isPresent() && password.isPresent()) {
            return new GitCredential.Basic(user.get(), password.get());
        }
        String decoded;
        try {
            decoded = new String(
                    Base64.getDecoder().decode(login.findString("auth").orElse("")), UTF_8);
        } catch (IllegalArgumentException e) {
            throw new JsonException("auths." + host + ".auth: not base64");
        }
        int colon = decoded.indexOf(':');
        if (colon < 0) {
            throw new JsonException(
                    "auths." + host + ": no login in it (is it kept by a credsStore? such programs are not asked)");
        }
        return new GitCredential.Basic(decoded.substring(0, colon), decoded.substring(colon + 1));
    }

    @Override
    public Optional<String> header(String registry) {
        return git(registry).map(login -> login.header(false));
    }

    /** @param host {@code HOST} or {@code HOST:PORT} */
    public Optional<GitCredential> git(String host) {
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
