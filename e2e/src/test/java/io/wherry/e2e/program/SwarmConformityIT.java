package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What {@code docker stack deploy} makes of a file, and what we make of it, is the same by {@code docker inspect}: but for ids, our own labels, and the digest
 * in the names of configs and secrets.
 */
class SwarmConformityIT {
    private static final String PROJECT = "same";
    private static final Set<String> IDS = Set.of("ConfigID", "SecretID");
    private static final Pattern DIGEST = Pattern.compile("(same_[a-z]+)-[0-9a-f]{12}\\b");

    /** Their order says what happens; that of all others does not. */
    private static final Set<String> ORDERED = Set.of("Command", "Args", "Test", "Preferences");

    private static final Map<String, String> PROJECTS = Map.of(
            "plain", """
            services:
              web:
                image: wherry.test/busybox:1
                entrypoint: [/bin/sh, -c]
                command: ["sleep 1000"]
                environment: {A: "1", B: two words, C: "x=y"}
                labels: {team: shop}
                hostname: web-host
                working_dir: /tmp
                user: "0:0"
                stop_signal: SIGKILL
                stop_grace_period: 3s
                tty: true
                stdin_open: true
                read_only: true
                init: true
                ports:
                  - {target: 80, published: 8080, protocol: tcp, mode: host}
                  - {target: 81, published: 8070, protocol: udp, mode: ingress}
            """, "host", """
            services:
              web:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                cap_add: [NET_ADMIN]
                cap_drop: [CHOWN]
                sysctls: {net.core.somaxconn: "512"}
                ulimits: {nproc: 512, nofile: {soft: 100, hard: 200}}
                dns: [10.0.0.53]
                dns_search: [example.org]
                extra_hosts: ["db:10.1.2.3"]
                healthcheck: {test: [CMD, "true"], interval: 5s, timeout: 2s, retries: 4, start_period: 1s}
                logging: {driver: json-file, options: {max-size: 1m}}
            """, "deploy", """
            services:
              web:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                deploy:
                  replicas: 2
                  labels: {tier: front}
                  endpoint_mode: dnsrr
                  placement:
                    constraints: [node.role == manager]
                    preferences: [{spread: node.labels.zone}]
                    max_replicas_per_node: 3
                  resources:
                    limits: {cpus: "0.5", memory: 50M, pids: 100}
                    reservations: {cpus: "0.1", memory: 10M}
                  restart_policy: {condition: on-failure, delay: 2s, max_attempts: 3, window: 10s}
                  update_config: {parallelism: 2, delay: 1s, failure_action: rollback, monitor: 3s, max_failure_ratio: 0.3, order: start-first}
                  rollback_config: {parallelism: 0, failure_action: continue, order: stop-first}
            """, "kinds", """
            services:
              each: {image: "wherry.test/busybox:1", command: [sleep, "1000"], deploy: {mode: global}}
              again: {image: "wherry.test/busybox:1", command: [sleep, "1000"], restart: always}
              few: {image: "wherry.test/busybox:1", command: [sleep, "1000"], restart: "on-failure:2"}
              none: {image: "wherry.test/busybox:1", command: [sleep, "1000"], deploy: {replicas: 0}}
            """, "networks", """
            services:
              web:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                networks: {front: {aliases: [shop, store]}, back: {}}
              api:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                networks: [back]
              plain:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
            networks:
              front: {attachable: true, labels: {a: b}, ipam: {config: [{subnet: 10.77.0.0/24}]}}
              back: {internal: true, driver: overlay, driver_opts: {com.docker.network.driver.mtu: "1400"}}
            """, "files", """
            services:
              web:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                configs: [app, {source: more, target: /etc/more.conf, uid: "10", gid: "20", mode: 0440}]
                secrets: [key, {source: other, target: renamed, mode: 0400}]
            configs: {app: {file: ./app.conf}, more: {file: ./more.conf, labels: {c: d}}}
            secrets: {key: {file: ./key.txt}, other: {file: ./other.txt, labels: {e: f}}}
            """, "volumes", """
            services:
              web:
                image: wherry.test/busybox:1
                command: [sleep, "1000"]
                volumes:
                  - data:/data
                  - {type: volume, source: cache, target: /cache, read_only: true, volume: {nocopy: true}}
                  - {type: volume, target: /anonymous}
                  - /tmp:/host:ro
                  - {type: tmpfs, target: /scratch, tmpfs: {size: 1048576}}
            volumes:
              data: {}
              cache: {driver: local, driver_opts: {type: tmpfs, device: tmpfs, o: size=1m}, labels: {kind: cache}}
            """);

    private static Path folder;
    private static OwnSwarm swarm;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory("wherry-sc-");
        swarm = OwnSwarm.start(folder);
        // No task begins: an engine that is told to remove a network while a task for it begins keeps its own half of
        // the network, under the same name.
        String node = swarm.docker("node", "ls", "-q").strip();
        swarm.docker("node", "update", "--availability", "drain", node);
    }

    @AfterAll
    static void stop() throws Exception {
        swarm.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "host", "deploy", "kinds", "networks", "files", "volumes"})
    void isWhatDockerStackDeployMakes(String name) throws Exception {
        String compose = PROJECTS.getOrDefault(name, "");
        Map<String, String> files = name.equals("files")
                ? Map.of("app.conf", "a", "more.conf", "b", "key.txt", "c", "other.txt", "d")
                : Map.of();
        Path theirs = Files.createDirectory(folder.resolve(name));
        Files.writeString(theirs.resolve("compose.yaml"), "version: \"3.13\"\n" + compose);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(theirs.resolve(file.getKey()), file.getValue());
        }
        swarm.docker(
                "stack",
                "deploy",
                "--resolve-image",
                "never",
                "--detach=true",
                "-c",
                theirs.resolve("compose.yaml").toString(),
                PROJECT);
        Map<String, List<String>> wanted = inspected();
        swarm.docker("stack", "rm", PROJECT);
        untilGone();

        swarm.apply(swarm.next(PROJECT, compose, files));
        Map<String, List<String>> made = inspected();
        String[] all = made.keySet().stream()
                .map(object -> object.replace(PROJECT + "_", "").replace(' ', '/'))
                .toArray(String[]::new);
        OwnSwarm.done(swarm.runtime().remove(swarm.tombstone(PROJECT, all), false));
        untilGone();

        assertThat(made).isEqualTo(wanted);
        assertThat(wanted).isNotEmpty();
    }

    private static void untilGone() throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(4).toNanos();
        while (!objects("network").isEmpty()
                || !swarm.docker("ps", "-aq", "--filter", "label=com.docker.stack.namespace=" + PROJECT)
                        .isBlank()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("the stack does not go");
            }
            Thread.sleep(300);
        }
    }

    private static List<String> objects(String kind) throws Exception {
        return swarm.docker(kind, "ls", "-q", "--filter", "label=com.docker.stack.namespace=" + PROJECT)
                .lines()
                .filter(id -> !id.isBlank())
                .toList();
    }

    /** Kind and name of each object to what {@code docker inspect} shows of it. */
    private static Map<String, List<String>> inspected() throws Exception {
        Map<String, String> networks = new TreeMap<>();
        swarm.docker("network", "ls", "--no-trunc", "--format", "{{.ID}} {{.Name}}")
                .lines()
                .forEach(line -> networks.put(line.split(" ")[0], line.split(" ")[1]));
        Map<String, List<String>> objects = new TreeMap<>();
        for (String kind : List.of("service", "network", "config", "secret")) {
            for (String id : objects(kind)) {
                Json.Obj shown = JsonReader.object(swarm.docker(kind, "inspect", "--format", "{{json .}}", id)
                        .getBytes(UTF_8));
                Json.Obj spec = shown.findObject("Spec").orElse(shown);
                List<String> lines = new ArrayList<>();
                flatten(lines, "", "", spec, networks);
                objects.put(kind + " " + plain(spec.string("Name")), lines);
            }
        }
        return objects;
    }

    private static String plain(String name) {
        return DIGEST.matcher(name).replaceAll("$1");
    }

    private static void flatten(List<String> lines, String path, String key, Json value, Map<String, String> networks) {
        switch (value) {
            case Json.Obj(var fields) ->
                new TreeMap<>(fields).forEach((name, one) -> {
                    boolean chance = IDS.contains(name)
                            || name.startsWith("io.wherry.")
                            || Set.of("Id", "Created", "Containers", "Peers", "Gateway")
                                    .contains(name)
                            || (name.equals("Config")
                                    && path.equals("/IPAM")
                                    && !JsonWriter.compact(one).contains("10.77"))
                            || name.equals("com.docker.network.driver.overlay.vxlanid_list");
                    if (!chance) {
                        flatten(lines, path + "/" + name, name, one, networks);
                    }
                });
            case Json.Arr(List<Json> items) -> {
                List<String> parts = new ArrayList<>();
                for (Json item : items) {
                    List<String> part = new ArrayList<>();
                    flatten(part, "", "", item, networks);
                    parts.add(part.toString());
                }
                if (!ORDERED.contains(key)) {
                    parts.sort(null);
                }
                if (!parts.isEmpty()) {
                    lines.add(path + " = " + parts);
                }
            }
            // The engine keeps nothing, an empty list and an empty object apart, and does the same with them.
            case Json.Null _ -> {}
            case Json.Str(String text) -> {
                if (!text.isEmpty()) {
                    lines.add(path + " = " + plain(networks.getOrDefault(text, text)));
                }
            }
            case Json.Bool(boolean bool) -> {
                if (bool) {
                    lines.add(path + " = true");
                }
            }
            case Json.Int(long number) -> {
                if (number != 0) {
                    lines.add(path + " = " + number);
                }
            }
            case Json.Dec _ -> lines.add(path + " = " + JsonWriter.compact(value));
        }
    }
}
