package io.wherry.e2e.program;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.wherry.e2e.FreePorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** A real registry of images on the loopback, from where engines pull without TLS. What it was given it keeps while it is down. */
final class Registry {
    private static final String HOST = "127.0.0.1";

    private final Fleet fleet;
    private final String name;
    private final int port;
    private final Path configuration;
    private final Path log;
    private final List<String> copies = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();

    private Registry(Fleet fleet, String name, int port) {
        this.fleet = fleet;
        this.name = name;
        this.port = port;
        this.configuration = fleet.folder().resolve(name + ".yml");
        this.log = fleet.folder().resolve(name + ".log");
    }

    /** One that is down and empty. */
    static Registry in(Fleet fleet) throws IOException {
        return in(fleet, "registry", "");
    }

    /** One that lets in those alone who know the password. */
    static Registry closed(Fleet fleet, String name, String user, String password) throws IOException {
        Registry registry =
                in(fleet, name, "auth: {htpasswd: {realm: %s, path: %s}}\n".formatted(name, passwords(fleet, name)));
        registry.allow(user, password);
        return registry;
    }

    private static Path passwords(Fleet fleet, String name) {
        return fleet.folder().resolve(name + ".htpasswd");
    }

    /** @param more lines of its configuration */
    static Registry in(Fleet fleet, String name, String more) throws IOException {
        Registry registry = new Registry(fleet, name, FreePorts.take());
        Files.writeString(
                registry.configuration, """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s:%d"}
                """.formatted(fleet.folder().resolve(name), HOST, registry.port) + more);
        return registry;
    }

    /** From now on this user and password, and no other; the registry reads its file again when it changed. */
    void allow(String user, String password) throws IOException {
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        Path fresh = fleet.folder().resolve(name + ".htpasswd.new");
        Files.writeString(fresh, user + ":" + OpenBSDBCrypt.generate("2y", password.toCharArray(), salt, 5) + "\n");
        Files.move(fresh, passwords(fleet, name), REPLACE_EXISTING);
    }

    /** Where it listens, as it stands in names of images. */
    String host() {
        return HOST + ":" + port;
    }

    void start() throws Exception {
        start(fleet.programs());
        fleet.until("the registry answers", this::answers, () -> Programs.end(log));
    }

    /** Somewhere else, or there too, with what it has: in the network of an engine of a test's own. Whoever pulls waits until it answers. */
    void start(Programs there) throws IOException {
        processes.add(there.start(log, "docker-registry", "serve", configuration.toString()));
    }

    void stop() throws InterruptedException {
        for (Process process : processes) {
            Programs.stop(process);
        }
        processes.clear();
    }

    /** Takes a copy of a local image, which the engine can then have from here only. @return what the copy is called */
    String take(String image, String name) throws Exception {
        String copy = name(name);
        copies.add(copy);
        fleet.engine().does("tag", image, copy);
        fleet.engine().does("push", "--quiet", copy);
        fleet.engine().does("rmi", copy);
        return copy;
    }

    /** What it calls an image. */
    String name(String image) {
        return HOST + ":" + port + "/" + image;
    }

    /** Of the manifest of a copy that it took. */
    String digest(String copy) throws Exception {
        String[] parts = copy.substring(copy.indexOf('/') + 1).split(":");
        Said head = fleet.programs()
                .run(
                        "curl",
                        "-sfI",
                        "-H",
                        "Accept: application/vnd.docker.distribution.manifest.v2+json",
                        "http://" + HOST + ":" + port + "/v2/" + parts[0] + "/manifests/" + parts[1]);
        return head.ok()
                .out()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("docker-content-digest:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private boolean answers() throws IOException {
        try (Socket _ = new Socket(InetAddress.getByName(HOST), port)) {
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    /** Stops it for good. */
    void end() throws Exception {
        stop();
        for (String copy : copies) {
            fleet.programs().run("docker", "rmi", copy); // its name only; there is none if nobody pulled it
        }
    }
}
