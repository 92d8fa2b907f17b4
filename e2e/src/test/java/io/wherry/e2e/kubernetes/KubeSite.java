package io.wherry.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.runtime.SecretValue;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.KubernetesSettings;
import io.wherry.agent.runtime.kubernetes.WatchedRuntime;
import io.wherry.contract.Digest;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** One stack in a namespace of its own on the tests' cluster. */
final class KubeSite implements AutoCloseable {
    static final byte[] HASH_KEY = "0123456789abcdef".getBytes(UTF_8);

    private static final AtomicLong COUNT = new AtomicLong();

    /** A kubelet looks at its containers once a second: long enough that one which ends at once is seen to have ended, also on a busy machine. */
    private static final Deployment.Timing TIMING = new Deployment.Timing(Duration.ofSeconds(3), Duration.ofMinutes(2));

    /** Far above what any of it takes on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration PAUSE = Duration.ofMillis(200);

    final Cluster cluster;
    final String namespace;

    /** Of this site alone: an agent knows what is its stack's by this, also in another namespace. */
    private final StackId stack;

    final KubernetesSettings settings;
    final List<String> writes = WatchedRuntime.notes();
    final List<String> calls = WatchedRuntime.notes();
    volatile boolean watching;
    final KubernetesRuntime runtime;
    private final Path folder;
    private long generation;

    KubeSite(String name, Path folder) {
        this(name, folder, Cluster.get());
    }

    KubeSite(String name, Path folder, Cluster cluster) {
        this.cluster = cluster;
        this.folder = folder;
        long number = COUNT.incrementAndGet();
        this.namespace = name + "-" + ProcessHandle.current().pid() + "-" + number;
        this.stack =
                StackId.parse("%013d%013d".formatted(ProcessHandle.current().pid(), number));
        this.settings = new KubernetesSettings(Optional.of(cluster.kubeconfig()), "test-domain/test-agent", HASH_KEY);
        this.runtime = WatchedRuntime.noting(settings, writes, calls, () -> watching);
        cluster.kubectl("create", "namespace", namespace);
    }

    /**
     * The next generation.
     *
     * @param objects JSON with single quotes, for reading's sake; NS is the namespace
     */
    Deployment next(String objects, String... mayDelete) {
        return with("", objects, mayDelete);
    }

    /**
     * @param more further fields of the model, each with a comma behind
     */
    Deployment with(String more, String objects, String... mayDelete) {
        return with(TIMING, more, objects, mayDelete);
    }

    /** One whose pods end, which is seen however late a busy kubelet tells it. */
    Deployment doomed(String objects, String... mayDelete) {
        return with(new Deployment.Timing(Duration.ofSeconds(15), TIMING.healthTimeout()), "", objects, mayDelete);
    }

    private Deployment with(Deployment.Timing timing, String more, String objects, String... mayDelete) {
        generation++;
        byte[] json = ("{" + more + "'namespace':'NS','objects':[" + objects + "]}")
                .replace("NS", namespace)
                .replace('\'', '"')
                .getBytes(UTF_8);
        Json.Obj model = JsonReader.object(json);
        TreeSet<String> names = new TreeSet<>(Arrays.stream(mayDelete)
                .map(name -> name.replace("NS", namespace))
                .toList());
        Deployment.Identity identity = new Deployment.Identity(
                stack, "shop", generation, Digest.of(json), namespace, folder.resolve(namespace + "/files"));
        return new Deployment(identity, model, List.of(), new Deployment.Deletions(names, true, true), timing);
    }

    /** A secret as its agent has opened it. */
    static SecretFile brought(String name, long version, String value) {
        SealedSecret sealed = new SealedSecret(
                name,
                "secret00000000000000000001",
                version,
                Digest.of(new byte[0]),
                SealedSecret.SUITE,
                Base64.getEncoder().encodeToString(new byte[32]),
                Base64.getEncoder().encodeToString(new byte[16]));
        return new SecretFile(
                name,
                sealed,
                Path.of("/nowhere"),
                new TreeSet<>(),
                Optional.of(new SecretValue(value.getBytes(UTF_8))));
    }

    /** A Deployment of one pod that runs a command. */
    static String workload(String name, String... command) {
        return """
                {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'%1$s'},'spec':{'replicas':1,
                 'selector':{'matchLabels':{'app':'%1$s'}},'template':{'metadata':{'labels':{'app':'%1$s'}},
                 'spec':{'terminationGracePeriodSeconds':0,'containers':[{'name':'%1$s','image':'%2$s','imagePullPolicy':'Never','command':[%3$s]}]}}}}
                """.formatted(name, Cluster.IMAGE, "'" + String.join("','", command) + "'");
    }

    static String settings(String name, String value) {
        return "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s'},'data':{'value':'%s'}}"
                .formatted(name, value);
    }

    List<String> apply(Deployment deployment) {
        Application application = runtime.apply(deployment, ApplyMode.FULL);
        if (application instanceof Application.Applied(var changes)) {
            return changes.stream()
                    .map(c -> c.action() + " " + c.object().replace(namespace, "NS"))
                    .toList();
        }
        throw new AssertionError(application.toString());
    }

    Health probe(Deployment deployment) throws InterruptedException {
        Health health = runtime.probe(deployment);
        while (health instanceof Health.Starting) {
            Thread.sleep(100);
            health = runtime.probe(deployment);
        }
        return health;
    }

    /** Applies, waits until healthy, commits. */
    Settled.Done release(Deployment deployment) throws InterruptedException {
        apply(deployment);
        Health health = probe(deployment);
        if (!(health instanceof Health.Healthy)) {
            throw new AssertionError(health.toString());
        }
        return done(runtime.commit(deployment));
    }

    Settled.Done rollback(Deployment failed, Optional<Deployment> good) {
        return done(runtime.rollback(failed, good));
    }

    /** Removes it, once more as long as something is still on its way out, as the agent does: a busy cluster takes its time for a namespace. */
    Settled.Done remove(Deployment gone) {
        return done(until(() -> runtime.remove(gone, false), Settled.Done.class::isInstance));
    }

    static Settled.Done done(Settled settled) {
        if (settled instanceof Settled.Done done) {
            return done;
        }
        throw new AssertionError(settled.toString());
    }

    /**
     * Makes an object.
     *
     * @param json with single quotes
     */
    void create(String json) {
        try {
            Path file = Files.createTempFile(folder, "object", ".json");
            cluster.kubectl(
                    "create",
                    "-f",
                    Files.writeString(file, json.replace('\'', '"')).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The cluster's kubeconfig for another user. */
    Path kubeconfigWithToken(String token) throws IOException {
        return Files.writeString(
                folder.resolve("kubeconfig-of-token"),
                Files.readString(cluster.kubeconfig())
                        .replaceFirst("client-certificate-data: [^}]+", "token: " + token));
    }

    /** Within the namespace. */
    String kubectl(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--namespace";
        all[arguments.length + 1] = namespace;
        return cluster.kubectl(all);
    }

    /**
     * What is looked at until it is as wanted: components of a cluster hear of a change one after the other.
     *
     * @return what was seen last: it is not as wanted where that never came
     */
    static <T> T until(Callable<T> look, Predicate<T> wanted) {
        try {
            T seen = look.call();
            for (long end = System.nanoTime() + PATIENCE.toNanos();
                    !wanted.test(seen) && System.nanoTime() < end;
                    seen = look.call()) {
                Thread.sleep(PAUSE);
            }
            return seen;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns when the API server lets a service account of the namespace do this: it learns of a role binding a moment after it is there. */
    void untilAllowed(String account, String... what) {
        List<String> command = new ArrayList<>(List.of("auth", "can-i"));
        command.addAll(List.of(what));
        command.add("--as=system:serviceaccount:" + namespace + ":" + account);
        command.addAll(List.of("--namespace", namespace));
        String[] asked = command.toArray(String[]::new);
        String said = until(() -> cluster.tries(asked), answer -> answer.endsWith("yes"));
        if (!said.endsWith("yes")) {
            throw new AssertionError(command + ": " + said);
        }
    }

    /** A field of an object, empty where it is not there. */
    String field(String object, String path) {
        return kubectl("get", object, "--ignore-not-found", "-o", "jsonpath={" + path + "}");
    }

    boolean exists(String object) {
        return !kubectl("get", object, "--ignore-not-found", "-o", "name").isEmpty();
    }

    @Override
    public void close() {
        runtime.close();
        cluster.kubectl("delete", "namespace", namespace, "--wait=false");
    }
}
