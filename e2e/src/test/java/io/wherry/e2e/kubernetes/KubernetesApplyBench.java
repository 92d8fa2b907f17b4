package io.wherry.e2e.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Apply against {@code kubectl apply --server-side}, same cluster, same objects, turn by turn in one run. Prints medians and their ratio, and how often
 * the API server was asked.
 *
 * <p>Ours is a warm agent, which is what a site has; theirs is a process per call, which is what a person or a script starts.
 */
public final class KubernetesApplyBench {
    private static final List<String> NAMES = List.of("first apply", "nothing changed", "one changed");
    private static final int WARM_UP = 100;

    private final Path folder = Files.createTempDirectory("wherry-bench");
    private final List<List<Long>> ours = lists();
    private final List<List<Long>> theirs = lists();
    private final int[] calls = new int[NAMES.size()];
    private final List<Long> cycles = new ArrayList<>();
    private int callsOfACycle;
    private List<String> lastCalls = List.of();

    private KubernetesApplyBench() throws Exception {}

    /** @param args number of ConfigMaps, and of rounds; 0: ours alone, once */
    public static void main(String[] args) throws Exception {
        int objects = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        new KubernetesApplyBench().wherry(Stack.CONFIG_MAPS, WARM_UP);
        measure(Stack.CONFIG_MAPS, objects, rounds);
        if (rounds > 0) {
            measure(Stack.MIXED, 200, rounds);
        }
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM")) {
                System.out.println("this process, which is the runtime alone: " + line.replaceAll("\\s+", " "));
            }
        }
    }

    private static void measure(Stack stack, int objects, int rounds) throws Exception {
        KubernetesApplyBench bench = new KubernetesApplyBench();
        for (int round = 0; round < Math.max(1, rounds); round++) {
            bench.wherry(stack, objects);
            if (rounds > 0) {
                bench.kubectl(stack, objects);
            }
        }
        System.out.printf(Locale.ROOT, "%d %s, %d rounds, medians in ms%n", objects, stack.words, rounds);
        for (int i = 0; i < NAMES.size(); i++) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-16s wherry %7.0f (%d calls)%s%n",
                    NAMES.get(i),
                    median(bench.ours.get(i)),
                    bench.calls[i],
                    rounds == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "   kubectl %7.0f   ratio %.3f",
                                    median(bench.theirs.get(i)),
                                    median(bench.ours.get(i)) / median(bench.theirs.get(i))));
        }
        System.out.printf(
                Locale.ROOT,
                "  %-16s wherry %7.0f (%d calls: differences and health)%n",
                "an idle cycle",
                median(bench.cycles),
                bench.callsOfACycle);
        bench.lastCalls.forEach(call -> System.out.println("    " + call.replaceFirst("[?].*", "")));
    }

    private static List<List<Long>> lists() {
        return List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    private void wherry(Stack stack, int objects) throws Exception {
        try (KubeSite site = new KubeSite("bench", folder)) {
            site.watching = true;
            Deployment first = site.next(stack.objects(objects, "1"));
            timed(site, 0, () -> applied(site, first));
            becomeGood(site, first);
            Deployment same = site.next(stack.objects(objects, "1"));
            timed(site, 1, () -> applied(site, same));
            becomeGood(site, same);
            Deployment changed = site.next(stack.objects(objects, "2"));
            timed(site, 2, () -> applied(site, changed));
            becomeGood(site, changed);
            site.calls.clear();
            cycles.add(time(() -> cycle(site, changed)));
            callsOfACycle = site.calls.size();
            lastCalls = List.copyOf(site.calls);
        }
    }

    /** As an agent brings a generation home, and looks at it for a while. */
    private static void becomeGood(KubeSite site, Deployment deployment) throws Exception {
        if (!(site.probe(deployment) instanceof Health.Healthy)) {
            throw new IllegalStateException("not healthy: " + site.probe(deployment));
        }
        site.runtime.commit(deployment);
        cycle(site, deployment);
        Thread.sleep(1000); // what the controllers still write about it
        cycle(site, deployment);
    }

    private static void cycle(KubeSite site, Deployment deployment) {
        if (site.runtime.probe(deployment) instanceof Health.Unhealthy unhealthy) {
            throw new IllegalStateException(unhealthy.toString());
        }
        if (!site.runtime.diff(deployment).isEmpty()) {
            throw new IllegalStateException("differences where nobody changed anything");
        }
    }

    private void timed(KubeSite site, int phase, Task task) throws Exception {
        site.calls.clear();
        ours.get(phase).add(time(task));
        calls[phase] = site.calls.size();
    }

    private static void applied(KubeSite site, Deployment deployment) {
        Application application = site.runtime.apply(deployment, ApplyMode.FULL);
        if (!(application instanceof Application.Applied)) {
            throw new IllegalStateException(application.toString());
        }
    }

    private void kubectl(Stack stack, int objects) throws Exception {
        try (KubeSite site = new KubeSite("kubectl", folder)) {
            Path file = folder.resolve("objects.json");
            for (int phase = 0; phase < NAMES.size(); phase++) {
                String list = "{'apiVersion':'v1','kind':'List','items':["
                        + stack.objects(objects, phase == 2 ? "2" : "1") + "]}";
                Files.write(file, list.replace('\'', '"').getBytes(UTF_8));
                theirs.get(phase).add(time(() -> site.kubectl("apply", "--server-side", "-f", file.toString())));
            }
        }
    }

    /** What the stacks are made of. */
    private enum Stack {
        CONFIG_MAPS("ConfigMaps"),
        MIXED("objects of eight kinds");

        private final String words;

        Stack(String words) {
            this.words = words;
        }

        /** @param first value in the first of them */
        String objects(int count, String first) {
            return IntStream.range(0, count)
                    .mapToObj(i -> object(i, i == 0 ? first : "1"))
                    .collect(Collectors.joining(","));
        }

        private String object(int i, String value) {
            String named = "'metadata':{'name':'o" + i + "'}";
            String rbac = "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'%s'," + named + ",%s}";
            return switch (this == CONFIG_MAPS ? 0 : i % 8) {
                case 0 -> KubeSite.settings("o" + i, value);
                case 1 -> "{'apiVersion':'v1','kind':'Secret'," + named + ",'data':{'word':'U2VzYW1l'}}";
                case 2 -> "{'apiVersion':'v1','kind':'ServiceAccount'," + named + "}";
                case 3 ->
                    "{'apiVersion':'v1','kind':'Service'," + named
                            + ",'spec':{'clusterIP':'None','ports':[{'port':80}],'selector':{'app':'o'}}}";
                case 4 -> rbac.formatted("Role", "'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]");
                case 5 ->
                    rbac.formatted(
                            "RoleBinding",
                            "'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'o" + (i - 1)
                                    + "'},'subjects':[{'kind':'ServiceAccount','name':'o" + (i - 3)
                                    + "','namespace':'default'}]");
                case 6 ->
                    "{'apiVersion':'networking.k8s.io/v1','kind':'NetworkPolicy'," + named
                            + ",'spec':{'podSelector':{},'policyTypes':['Ingress']}}";
                default -> KubeSite.workload("o" + i, "sleep", "1000").replace("'replicas':1", "'replicas':0");
            };
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    private static long time(Task task) throws Exception {
        long start = System.nanoTime();
        task.run();
        return System.nanoTime() - start;
    }

    private static double median(List<Long> nanos) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(sorted.size() / 2) / 1e6;
    }
}
