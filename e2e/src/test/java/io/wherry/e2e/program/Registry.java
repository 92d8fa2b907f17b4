package io.wherry.e2e.program;

import io.wherry.e2e.FreePorts;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A real registry of images on the loopback, from where engines pull without TLS. What it was given it keeps while it is down. */
final class Registry {
    private static final String HOST = "127.0.0.1";

    private final Fleet fleet;
    private final int port;
    private final Path configuration;
    private final Path log;
    private final List<String> copies = new ArrayList<>();
    private @Nullable Process process;

    private Registry(Fleet fleet, int port) {
        this.fleet = fleet;
        this.port = port;
        this.configuration = fleet.folder().resolve("registry.yml");
        this.log = fleet.folder().resolve("registry.log");
    }

    /** One that is down and empty. */
    static Registry in(Fleet fleet) throws IOException {
        Registry registry = new Registry(fleet, FreePorts.take());
        Files.writeString(
                registry.configuration, """
                version: 0.1
                log: {level: warn}
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s:%d"}
                """.formatted(fleet.folder().resolve("registry"), HOST, registry.port));
        return registry;
    }

    void start() throws Exception {
        process = fleet.programs().start(log, "docker-registry", "serve", configuration.toString());
        fleet.until("the registry answers", this::answers, () -> Programs.end(log));
    }

    void stop() throws InterruptedException {
        if (process != null) {
            Programs.stop(process);
            process = null;
        }
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
