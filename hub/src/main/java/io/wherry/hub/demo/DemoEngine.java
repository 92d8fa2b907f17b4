package io.wherry.hub.demo;

import java.nio.file.Path;
import java.util.List;

/** The local Docker engine as the tour uses it: by the {@code docker} command, as a person at the site would. */
final class DemoEngine {
    private final Shell shell;

    DemoEngine(Shell shell) {
        this.shell = shell;
    }

    void load(Path archive) {
        shell.quietly("docker", "load", "-q", "-i", archive.toString());
    }

    void stopContainer(String name) {
        shell.run("docker", "stop", "-t", "1", name);
    }

    boolean runs(String project) {
        return !ids("container", "ls", project, "-q").isEmpty();
    }

    /** Takes away all that carries the project's label, whatever state the tour was in. */
    void remove(String project) {
        ids("container", "ls", project, "-aq").forEach(id -> shell.result("docker", "container", "rm", "-f", "-v", id));
        ids("network", "ls", project, "-q").forEach(id -> shell.result("docker", "network", "rm", id));
        ids("volume", "ls", project, "-q").forEach(id -> shell.result("docker", "volume", "rm", "-f", id));
    }

    void removeImage() {
        shell.result("docker", "image", "rm", "-f", DemoImage.NAME);
    }

    private List<String> ids(String kind, String verb, String project, String flag) {
        Shell.Result result =
                shell.result("docker", kind, verb, flag, "--filter", "label=com.docker.compose.project=" + project);
        return result.exit() == 0
                ? result.output().lines().filter(line -> !line.isBlank()).toList()
                : List.of();
    }
}
