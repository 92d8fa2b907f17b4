package io.wherry.e2e.program;

import io.wherry.e2e.KubernetesOracle;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.git.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A hub, agents and an operator as real processes, for all tests of a class: free ports, one temporary folder, names of its own
 * on the shared Docker engine. Nothing is left when the class is done, nor when it fails or is interrupted.
 *
 * <p>{@code @RegisterExtension static final Fleet fleet = Fleet.of("north", "south");} starts one agent per name, labelled {@code site=NAME}.
 */
final class Fleet implements BeforeAllCallback, AfterAllCallback, AfterTestExecutionCallback {
    /** Far above what any change takes on a busy machine, so that reaching it means that it does not come. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** Tells an agent where its engine listens. */
    private static final String ENGINE = "WHERRY_AGENT_DOCKER_HOST";

    /** Said in the surroundings, if only as nothing: hubs run as they are packaged. */
    private static final String HUB_OPTIONS = "WHERRY_HUB_JAVA_OPTIONS";

    /** On a tmpfs on every Linux; where an engine of this machine looks too. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private static final Duration PAUSE = Duration.ofMillis(150);

    /** A command that is under way writes its output once more at most. */
    private static final int DELETE_TRIES = 5;

    /** Fleets of this process: the tests of several classes run side by side. */
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String mark = ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
    private final List<String> sites;
    private final Map<String, RunningAgent> agents = new HashMap<>();
    private final List<String> projects = new ArrayList<>();
    private @Nullable Parts parts;
    private @Nullable MovableClock clock;
    private boolean movableClock;
    private boolean renderers;
    private int repositories;

    /** What exists while the class runs. */
    private record Parts(Path folder, Programs programs, Engine engine, RunningHub hub, Operator operator) {}

    private Fleet(List<String> sites) {
        this.sites = sites;
    }

    static Fleet of(String... sites) {
        return new Fleet(List.of(sites));
    }

    /** All programs run by a clock that the test puts ahead. */
    Fleet withMovableClock() {
        movableClock = true;
        return this;
    }

    /** Hub and command line find a helm in their PATH, and a kubectl, in which kustomize is. */
    Fleet withRenderers() {
        renderers = true;
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // also when the tests are interrupted
        TestImages.load();
        Path folder = Files.createTempDirectory("wherry-e2e-");
        // An agent without privileges must come through to its own folder.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Map<String, String> environment = new HashMap<>();
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        environment.put(ENGINE, "unix://" + Engine.socket());
        if (System.getenv(HUB_OPTIONS) == null) {
            // Half of their minute was the second compiler's, which is for hubs that stay.
            environment.put(HUB_OPTIONS, "-XX:TieredStopAtLevel=1");
        }
        environment.put(
                "WHERRY_AGENT_SECRETS_FOLDER",
                MEMORY.resolve(folder.getFileName()).toString());
        if (renderers) {
            environment.put(
                    "PATH",
                    KubernetesOracle.helmPath().getParent() + ":"
                            + KubernetesOracle.kubectlPath().getParent() + ":" + System.getenv("PATH"));
        }
        if (movableClock) {
            clock = new MovableClock(folder.resolve("clock"));
            environment.putAll(clock.environment());
        }
        Programs programs = new Programs(folder, environment);
        RunningHub hub = RunningHub.init(programs, folder, "hub");
        parts = new Parts(folder, programs, new Engine(programs), hub, new Operator(programs, folder));
        hub.start();
        try {
            operator().login(hub, "--ca-file", hub.authority().toString()).ok();
            for (String site : sites) {
                join(site);
            }
        } catch (AssertionError e) { // no test has begun that would show what they said
            agents.values().forEach(agent -> System.out.println(agent.logEnd()));
            throw new AssertionError(hub.logEnd(), e);
        }
    }

    /** A further agent that joins, runs and is connected when this returns. */
    RunningAgent join(String site) throws Exception {
        RunningAgent agent = agent(site);
        agent.join(operator().token("--labels", "site=" + site)).ok();
        agent.start();
        operator().does("wait", "agent", site, "--for", "connected", "--timeout", "4m");
        return agent;
    }

    /** An agent of a cluster that joins, runs and is connected when this returns. */
    RunningAgent joinCluster(String site, Path kubeconfig) throws Exception {
        agent(site, ofCluster(kubeconfig).with("WHERRY_AGENT_EXPORT", "allow"));
        return join(site);
    }

    /** Programs for an agent of a cluster. */
    Programs ofCluster(Path kubeconfig) {
        return programs()
                .with("WHERRY_AGENT_RUNTIME", "kubernetes")
                .with("WHERRY_AGENT_KUBERNETES_KUBECONFIG", kubeconfig.toString());
    }

    /** The agent of that name; a new one has neither joined nor started. It is stopped at the end in any case. */
    RunningAgent agent(String name) {
        return agent(name, programs());
    }

    /** A new agent that finds its engine at this socket. */
    RunningAgent agent(String name, Path socket) {
        return agent(name, programs().with(ENGINE, "unix://" + socket));
    }

    /** The same, and its user has no rights beyond its own folder. */
    RunningAgent unprivileged(String name, Path socket) throws Exception {
        Programs programs = programs().with(ENGINE, "unix://" + socket).unprivileged();
        RunningAgent agent = agent(name, programs);
        programs.handOver(Files.createDirectory(
                agent.data(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
        return agent;
    }

    /** A new agent with an environment of its own. */
    RunningAgent agent(String name, Programs programs) {
        return agents.computeIfAbsent(name, n -> new RunningAgent(programs, folder(), n));
    }

    RunningHub hub() {
        return parts().hub();
    }

    MovableClock clock() {
        if (clock == null) {
            throw new IllegalStateException("fleet: no clock of its own (expected: withMovableClock())");
        }
        return clock;
    }

    Operator operator() {
        return parts().operator();
    }

    Engine engine() {
        return parts().engine();
    }

    Programs programs() {
        return parts().programs();
    }

    /** The programs for another person, with a configuration of their own. */
    Programs programsWith(String person) {
        return new Programs(
                folder(), Map.of("XDG_CONFIG_HOME", folder().resolve(person).toString()));
    }

    /** Another person at the command line, with a key and a configuration of their own. */
    Operator person(String name, String role) throws Exception {
        Path key = folder().resolve(name + "-key");
        Files.writeString(
                key, operator().does("apikey", "create", name, "--role", role).out());
        Operator person = new Operator(programsWith(name), folder());
        person.does(
                "login",
                hub().url(),
                "--token-file",
                key.toString(),
                "--ca-file",
                hub().authority().toString());
        return person;
    }

    Path folder() {
        return parts().folder();
    }

    /** Where this fleet's agents open their secrets: in memory. */
    Path secrets() {
        return MEMORY.resolve(folder().getFileName());
    }

    /** A name for stack and project that nobody else uses; what bears it on the engine is removed at the end. */
    String named(String name) {
        String unique = name + "-" + mark;
        projects.add(unique);
        return unique;
    }

    /** A repository below the folder that the hub may read. */
    Repository repository() throws IOException {
        repositories++;
        Path bare = Files.createDirectories(folder().resolve("repositories")).resolve(repositories + ".git");
        return Repository.create(
                "r" + repositories,
                bare,
                Files.createDirectories(folder().resolve("clones")).resolve("r" + repositories));
    }

    /** An app for the first site, with a repository of its own. */
    App app(String name) throws IOException {
        return app(name, repository());
    }

    App app(String name, Repository repository) {
        return new App(this, named(name), repository, sites.getFirst());
    }

    /** An app for another site. */
    App appAt(String site, String name) throws IOException {
        return new App(this, named(name), repository(), site);
    }

    void until(String what, Callable<Boolean> so) throws Exception {
        until(what, so, () -> "");
    }

    /** Looks until it is so. @throws AssertionError naming what never came and what was there instead */
    void until(String what, Callable<Boolean> so, Callable<String> instead) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!so.call()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain until " + what + "; there is: "
                        + instead.call());
            }
            Thread.sleep(PAUSE);
        }
    }

    /** Follows which containers of the shared engine go, for as long as it is open. */
    Destroyed destroyed(String name) throws IOException {
        return Destroyed.follow(programs(), folder().resolve(name + ".destroyed"));
    }

    /** Until a command says these words; what it said last stands in the error. */
    void untilSaid(String words, Callable<Said> command) throws Exception {
        until("it says \"" + words + "\"", () -> command.call().out().contains(words), () -> command.call()
                .toString());
    }

    /** For a hub that was started again. */
    void untilHubAnswers() throws Exception {
        until("the hub answers", () -> operator().says("status").exit() == 0, () -> hub().logEnd());
    }

    /** What the processes said, below a test that failed. */
    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.out.println("--- " + context.getDisplayName() + " failed");
            System.out.println(hub().logEnd());
            agents.values().forEach(agent -> System.out.println(agent.logEnd()));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    private synchronized void close() {
        if (parts == null) {
            return;
        }
        Parts last = parts;
        try {
            for (RunningAgent agent : agents.values()) {
                agent.kill(); // ends quicker than it stops; what it made is removed below
            }
            last.hub().kill();
            for (String project : projects) {
                last.engine().remove(project);
            }
            delete(last.folder());
            Path memory = MEMORY.resolve(last.folder().getFileName());
            if (Files.exists(memory)) {
                delete(memory);
            }
        } catch (Exception e) {
            throw new IllegalStateException("cleaning up " + last.folder(), e);
        } finally {
            parts = null;
        }
    }

    /** A test that was interrupted may still be writing: looked at again until nothing is left. */
    private static void delete(Path folder) throws IOException {
        Exception last = new IOException(folder + ": never tried");
        for (int tries = 0; tries < DELETE_TRIES; tries++) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
                return;
            } catch (DirectoryNotEmptyException | UncheckedIOException e) {
                last = e; // somebody was quicker
            }
        }
        throw new IOException(folder + ": somebody keeps writing there", last);
    }

    private Parts parts() {
        if (parts == null) {
            throw new IllegalStateException("fleet: not started (expected: a static field with @RegisterExtension)");
        }
        return parts;
    }
}
