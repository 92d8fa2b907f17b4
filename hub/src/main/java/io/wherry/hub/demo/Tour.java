package io.wherry.hub.demo;

import io.wherry.base.Causes;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The tour: from nothing to a healthy service, then what a person would try next. Read {@link #automatic} for the whole of it. */
final class Tour {
    private static final String STACK = DemoSite.STACK;

    /** How long the tour waits for anything before it gives up aloud. */
    private static final String PATIENCE = "2m";

    private static final Duration STEP = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final PrintStream out;
    private final DemoSite site;
    private final Shell shell;
    private final DemoRepository repository;
    private final URI service;
    private final Ports ports = Ports.free();
    private int step;

    /** The hub's three and the service's. */
    private record Ports(int operators, int agents, int health, int service) {
        static Ports free() {
            return new Ports(DemoSite.freePort(), DemoSite.freePort(), DemoSite.freePort(), DemoSite.freePort());
        }
    }

    Tour(PrintStream out, DemoSite site) {
        this.out = out;
        this.site = site;
        this.shell = site.shell();
        this.repository = new DemoRepository(shell, site.folder().resolve("repository"), ports.service());
        this.service = URI.create("http://127.0.0.1:" + ports.service() + "/");
    }

    /** Everything, by itself. @throws DemoException if any of it is not as told */
    void automatic() {
        firstDeployment();
        changeByCommit();
        brokenRelease();
        driftAtTheSite();
        hubGone();
        out.println();
        out.println("All of it worked.");
    }

    /** The first deployment of the tour's own repository; afterwards a person takes over. */
    void firstDeployment() {
        say("A real Git repository, with a Compose file and the page it serves");
        repository.create();
        loadImage();
        hub(repository.folder());
        agent();
        say("Say what shall run where");
        declare(source(repository.folder().toString(), "main", "") + "\n" + stack("shop"));
        healthy(repository.head());
        answers("Hello from the hub");
    }

    /** A person's own repository instead. */
    void ownRepository(String url, String path, String branch) {
        boolean local = url.startsWith("/");
        hub(local ? Path.of(url) : site.folder());
        agent();
        say("Say what shall run where");
        declare(source(url, branch, "") + "\n" + stack(path));
        waitHealthy();
        out.println("  see what runs: docker compose -p " + STACK + " ps");
    }

    private void loadImage() {
        Path archive = site.folder().resolve("image.tar");
        DemoImage.write(archive);
        site.engine().load(archive);
        out.println("  an image that need not be pulled is on the engine: " + DemoImage.NAME);
    }

    private void hub(Path repositories) {
        say("A hub: keys, certificate authority and database in one folder");
        String data = site.folder().resolve("hub").toString();
        shell.run("wherry-hub", "init", "--data", data, "--hostname", "localhost");
        configure(Path.of(data, "hub.yaml"), repositories);
        site.startHub();
        until("the hub is ready", () -> get(URI.create("http://127.0.0.1:" + ports.health() + "/readyz"))
                .startsWith("ok"));
        shell.run(
                "wherry",
                "login",
                "https://localhost:" + ports.operators(),
                "--token-file",
                data + "/admin-token",
                "--ca-file",
                data + "/ca.crt");
        out.println("  in a browser: https://localhost:" + ports.operators() + "/ (sign in with the key in " + data
                + "/admin-token)");
    }

    private void configure(Path file, Path repositories) {
        try {
            String configuration = Files.readString(file)
                    .replace("localDirectories: []", "localDirectories: [\"" + repositories + "\"]")
                    .replace("8443", String.valueOf(ports.operators()))
                    .replace("8444", String.valueOf(ports.agents()))
                    .replace("8445", String.valueOf(ports.health()));
            Files.writeString(file, configuration);
        } catch (IOException e) {
            throw new DemoException("the hub's configuration cannot be written: " + Causes.named(e), e);
        }
    }

    private void agent() {
        say("An agent at a site: it joins with a single-use token and connects outwards only");
        out.println("  $ wherry token create --labels site=here | wherry-agent join - --name demo");
        String token = shell.quietly("wherry", "token", "create", "--labels", "site=here")
                .lines()
                .findFirst()
                .orElse("");
        Path file = site.folder().resolve("token");
        try {
            Files.writeString(file, token);
            shell.quietly(
                    "wherry-agent",
                    "join",
                    "--token-file",
                    file.toString(),
                    "--name",
                    "demo",
                    "--data",
                    site.folder().resolve("agent").toString());
            Files.delete(file);
        } catch (IOException e) {
            throw new DemoException("the join token cannot be handed over: " + Causes.named(e), e);
        }
        site.startAgent();
        shell.run("wherry", "wait", "agent", "demo", "--for", "connected", "--timeout", PATIENCE);
    }

    private void declare(String yaml) {
        Path file = site.folder().resolve("fleet.yaml");
        try {
            Files.writeString(file, yaml);
        } catch (IOException e) {
            throw new DemoException("the demo's declaration cannot be written: " + Causes.named(e), e);
        }
        yaml.lines().forEach(line -> out.println("    " + line));
        shell.run("wherry", "apply", "-f", file.toString());
    }

    private static String source(String url, String branch, String more) {
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: demo}
                spec:
                  type: git
                  url: %s
                  ref: {branch: %s}
                  interval: 10s
                %s---""".formatted(url, branch, more);
    }

    private static String stack(String path) {
        return """
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: %s}
                spec:
                  sourceRef: demo
                  format: compose
                  path: %s
                  targets:
                    - {name: here, agentSelector: {matchLabels: {site: here}}}
                  sync: {mode: auto, siteInterval: 10s}
                  observe: 3s
                  healthTimeout: 30s
                """.formatted(STACK, path);
    }

    private void changeByCommit() {
        say("A change is a commit");
        repository.change();
        nudge();
        healthy(repository.head());
        answers("Hello again");
    }

    private void brokenRelease() {
        say("A broken release goes back by itself");
        repository.breakIt();
        nudge();
        until("the site has gone back", () -> stackJson().contains("RolledBack"));
        out.println("  the site tried it, found it unhealthy, and went back:");
        shell.run("wherry", "status").lines().forEach(line -> out.println("    " + line));
        answers("Hello again");
        repository.repair();
        nudge();
        healthy(repository.head());
        answers("repaired by a commit");
    }

    private void driftAtTheSite() {
        say("Somebody at the site stops the container: found as drift and repaired");
        site.engine().stopContainer(STACK + "-web-1");
        answers("repaired by a commit");
        until("the hub knows of it", () -> shell.quietly("wherry", "events", "--object", "stack/" + STACK)
                .contains("Corrected"));
        out.println("  the hub knows: wherry events --object stack/" + STACK);
    }

    private void hubGone() {
        say("The hub stops; what runs at the site runs on");
        site.stopHub();
        answers("repaired by a commit");
    }

    private void nudge() {
        shell.run("wherry", "source", "sync", "demo");
    }

    private void healthy(String commit) {
        shell.run("wherry", "wait", "stack", STACK, "--for", "healthy", "--revision", commit, "--timeout", PATIENCE);
        out.println("  ✔ Healthy: verified at the site, at commit " + commit.substring(0, 10));
    }

    private void waitHealthy() {
        shell.run("wherry", "wait", "stack", STACK, "--for", "healthy", "--timeout", "10m");
        out.println("  ✔ Healthy: verified at the site");
    }

    private String stackJson() {
        return shell.quietly("wherry", "get", "stack", STACK, "-o", "json");
    }

    private void answers(String wanted) {
        until(service + " answers with \"" + wanted + "\"", () -> get(service).contains(wanted));
        out.println("  ✔ " + service + " answers: " + get(service).strip());
    }

    private String get(URI uri) {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return ""; // not there yet: the caller asks again, or gives up naming what it waited for
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    /** Looks until it is so. @throws DemoException naming what never came, with the ends of both logs */
    private void until(String what, java.util.function.BooleanSupplier so) {
        long end = System.nanoTime() + STEP.toNanos();
        while (!so.getAsBoolean()) {
            site.checkProcesses();
            if (System.nanoTime() > end) {
                throw new DemoException("waited " + STEP.toMinutes() + " minutes in vain until " + what + "\nhub:\n"
                        + site.logEnd("hub") + "\nagent:\n" + site.logEnd("agent"));
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DemoException("interrupted", e);
            }
        }
    }

    private void say(String title) {
        out.println();
        out.println(++step + ". " + title);
    }

    /** What to try, for a person who takes over. */
    void invite() {
        String config = "XDG_CONFIG_HOME=" + site.folder().resolve("config");
        out.println();
        out.println("Your turn. In another terminal:");
        out.println("  the page              " + service);
        out.println("  edit, commit, watch   " + repository.folder().resolve("shop/www/index.html"));
        out.println("                        git -C " + repository.folder() + " commit -am 'my change'");
        out.println("  the fleet             " + config + " ./wherry status");
        out.println("  history, rollback     " + config + " ./wherry stack history " + STACK);
        out.println("  break the site        docker stop " + STACK + "-web-1");
        out.println("  as Compose sees it    docker compose ls");
        out.println("Events follow. Ctrl-C ends the demo and leaves nothing behind.");
        out.println();
    }

    /** Shows what happens until the person ends it. */
    void watch() {
        shell.attached("wherry", "events", "--follow");
    }
}
