package io.wherry.contract.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Secret;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import java.util.Base64;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Users and passwords by host in the form of Docker's {@code config.json} and Podman's {@code auth.json}, as {@code podman login --authfile FILE HOST}
 * writes it.
 *
 * @param byHost {@code HOST} or {@code HOST:PORT}, in small letters; Docker's own registry is {@code docker.io}
 */
public record LoginFile(SortedMap<String, Login> byHost) {
    /** What Docker calls the login of its own registry. */
    private static final String DOCKER_HUB = "https://index.docker.io/v1/";

    public LoginFile {
        byHost = Collections.unmodifiableSortedMap(new TreeMap<>(byHost));
    }

    /** What is shown to one host. */
    public record Login(String user, Secret password) {
        /** The value of an {@code Authorization} header. */
        public String header() {
            return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password.reveal()).getBytes(UTF_8));
        }
    }

    /**
     * Reads one.
     *
     * @throws JsonException naming the field; one without a cause shows nothing of its content
     */
    public static LoginFile parse(byte[] json) {
        SortedMap<String, Login> byHost = new TreeMap<>();
        for (Map.Entry<String, Json> login :
                JsonReader.object(json).object("auths").fields().entrySet()) {
            byHost.put(host(login.getKey()), login(login.getKey(), login.getValue()));
        }
        return new LoginFile(byHost);
    }

    private static String host(String key) {
        return key.equals(DOCKER_HUB) ? "docker.io" : key.toLowerCase(Locale.ROOT);
    }

    private static Login login(String host, Json value) {
        if (!(value instanceof Json.Obj login)) {
            throw new JsonException("auths." + host + ": no object");
        }
        Optional<String> user = login.findString("username");
        Optional<String> password = login.findString("password");
        if (user.isPresent() && password.isPresent()) {
            return new Login(user.get(), Secret.of(password.get()));
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
        return new Login(decoded.substring(0, colon), Secret.of(decoded.substring(colon + 1)));
    }

    /** The login for a host. */
    public Optional<Login> find(String host) {
        return Optional.ofNullable(byHost.get(host.toLowerCase(Locale.ROOT)));
    }
}
