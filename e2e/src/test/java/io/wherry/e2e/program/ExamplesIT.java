package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.json.Json;
import io.wherry.e2e.Checkout;
import io.wherry.e2e.FreePorts;
import io.wherry.e2e.kubernetes.Cluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every fleet in {@code examples/}: what its page says about it is so. */
class ExamplesIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("here").withRenderers();

    /** The next example may use the same names. */
    @AfterEach
    void takeItAway() throws Exception {
        List<String> stacks = names("stack");
        if (!stacks.isEmpty()) {
            fleet.operator()
                    .does("apply", "--prune", "--yes", "-f", fleet.operator().file("# nothing\n"));
            for (String stack : stacks) {
                fleet.operator().does("wait", "stack", stack, "--for", "deleted", "--timeout", "4m");
            }
        }
        assertThat(names("source")).isEmpty();
    }

    @Test
    void oneSiteServesItsPageAndFollowsACommit() throws Exception {
        Example shop = Example.of(fleet, "one-site");
        int port = FreePorts.take();
        fleet.operator().applies(shop.yaml("PORT: \"" + port + "\"")).ok();
        fleet.operator().does("wait", "stack", "shop", "--timeout", "4m");
        fleet.until("it serves", () -> page(port).contains("Welcome to the shop"), () -> page(port));

        shop.repository().commit("shop/www/index.html", "<h1>Sale</h1>\n");
        fleet.operator().does("source", "sync", "fleet");

        fleet.until("the page has changed", () -> page(port).contains("Sale"), () -> page(port));
    }

    @Test
    void sharedBaseBringsTheShopUpBehindTheEdgeAndTakesItAwayBeforeIt() throws Exception {
        Example mono = Example.of(fleet, "shared-base");
        fleet.operator()
                .applies(mono.yaml("EDGE: " + fleet.named("edge-network")))
                .ok();
        fleet.operator().does("wait", "stack", "shop", "--timeout", "4m");
        assertThat(fleet.operator().status("stack", "edge").string("level")).isEqualTo("good");

        fleet.operator().says("delete", "stack", "edge", "--yes").failed(ExitCode.BLOCKED, "shop", "edge");
        String before = mono.repository().head();
        mono.repository().commit("apps/edge/www/index.html", "the new edge\n");
        fleet.operator().does("source", "sync", "mono");

        fleet.until("the edge has moved", () -> !revision("edge").equals(before));
        assertThat(revision("shop")).as("it reads nothing that changed").isEqualTo(before);
    }

    @Test
    void manySitesShareOneBundleAndDifferInWhatIsTheirOwn() throws Exception {
        for (String store : List.of("store-0001", "store-0002")) {
            fleet.agent(store).join(fleet.operator().token()).ok();
        }
        Example chain = Example.of(fleet, "many-sites");
        fleet.operator()
                .does(
                        "apply",
                        "--set",
                        "agents",
                        "-f",
                        Checkout.ROOT.resolve("examples/many-sites/agents.yaml").toString());
        fleet.operator().applies(chain.yaml()).ok();

        fleet.until("all are offered", () -> offered("till") == 2 && offered("signs") == 2 && offered("probe") == 1);
        assertThat(render("till", "store-0001"))
                .contains("STORE: \"${STORE}\"")
                .isEqualTo(render("till", "store-0002"));
        assertThat(render("signs", "store-0001")).contains("REGION: north");
        assertThat(render("signs", "store-0002")).contains("REGION: south");
        assertThat(fleet.operator().does("get", "group", "pilots").out())
                .contains("store-0001")
                .doesNotContain("store-0002");

        fleet.operator()
                .applies(Files.readString(Checkout.ROOT.resolve("examples/many-sites/agents.yaml"))
                        .replace("\"0002\"", "second"))
                .ok();
        fleet.until(
                "the plan says it",
                () -> fleet.operator().does("stack", "plan", "till").out().contains("store-0002: keeps"));
        assertThat(fleet.operator().does("stack", "plan", "till").out())
                .contains("SiteVariableRefused", "STORE", "agent/store-0001: nothing to do");
        for (String store : List.of("store-0001", "store-0002")) {
            fleet.operator().does("agent", "retire", store, "--yes");
        }
    }

    @Test
    void stagingFollowsTheBranchAndProductionTheTagWhenAPersonSaysSo() throws Exception {
        for (String stage : List.of("staging", "production")) {
            fleet.agent(stage)
                    .join(fleet.operator().token("--labels", "stage=" + stage))
                    .ok();
        }
        Example environments = Example.of(fleet, "environments");
        environments.repository().git("tag", "v1.0.0");
        environments.repository().git("push", "-q", "origin", "v1.0.0");
        String tagged = environments.repository().head();
        String newest = environments.repository().commit("shop/more.txt", "after the tag\n");
        fleet.operator()
                .applies(Files.readString(Checkout.ROOT.resolve("examples/environments/policy.yaml")))
                .ok();
        fleet.operator().applies(environments.yaml()).ok();

        fleet.until("staging is offered", () -> offered("shop-staging") == 1);
        fleet.until(
                "production waits",
                () -> fleet.operator().phase("stack", "shop-production").startsWith("OutOfSync"));
        assertThat(revision("shop-staging")).isEqualTo(newest);
        assertThat(render("shop-staging", "staging")).contains("LOG_LEVEL: debug");

        fleet.operator().does("stack", "sync", "shop-production", "--change", "SHOP-417", "--reason", "spring sale");
        assertThat(revision("shop-production")).isEqualTo(tagged);
        assertThat(render("shop-production", "production")).contains("LOG_LEVEL: warning");
        for (String stage : List.of("staging", "production")) {
            fleet.operator().does("agent", "retire", stage, "--yes");
        }
    }

    @Test
    void theLabGoesFirstAndProductionWaitsForASecondPersonAndItsNight() throws Exception {
        for (String shop : List.of("lab", "oslo")) {
            fleet.agent(shop)
                    .join(fleet.operator().token("--labels", "app=shop,shop=" + shop))
                    .ok();
        }
        Example careful = Example.of(fleet, "careful-rollout");
        String policy = Files.readString(Checkout.ROOT.resolve("examples/careful-rollout/policy.yaml"));
        fleet.operator()
                .applies(policy.replace("environment=production", "shop=oslo"))
                .ok();
        fleet.operator().applies(careful.yaml()).ok();

        fleet.until("it has a plan", () -> offered("shop") == 1);
        assertThat(fleet.operator().does("rollout", "status", "shop").out()).contains("> lab");
        String plan = fleet.operator().does("stack", "plan", "shop").out();
        assertThat(plan)
                .contains("policy production (require.approvals) wants 1 approval", "policy production (syncWindows)");
        Operator other = fleet.person("bob", "approver");
        String digest = other.does("approval", "list", "shop", "-o", "json")
                .json()
                .objects("items")
                .getFirst()
                .string("plan");
        assertThat(plan).contains("wherry approval approve shop --plan " + digest);
        other.does("approval", "approve", "shop", "--plan", digest);
        assertThat(fleet.operator().does("approval", "list").out()).isEmpty();
        for (String shop : List.of("lab", "oslo")) {
            fleet.operator().does("agent", "retire", shop, "--yes");
        }
    }

    /** With an image that the cluster has, and a namespace that nobody else has. */
    @Test
    void aStoreHasAShopAndABoardAndGoesToProductionByALabel() throws Exception {
        String namespace = "examples-" + ProcessHandle.current().pid();
        Example apps = Example.of(fleet, "cluster-apps")
                .with("namespace: shop", "namespace: " + namespace)
                .with("kind: Namespace\nmetadata:\n  name: shop", "kind: Namespace\nmetadata:\n  name: " + namespace)
                .with("busybox:1.37", Cluster.IMAGE);
        fleet.joinCluster("store-0042", Cluster.get().kubeconfig());
        String labels = "apiVersion: wherry.io/v1alpha1\nkind: Agent\nmetadata: {name: store-0042,"
                + " labels: {cluster: store, stage: staging, store: \"0042\"}}\n";
        fleet.operator().applies(labels).ok();
        fleet.operator().applies(apps.asItStands()).ok();

        fleet.operator().does("wait", "stack", "board", "--timeout", "6m");
        String services = "/api/v1/namespaces/" + namespace + "/services/";
        assertThat(Cluster.get().kubectl("get", "--raw", services + "shop:http/proxy/"))
                .contains("Welcome to the shop");
        assertThat(Cluster.get().kubectl("get", "--raw", services + "board:http/proxy/"))
                .contains("<h1>Store 0042</h1>", "Deliveries at the back");
        assertThat(render("board", "store-0042")).contains("<h1>Store ${STORE}</h1>");

        fleet.operator().applies(labels.replace("staging", "production")).ok();
        fleet.until("it has three", () -> replicas(namespace).equals("3"), () -> replicas(namespace));
        takeItAway();
        fleet.operator().does("agent", "retire", "store-0042", "--yes");
        Cluster.get().kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait=false");
    }

    private static String replicas(String namespace) {
        return Cluster.get()
                .kubectl("get", "deployment/shop", "--namespace", namespace, "-o", "jsonpath={.status.readyReplicas}");
    }

    @Test
    void everyExampleIsRenderedByTheCommandAloneAndStandsOnThePage() throws Exception {
        String page = Files.readString(Checkout.ROOT.resolve("examples/README.md"));
        assertThat(Example.all()).isNotEmpty();
        for (String example : Example.all()) {
            assertThat(page).contains("[" + example + "](" + example + "/README.md)");
            assertThat(Example.of(fleet, example).stacks()).as(example).isNotEmpty();
        }
        String examples = Checkout.ROOT.resolve("examples").toString();
        assertThat(fleet.operator()
                        .does("render", examples + "/one-site", "--path", "shop", "--format", "compose")
                        .out())
                .contains("image: busybox:1.37", "published: \"8080\"");
        assertThat(fleet.operator()
                        .does("render", examples + "/cluster-baseline", "--path", "baseline", "--format", "kubernetes")
                        .out())
                .contains("kind: NetworkPolicy", "kind: ValidatingAdmissionPolicy", "name: backups.example.org");
        assertThat(fleet.operator()
                        .does(
                                "render",
                                examples + "/cluster-apps",
                                "--path",
                                "shop/production",
                                "--format",
                                "kustomize")
                        .out())
                .contains("replicas: 3", "kind: PodDisruptionBudget");
        assertThat(fleet.operator()
                        .does("validate", examples + "/platform", "--path", "hub")
                        .out())
                .contains("1 stack rendered for 2 agents: no problem");
    }

    private static List<String> names(String kind) throws Exception {
        return fleet.operator().does("get", kind, "-o", "name").lines().stream()
                .map(line -> line.substring(line.indexOf('/') + 1))
                .toList();
    }

    private static long offered(String stack) throws Exception {
        Json.Obj status = fleet.operator().status("stack", stack);
        return status.integerOr("number", 0) == 0 ? 0 : status.integer("targets");
    }

    private static String revision(String stack) throws Exception {
        return fleet.operator().status("stack", stack).string("revision");
    }

    private static String render(String stack, String agent) throws Exception {
        return fleet.operator().does("stack", "render", stack, "--agent", agent).out();
    }

    private static String page(int port) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            return "(" + e + ")"; // not there yet, or just being replaced
        }
    }
}
