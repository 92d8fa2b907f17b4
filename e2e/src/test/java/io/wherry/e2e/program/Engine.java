package io.wherry.e2e.program;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The Docker engine as a person at the site sees it: by the {@code docker} command. The oracle beside our own words. */
final class Engine {
    private static final String PROJECT = "label=com.docker.compose.project=";

    private final Programs programs;

    Engine(Programs programs) {
        this.programs = programs;
    }

    /** Where it listens. */
    static Path socket() {
        String engine = System.getenv().getOrDefault("DOCKER_HOST", "unix:///var/run/docker.sock");
        if (!engine.startsWith("unix://")) {
            throw new IllegalStateException("DOCKER_HOST: " + engine + " (expected: unix://… or unset)");
        }
        return Path.of(engine.substring("unix://".length()));
    }

    String does(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        return programs.run(command).ok().out().strip();
    }

    /** Name to {@code id state} of all containers of a project, also of those set aside. */
    Map<String, String> containers(String project) throws Exception {
        Map<String, String> containers = new TreeMap<>();
        does("ps", "-a", "--no-trunc", "--filter", PROJECT + project, "--format", "{{.Names}}\t{{.ID}} {{.State}}")
                .lines()
                .forEach(line -> containers.put(line.split("\t")[0], line.split("\t")[1]));
        return containers;
    }

    String inspect(String container, String format) throws Exception {
        return does("inspect", "-f", format, container);
    }

    boolean runs(String container) throws Exception {
        Said said = programs.run("docker", "inspect", "-f", "{{.State.Running}}", container);
        return said.exit() == 0 && said.out().strip().equals("true");
    }

    boolean hasVolume(String volume) throws Exception {
        return programs.run("docker", "volume", "inspect", volume).exit() == 0;
    }

    /** Takes away all that carries the project's label, whatever state a test left it in. */
    void remove(String project) throws Exception {
        String filter = PROJECT + project;
        for (String id : ids("container", "ls", "-aq", "--filter", filter)) {
            programs.run("docker", "rm", "-f", "-v", id);
        }
        for (String id : ids("network", "ls", "-q", "--filter", filter)) {
            programs.run("docker", "network", "rm", id);
        }
        for (String id : ids("volume", "ls", "-q", "--filter", filter)) {
            programs.run("docker", "volume", "rm", "-f", id);
        }
    }

    private List<String> ids(String... list) throws Exception {
        return does(list).lines().filter(line -> !line.isBlank()).toList();
    }
}
