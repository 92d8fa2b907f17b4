package io.wherry.e2e.kubernetes;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.WatchedRuntime;
import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A site on which a made-up stack goes through its generations, and what is seen there that should not be. */
final class MadeSite implements AutoCloseable {
    /** Kinds of which something could be left. */
    private static final String KINDS = String.join(
            ",",
            List.of(
                    "configmap",
                    "secret",
                    "serviceaccount",
                    "service",
                    "deployment",
                    "statefulset",
                    "daemonset",
                    "job",
                    "cronjob",
                    "role",
                    "rolebinding",
                    "clusterrole",
                    "priorityclass",
                    "storageclass",
                    "persistentvolumeclaim",
                    "ingress",
                    "networkpolicy",
                    "poddisruptionbudget",
                    "horizontalpodautoscaler",
                    "resourcequota",
                    "limitrange",
                    "namespace",
                    "customresourcedefinition"));

    /** A first apply of a made-up stack writes about that often. */
    private static final int MOST_CALLS = 9;

    private final Path folder;
    private final Random random;
    private final KubeSite site;
    private final KubectlOracle oracle;
    private final List<String> differences = new ArrayList<>();
    private int kills;

    MadeSite(Path folder, Random random) {
        this.folder = folder;
        this.random = random;
        this.site = new KubeSite("made", folder);
        site.cluster.kubectl("create", "namespace", home());
        this.oracle = new KubectlOracle(site.cluster, site.namespace, folder);
    }

    private String home() {
        return MadeStack.HOMES.getLast().replace("NS", site.namespace);
    }

    List<String> differences() {
        return differences;
    }

    /** How often the agent was killed. */
    int kills() {
        return kills;
    }

    /** @return false where kubectl would not have it */
    boolean play(List<MadeStack> stacks, MadeStack broken) throws IOException, InterruptedException {
        MadeStack before = null;
        Deployment good = null;
        for (MadeStack stack : stacks) {
            Optional<ShownObjects> theirs = oracle.made(stack);
            if (theirs.isEmpty()) {
                return false;
            }
            good = next(stack, before == null ? new String[0] : before.goneIn(stack));
            site.watching = random.nextBoolean();
            if (before != null && !site.watching) { // else the change may still be on its way, and is found later
                new HandMade(site, random, before).changes();
            }
            release(good, before != null);
            expect("generation " + good.identity().generation(), stack, good, theirs.get());
            unchanged(next(stack));
            before = stack;
        }
        if (before == null || good == null) {
            throw new IllegalArgumentException("stacks: none (expected: at least one)");
        }
        byHand(before, good);
        comesBack(before, good, next(broken, before.goneIn(broken)), broken.replaceable());
        removed(before);
        return true;
    }

    /** The next generation, in the stack's namespace. */
    private Deployment next(MadeStack stack, String... mayDelete) {
        Deployment next = site.next(stack.json(), mayDelete);
        SequencedMap<String, Json> model = new LinkedHashMap<>(next.model().fields());
        model.put("namespace", Json.of(stack.home().replace("NS", site.namespace)));
        return new Deployment(next.identity(), new Json.Obj(model), List.of(), next.deletions(), next.timing());
    }

    private void release(Deployment next, boolean mayDie) throws InterruptedException {
        if (mayDie && random.nextBoolean()) {
            dies(mortal -> mortal.apply(next, ApplyMode.FULL));
        }
        Settled.Done done = site.release(next);
        done.leftovers().forEach(left -> differences.add("left: " + left));
    }

    /** After some changing call, if it makes so many: whatever it was, it is simply made again. */
    private void dies(Consumer<KubernetesRuntime> task) {
        try (KubernetesRuntime mortal = WatchedRuntime.mortal(site.settings, 1 + random.nextInt(MOST_CALLS))) {
            task.accept(mortal);
        } catch (WatchedRuntime.Killed e) {
            kills++;
        }
    }

    private void expect(String when, MadeStack stack, Deployment deployment, ShownObjects theirs) throws IOException {
        ShownObjects ours = shown(stack);
        ours.differences(theirs).forEach(line -> differences.add(when + ": " + line));
        Set<String> there = site.cluster
                .kubectl(
                        "get",
                        KINDS,
                        "--all-namespaces",
                        "-l",
                        "wherry.io/stack=" + deployment.identity().stack(),
                        "-o",
                        "jsonpath={range .items[*]}{.kind}/{.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}")
                .lines()
                .map(name -> name.replace(site.namespace, "NS"))
                .filter(name -> !name.equals("ConfigMap/" + stack.home() + "/wherry-shop"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> wanted = new TreeSet<>(ours.names());
        wanted.removeIf(name -> name.startsWith("Thing/"));
        if (!there.equals(wanted)) {
            differences.add(when + ": on the cluster " + there + ", declared " + wanted);
        }
        // One that has just been opened: what made an object does not look at it again.
        try (KubernetesRuntime fresh = KubernetesRuntime.open(site.settings, InstantSource.system())) {
            fresh.diff(deployment).forEach(drift -> differences.add(when + ": drift: " + drift));
        }
    }

    private void unchanged(Deployment again) throws InterruptedException {
        site.writes.clear();
        site.release(again);
        site.writes.forEach(write -> differences.add("nothing had changed, and yet: " + write));
    }

    private void byHand(MadeStack stack, Deployment good) throws IOException {
        HandMade hand = new HandMade(site, random, stack);
        hand.foreign();
        ShownObjects before = shown(stack);
        Set<String> touched = hand.changes();
        List<Difference> drift = site.runtime.diff(good);
        Set<String> named = drift.stream()
                .map(one -> one.object().replace(site.namespace, "NS"))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!named.equals(touched)) {
            differences.add("by hand " + hand.said() + ": drift of " + drift + ", expected of " + touched);
        }
        Application repaired = site.runtime.apply(good, ApplyMode.CORRECT);
        if (!(repaired instanceof Application.Applied)) {
            throw new AssertionError("repair after " + hand.said() + ": " + repaired);
        }
        shown(stack)
                .differences(before)
                .forEach(line -> differences.add("repaired after " + hand.said() + ": " + line));
        site.runtime.diff(good).forEach(left -> differences.add("repaired after " + hand.said() + ": " + left));
        differences.addAll(hand.leftAlone());
    }

    /** @param replaceable what the broken release let be made anew */
    private void comesBack(MadeStack stack, Deployment good, Deployment broken, Set<String> replaceable)
            throws IOException, InterruptedException {
        ShownObjects before = shown(stack);
        switch (site.runtime.apply(broken, ApplyMode.FULL)) {
            case Application.Refused _ -> {}
            case Application.Applied _ -> {
                Health health = site.probe(broken);
                if (!(health instanceof Health.Unhealthy)) {
                    differences.add("the broken release: " + health);
                }
            }
            case Application.Pending pending -> differences.add("the broken release: " + pending);
        }
        if (random.nextBoolean()) {
            dies(mortal -> mortal.rollback(broken, Optional.of(good)));
        }
        site.rollback(broken, Optional.of(good));
        ShownObjects after = shown(stack);
        after.differences(before).forEach(line -> differences.add("after the broken release: " + line));
        expect("after the broken release", stack, good, before);
        before.uids().forEach((name, uid) -> {
            if (!uid.equals(after.uids().get(name)) && !replaceable.contains(name)) {
                differences.add("after the broken release: made anew: " + name);
            }
        });
    }

    private void removed(MadeStack stack) throws IOException {
        Deployment gone = next(stack.emptied(), stack.goneIn(stack.emptied()));
        site.remove(gone).leftovers().forEach(left -> differences.add("removed, and yet: " + left));
    }

    private ShownObjects shown(MadeStack stack) throws IOException {
        Path file = KubectlOracle.file(folder, stack, site.namespace);
        return ShownObjects.of(
                site.cluster.kubectl("get", "-f", file.toString(), "-o", "json", "--ignore-not-found"), site.namespace);
    }

    @Override
    public void close() {
        oracle.close();
        site.cluster.tries("delete", "namespace", home(), "--wait=false");
        site.cluster.tries("delete", "namespace", site.namespace + "-more", "--ignore-not-found", "--wait=false");
        site.cluster.tries(
                "delete",
                "customresourcedefinition",
                "things." + site.namespace + ".example.org",
                "--ignore-not-found",
                "--wait=false");
        site.close();
    }
}
