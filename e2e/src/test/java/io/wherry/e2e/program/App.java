package io.wherry.e2e.program;

import io.wherry.contract.json.Json;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.git.Repository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One stack and the repository it comes from: committed to, declared and waited for as its owner would. */
final class App {
    private final Fleet fleet;
    private final String name;
    private final Repository repository;
    private final String site;

    App(Fleet fleet, String name, Repository repository, String site) {
        this.fleet = fleet;
        this.name = name;
        this.repository = repository;
        this.site = site;
    }

    /** Of the stack, its source and its Compose project. */
    String name() {
        return name;
    }

    Repository repository() {
        return repository;
    }

    /** The container of a service. */
    String container(String service) {
        return name + "-" + service + "-1";
    }

    /** A Compose file of one service, {@code web}, that runs and is told apart by its colour. */
    static String web(String colour) {
        return """
                services:
                  web:
                    image: %s
                    command: [sleep, infinity]
                    stop_signal: SIGKILL
                    environment: {COLOUR: %s}
                """.formatted(TestImages.BUSYBOX_1, colour);
    }

    /** The same with a volume, {@code data}. */
    static String withVolume(String colour) {
        return web(colour) + "    volumes: [\"data:/data\"]\nvolumes: {data: {}}\n";
    }

    /** The same without it, and it takes two seconds to stop: long enough for another stack to overtake it, if it could. */
    static String slowToStop(String colour) {
        return web(colour).replace("stop_signal: SIGKILL", "stop_grace_period: 2s");
    }

    /** The same, and it ends with an error as soon as it has started. */
    static String broken(String colour) {
        return web(colour).replace("[sleep, infinity]", "[\"false\"]");
    }

    /** Commits a Compose file; its commit. The hub knows of it after {@link #nudge}. */
    String commit(String compose) {
        return repository.commit("compose.yaml", compose);
    }

    String commit(Map<String, String> files) {
        return repository.commit(files, "change");
    }

    /** Declares source and stack for this fleet's site; the lines are more of the stack's spec. */
    App declare(String... spec) throws Exception {
        fleet.operator().applies(source() + "---\n" + stack(spec)).ok();
        return this;
    }

    String source() {
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: %s}
                spec: {type: git, url: %s, interval: 10s}
                """.formatted(name, repository.folder());
    }

    /** Where the lines do not say otherwise, times are short enough for a test to wait for. */
    String stack(String... spec) {
        List<String> lines = new ArrayList<>(List.of(spec));
        for (String usual : List.of("observe: 1s", "healthTimeout: 20s", "sync: {siteInterval: 10s}")) {
            String key = usual.substring(0, usual.indexOf(':') + 1);
            if (lines.stream().noneMatch(line -> line.startsWith(key))) {
                lines.add(usual);
            }
        }
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: %s}
                spec:
                  sourceRef: %s
                  targets: [{agentSelector: site=%s}]
                """.formatted(name, name, site) + String.join("\n", lines).indent(2);
    }

    /** A commit that the hub is told of. */
    String push(String compose) throws Exception {
        String commit = commit(compose);
        nudge();
        return commit;
    }

    void nudge() throws Exception {
        fleet.operator().does("source", "sync", name);
    }

    /** Waits until it is verified healthy at this commit. */
    App healthyAt(String commit) throws Exception {
        fleet.operator().does("wait", "stack", name, "--revision", commit, "--timeout", "4m");
        return this;
    }

    App healthy() throws Exception {
        fleet.operator().does("wait", "stack", name, "--timeout", "4m");
        return this;
    }

    Json.Obj status() throws Exception {
        return fleet.operator().status("stack", name);
    }

    String phase() throws Exception {
        return fleet.operator().phase("stack", name);
    }

    /** Waits until the summary of the stack contains the words. */
    void says(String words) throws Exception {
        fleet.until(name + " says: " + words, () -> phase().contains(words), this::phase);
    }

    /** What its service {@code web} was started with, at the site. */
    String colour() throws Exception {
        return fleet.engine()
                .inspect(container("web"), "{{range .Config.Env}}{{println .}}{{end}}")
                .lines()
                .filter(line -> line.startsWith("COLOUR="))
                .map(line -> line.substring("COLOUR=".length()))
                .findFirst()
                .orElse("");
    }

    /** Identity and start of its container: other ones mean that it was touched. */
    String footprint(String service) throws Exception {
        return fleet.engine().inspect(container(service), "{{.Id}} {{.State.StartedAt}} {{.RestartCount}}");
    }
}
