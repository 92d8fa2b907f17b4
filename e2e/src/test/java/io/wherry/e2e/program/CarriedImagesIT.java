package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.e2e.docker.TestImages;
import io.wherry.e2e.kubernetes.ClosedRegistry;
import io.wherry.e2e.kubernetes.Cluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Container images that reach a site in the bundle file: from a real registry, through the hub, into an engine that cannot ask for them. */
class CarriedImagesIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    private static final List<String> ids = new ArrayList<>();
    private static Registry registry;
    private static RunningAgent site;

    @BeforeAll
    static void joinASiteThatNobodyReaches() throws Exception {
        registry = Registry.in(fleet);
        site = fleet.agent("ice");
        site.join(fleet.operator().token("--labels", "site=ice")).ok();
    }

    @AfterAll
    static void stop() throws Exception {
        registry.end();
        for (String id : ids) {
            fleet.programs().run("docker", "rmi", "-f", id);
        }
    }

    /** An image that nobody else has, at this machine's engine. @return its name there */
    private static String made(String name) throws Exception {
        Engine engine = fleet.engine();
        String container = engine.does("create", TestImages.BUSYBOX_1, "true");
        String local = "wherry.test/" + fleet.named(name) + ":1";
        ids.add(engine.does("commit", "--change", "LABEL only=" + fleet.named(name), container, local));
        engine.does("rm", container);
        return local;
    }

    private static void unmade(String local) throws Exception {
        fleet.engine().does("rmi", local);
        assertThat(fleet.programs()
                        .run("docker", "image", "inspect", ids.getLast())
                        .exit())
                .as("the engine has it no more")
                .isNotZero();
    }

    /** One at the registry alone. @return its name there, by tag or by digest */
    private static String pushed(String name, boolean pinned) throws Exception {
        String local = made(name);
        String copy = registry.take(local, name + ":1");
        unmade(local);
        return pinned ? copy.substring(0, copy.lastIndexOf(':')) + "@" + registry.digest(copy) : copy;
    }

    private static Path exported(RunningAgent agent, String... flags) throws Exception {
        Path file = fleet.folder().resolve(agent.name() + ".wherry");
        List<String> command =
                new ArrayList<>(List.of("bundle", "export", "--agent", agent.name(), "-o", file.toString()));
        command.addAll(List.of(flags));
        fleet.operator().does(command.toArray(String[]::new));
        return file;
    }

    /** Declares it, and waits until the hub has something for the site. */
    private static App declared(RunningAgent agent, String name, String image) throws Exception {
        App shop = fleet.appAt(agent.name(), name);
        shop.commit(App.web("red").replace(TestImages.BUSYBOX_1, image));
        shop.declare();
        awaitAssigned(agent, shop);
        return shop;
    }

    private static void awaitAssigned(RunningAgent agent, App shop) throws Exception {
        fleet.until(
                "the hub has assigned it",
                () -> fleet.operator()
                                .says("describe", "agent", agent.name())
                                .out()
                                .contains(shop.name())
                        && fleet.operator()
                                        .says(
                                                "bundle",
                                                "export",
                                                "--agent",
                                                agent.name(),
                                                "-o",
                                                fleet.folder() + "/first.wherry")
                                        .exit()
                                == 0);
    }

    @Test
    void imagesByTagAndByDigestComeUpWhereNoRegistryIs() throws Exception {
        registry.start();
        App tagged = declared(site, "tagged", pushed("tagged", false));
        App pinned = declared(site, "pinned", pushed("pinned", true));
        Path file = exported(site, "--include-images");

        Said inspected = fleet.operator().does("bundle", "inspect", file.toString());
        assertThat(inspected.out()).contains("✔ whole", "IMAGE", "tagged:1", "pinned@sha256:");
        String listed = fleet.operator()
                .does("bundle", "inspect", file.toString(), "-o", "json")
                .out();
        assertThat(listed).contains("\"images\"", "tagged:1");
        Said skopeo = fleet.programs().run("skopeo", "inspect", "--raw", "oci-archive:" + file + ":delivery");
        assertThat(skopeo.ok().out()).contains("application/vnd.wherry.delivery.v1+json");
        registry.stop();

        site.says("bundle", "verify", file.toString()).ok();
        site.says("bundle", "apply", file.toString()).ok();

        assertThat(fleet.engine().runs(tagged.container("web"))).isTrue();
        assertThat(fleet.engine().runs(pinned.container("web"))).isTrue();
        assertThat(fleet.engine().inspect(tagged.container("web"), "{{.Config.Image}}"))
                .endsWith("tagged:1");

        fleet.engine().does("rm", "-f", pinned.container("web"));
        StringBuilder cycles = new StringBuilder();
        fleet.until(
                "it is made anew without a registry, by one of the timer's runs",
                () -> {
                    cycles.append(site.says("run", "--once")).append('\n');
                    return fleet.engine().runs(pinned.container("web"));
                },
                () -> cycles + site.says("status").out());

        aFileSinceTheReceiptsIsSmallAndEnough(file);
        withoutARegistryNothingIsExported();
    }

    @Test
    void imagesOfTheHubsOwnEngineTravelWithoutAnyRegistry() throws Exception {
        fleet.hub().stop();
        fleet.hub().start("images.engineSocket=" + Engine.socket());
        fleet.untilHubAnswers();
        RunningAgent snow = fleet.agent("snow");
        snow.join(fleet.operator().token("--labels", "site=snow")).ok();
        String local = made("own");
        App own = declared(snow, "own", local);

        Path file = exported(snow, "--include-images");

        unmade(local);
        assertThat(fleet.programs()
                        .run("skopeo", "inspect", "oci-archive:" + file + ":" + local)
                        .json()
                        .object("Labels")
                        .string("only"))
                .isEqualTo(own.name());
        snow.says("bundle", "apply", file.toString()).ok();
        assertThat(fleet.engine().runs(own.container("web"))).isTrue();
        assertThat(fleet.engine().inspect(own.container("web"), "{{.Image}}")).isEqualTo(ids.getLast());
    }

    @Test
    void aPodRunsFromAFileWhoseImagesWentToTheRegistryOfTheSite() throws Exception {
        String namespace = fleet.named("island");
        ClosedRegistry ofSite =
                ClosedRegistry.start(Files.createDirectory(fleet.folder().resolve("of-the-site")));
        try {
            Cluster.get().kubectl("create", "namespace", namespace);
            RunningAgent island = fleet.agent(
                    "island",
                    fleet.ofCluster(Cluster.get().kubeconfig())
                            .with("WHERRY_AGENT_KUBERNETES_IMAGES_REGISTRY", ofSite.host() + "/carried")
                            .with(
                                    "WHERRY_AGENT_KUBERNETES_IMAGES_REGISTRY_CA_FILE",
                                    ofSite.authority().toString())
                            .with(
                                    "WHERRY_AGENT_KUBERNETES_IMAGES_REGISTRY_LOGIN_FILE",
                                    ofSite.login(ClosedRegistry.PASSWORD).toString()));
            island.join(fleet.operator().token("--labels", "site=island")).ok();
            registry.start();
            String image = pushed("island", false);
            App shop = fleet.appAt("island", "pods");
            Map<String, String> files = new HashMap<>(ClusterFiles.web("red", "sleep, infinity"));
            files.computeIfPresent(
                    "web.yaml", (_, web) -> web.replace(Cluster.IMAGE, image).replace("Never", "Always"));
            shop.commit(files);
            shop.declare("format: kubernetes", "healthTimeout: 2m", "kubernetes: {namespace: " + namespace + "}");
            awaitAssigned(island, shop);
            Path file = exported(island, "--include-images");
            registry.stop();
            Cluster.get().mirror(registry.host(), ofSite.hostsToml("carried"));

            island.says("bundle", "apply", file.toString()).ok();

            assertThat(Cluster.get()
                            .kubectl(
                                    "get",
                                    "deployment/web",
                                    "--namespace",
                                    namespace,
                                    "-o",
                                    "jsonpath={.status.readyReplicas} {.spec.template.spec.containers[0].image}"))
                    .isEqualTo("1 " + image);
            Path receipts = fleet.folder().resolve("island.receipts");
            island.says("receipts", "export", "-o", receipts.toString()).ok();
            fleet.operator()
                    .says("bundle", "import-receipts", receipts.toString())
                    .ok();
            assertThat(fleet.operator().does("get", "stack", shop.name()).out())
                    .contains("generation 1: applied and healthy");
        } finally {
            ofSite.stop();
            Cluster.get().kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found");
        }
    }

    private static void aFileSinceTheReceiptsIsSmallAndEnough(Path whole) throws Exception {
        long size = Files.size(whole);
        Path receipts = fleet.folder().resolve("ice.receipts");
        site.says("receipts", "export", "-o", receipts.toString());
        fleet.operator().says("bundle", "import-receipts", receipts.toString());
        registry.start();

        Path lean = exported(site, "--include-images", "--since-receipts");

        assertThat(Files.size(lean)).isLessThan(size / 10);
        registry.stop();
        site.says("bundle", "apply", lean.toString()).ok();
    }

    private static void withoutARegistryNothingIsExported() throws Exception {
        fleet.operator()
                .says("bundle", "export", "--agent", "ice", "--include-images", "-o", fleet.folder() + "/no.wherry")
                .failed(ExitCode.BLOCKED, "cannot be reached", "fix: ");
        assertThat(fleet.folder().resolve("no.wherry")).doesNotExist();
    }
}
