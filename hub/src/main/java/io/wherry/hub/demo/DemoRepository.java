package io.wherry.hub.demo;

import io.wherry.base.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The Git repository of the tour: made by the real {@code git}, changed by real commits. */
final class DemoRepository {
    private static final String COMPOSE = """
            services:
              web:
                image: %s
                command: ["httpd", "-f", "-p", "8080", "-h", "/www"]
                ports: ["%d:8080"]
                volumes: ["./www:/www:ro"]
                environment:
                  GREETING: %s
                stop_grace_period: 1s
                healthcheck:
                  test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
                  interval: 1s
                  retries: 3
            """;

    private final Shell shell;
    private final Path folder;
    private final int port;

    DemoRepository(Shell shell, Path folder, int port) {
        this.shell = shell;
        this.folder = folder;
        this.port = port;
    }

    Path folder() {
        return folder;
    }

    void create() {
        shell.run("git", "init", "-q", "-b", "main", folder.toString());
        write("Hello from the hub.", "hello", DemoImage.NAME);
        commit("shop: first version (DEMO-1)");
    }

    /** A change of what is served and of the container. */
    void change() {
        write("Hello again: this came with a commit.", "hello-again", DemoImage.NAME);
        commit("shop: a new greeting (DEMO-2)");
    }

    /** A release that starts and never becomes healthy: it listens on another port than its health check asks. */
    void breakIt() {
        write("Nobody will see this.", "broken", DemoImage.NAME);
        replace("\"-p\", \"8080\"", "\"-p\", \"9999\"");
        commit("shop: listen on another port (DEMO-3)");
    }

    void repair() {
        write("Hello: repaired by a commit.", "repaired", DemoImage.NAME);
        commit("shop: the right port again (DEMO-4)");
    }

    private void write(String text, String greeting, String image) {
        try {
            Files.createDirectories(folder.resolve("shop/www"));
            Files.writeString(folder.resolve("shop/compose.yaml"), COMPOSE.formatted(image, port, greeting));
            Files.writeString(folder.resolve("shop/www/index.html"), "<h1>" + text + "</h1>\n");
        } catch (IOException e) {
            throw new DemoException("the demo's repository cannot be written: " + Causes.named(e), e);
        }
    }

    private void replace(String from, String to) {
        try {
            Path file = folder.resolve("shop/compose.yaml");
            Files.writeString(file, Files.readString(file).replace(from, to));
        } catch (IOException e) {
            throw new DemoException("the demo's repository cannot be written: " + Causes.named(e), e);
        }
    }

    private void commit(String message) {
        String repository = folder.toString();
        shell.quietly("git", "-C", repository, "add", "-A");
        shell.run(
                "git",
                "-C",
                repository,
                "-c",
                "user.name=Demo",
                "-c",
                "user.email=demo@localhost",
                "commit",
                "-q",
                "-m",
                message);
    }

    String head() {
        return shell.quietly("git", "-C", folder.toString(), "rev-parse", "HEAD")
                .strip();
    }
}
