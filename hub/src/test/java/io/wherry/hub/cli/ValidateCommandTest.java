package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A repository of resources and one of their applications, both on disk: what a pipeline is told before a merge. */
class ValidateCommandTest {
    private static final String HEAD = "apiVersion: wherry.io/v1alpha1\nkind: ";

    @TempDir
    Path folder;

    @BeforeEach
    void aGoodFleet() throws IOException {
        resource("sources", "Source\nmetadata: {name: apps}\nspec: {type: git, url: 'https://git.test/apps.git'}");
        agent("oslo", "north");
        agent("bergen", "north");
        stack("shop", "sourceRef: apps\n  path: shop\n  targets: [{agentSelector: region=north}]");
        write("apps/shop/compose.yaml", "services:\n  web:\n    image: registry.test/web:${TAG}\n");
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void resource(String file, String text) throws IOException {
        write("fleet/hub/" + file + ".yaml", HEAD + text + "\n");
    }

    private void agent(String name, String region) throws IOException {
        resource(
                name,
                "Agent\nmetadata: {name: " + name + ", labels: {region: " + region
                        + "}}\nspec: {variables: {TAG: '1'}}");
    }

    private void stack(String name, String spec) throws IOException {
        resource(name, "Stack\nmetadata: {name: " + name + "}\nspec:\n  " + spec);
    }

    private Cli.Ran validate(String... more) {
        List<String> arguments = new ArrayList<>(List.of("validate", folder + "/fleet", "--path", "hub"));
        arguments.addAll(Arrays.asList(more));
        return new Cli(folder).run(arguments.toArray(String[]::new));
    }

    private Cli.Ran withApps(String... more) {
        String[] all = Arrays.copyOf(more, more.length + 2);
        all[more.length] = "--source";
        all[more.length + 1] = "apps=" + folder.resolve("apps");
        return validate(all);
    }

    private static void refuses(Cli.Ran ran, String... lines) {
        assertThat(ran.exit()).as(ran.out() + ran.err()).isEqualTo(1);
        assertThat(ran.out().lines()).contains(lines);
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void whatIsGoodIsCounted() {
        Cli.Ran ran = withApps();

        assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).isEqualTo("4 objects, 1 stack rendered for 2 agents: no problem\n");
    }

    @Test
    void whatIsNotThereIsNotPassedOver() {
        Cli.Ran ran = validate();

        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEqualTo("""
                        note: Stack/shop is not rendered: it needs source apps (its checkout: --source apps=DIR)
                        4 objects, 0 stacks rendered: no problem
                        """);
        refuses(
                validate("--source", "apps=" + folder.resolve("elsewhere")),
                folder + "/elsewhere: no such folder",
                "4 objects, 0 stacks rendered: 1 problem");
    }

    @Test
    void mistakesHaveTheirPlaceInEitherRepository() throws IOException {
        write("apps/shop/compose.yaml", "services:\n  web:\n    imgae: x\n");
        refuses(
                withApps(),
                folder
                        + "/apps/shop/compose.yaml:3:5: unknown attribute \"imgae\" in services.web (did you mean \"image\"?)");

        stack("shop", "sourceRef: apps\n  pth: shop");
        refuses(
                withApps(),
                folder + "/fleet/hub/shop.yaml:6:3: unknown field \"pth\" (did you mean \"path\"?)",
                "1 problem; no stack was looked at");
    }

    @Test
    void namesOfNothingAreProblemsUnlessAHubMayHaveThem() throws IOException {
        stack(
                "shop",
                "sourceRef: app\n  path: shop\n  targets: [{group: tills}]\n  dependsOn: [base]\n  rolloutPolicyRef: slow");
        String stack = folder + "/fleet/hub/shop.yaml:1:1: Stack/shop needs ";

        refuses(
                validate(),
                stack + "source app, which is not declared (declare it)",
                stack + "stack base, which is not declared (declare it)",
                stack + "group tills, which is not declared (declare it)",
                stack + "rollout policy slow, which is not declared (declare it)");
        assertThat(validate("--partial").exit()).isZero();
    }

    @Test
    void stacksThatWaitForEachOtherAreFound() throws IOException {
        stack("shop", "sourceRef: apps\n  path: shop\n  dependsOn: [base]");
        stack("base", "sourceRef: apps\n  path: base\n  dependsOn: [shop]");

        refuses(
                validate("--partial"),
                folder
                        + "/fleet/hub/shop.yaml:1:1: Stack/shop: dependsOn: they would wait for each other: shop -> base ->"
                        + " shop (take one of them out of a dependsOn)");
    }

    @Test
    void policiesAreAskedForTheAgentsTheyGovern() throws IOException {
        resource(
                "policy",
                "Policy\nmetadata: {name: north}\nspec: {agentSelector: region=north, allow: {registries: [other.test]}}");
        agent("lund", "south");
        stack("shop", "sourceRef: apps\n  path: shop\n  targets: [{agentSelector: 'region in (north,south)'}]");

        Cli.Ran ran = withApps();

        refuses(
                ran,
                folder
                        + "/fleet/hub/shop.yaml:1:1: Stack/shop: policy north (allow.registries) refuses it: from elsewhere:"
                        + " registry.test/web:1 (allowed here: other.test), at bergen, oslo",
                "6 objects, 1 stack rendered for 3 agents: 1 problem");
    }

    @Test
    void digestsThatAHubFindsOutAreTakenForThere() throws IOException {
        resource(
                "policy",
                "Policy\nmetadata: {name: north}\nspec: {agentSelector: region=north, require: {imageDigests: true}}");
        refuses(
                withApps(),
                folder
                        + "/fleet/hub/shop.yaml:1:1: Stack/shop: policy north (require.imageDigests) refuses it: by no digest:"
                        + " registry.test/web:1 (write images.resolveDigests: true in the stack, or NAME@sha256:… in its"
                        + " files), at bergen, oslo");

        stack(
                "shop",
                "sourceRef: apps\n  path: shop\n  images: {resolveDigests: true}\n  targets: [{agentSelector: region=north}]");
        assertThat(withApps().exit()).isZero();
    }

    @Test
    void whatAnAgentLacksIsSaidOfThatAgent() throws IOException {
        resource("lund", "Agent\nmetadata: {name: lund, labels: {region: north}}");
        stack("shop", "sourceRef: apps\n  path: shop/${agent.labels.tier}\n  targets: [{agentSelector: region=north}]");
        resource("oslo", "Agent\nmetadata: {name: oslo, labels: {region: north, tier: a}}");
        write("apps/shop/a/compose.yaml", "services:\n  web:\n    image: web:${PORT}\n");

        refuses(
                withApps(),
                folder
                        + "/fleet/hub/shop.yaml:1:1: Stack/shop: path shop/${agent.labels.tier} names a label that bergen does"
                        + " not have, at bergen",
                "warning: " + folder
                        + "/apps/shop/a/compose.yaml:3:12: variable PORT is not set; it counts as empty (write ${PORT:-} if that is"
                        + " meant)");
    }

    @Test
    void aStackOfNoAgentIsRenderedIfItNeedsNone() throws IOException {
        stack("shop", "sourceRef: apps\n  path: shop\n  targets: [{agentSelector: region=west}]");
        assertThat(withApps().out()).endsWith("4 objects, 1 stack rendered: no problem\n");

        stack("shop", "sourceRef: apps\n  path: shop\n  siteVariables: [{name: TAG, early: true}]");
        assertThat(withApps().out())
                .contains("note: Stack/shop is not rendered: it needs values of agents, and none of these files is its"
                        + " target\n");
    }

    @Test
    void whatFitsIntoNoBundleIsToldAlsoOfAStackOfNoAgent() throws IOException {
        stack("shop", "sourceRef: apps\n  path: shop\n  targets: [{agentSelector: region=west}]");
        StringBuilder compose = new StringBuilder("services:\n  web:\n    image: web\n    env_file:\n");
        for (int i = 0; i < 5; i++) {
            write("apps/shop/" + i + ".env", "V" + i + "=" + "x".repeat(900_000) + "\n");
            compose.append("    - ").append(i).append(".env\n");
        }
        write("apps/shop/compose.yaml", compose.toString());

        Cli.Ran ran = withApps();

        refuses(ran, "4 objects, 1 stack rendered: 1 problem");
        assertThat(ran.out())
                .startsWith(folder + "/fleet/hub/shop.yaml:1:1: Stack/shop: it does not fit into a bundle: ");
    }

    @Test
    void aCheckoutThatNoStackTakesIsAMistake() {
        Cli.Ran ran = validate("--source", "app=" + folder.resolve("apps"));

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo("wherry: --source app: no stack of these files takes it (did you mean \"apps\"?)\n");
    }

    @Test
    void theRepositoryItselfIsTheSourceConfiguration() throws IOException {
        stack("shop", "sourceRef: configuration\n  path: apps/shop\n  targets: [{agentSelector: region=north}]");
        write("fleet/apps/shop/compose.yaml", "services:\n  web: {image: web, build: 3}\n");

        refuses(validate(), "4 objects, 1 stack rendered for 2 agents: 1 problem");
        assertThat(validate().out()).startsWith(folder + "/fleet/apps/shop/compose.yaml:2:");
    }

    @Test
    void anEmptyFolderIsNoGoodFleet() throws IOException {
        Files.createDirectories(folder.resolve("fleet/none"));

        Cli.Ran ran = new Cli(folder).run("validate", folder + "/fleet", "--path", "none");

        refuses(
                ran,
                folder + "/fleet/none: no object in any *.yaml, *.yml or *.json below it (is that the right folder?)");
        assertThat(new Cli(folder).run("validate", folder + "/gone").err())
                .isEqualTo("wherry: " + folder + "/gone: no such folder\n");
    }

    @Test
    void machinesGetItAsJson() throws IOException {
        stack("shop", "sourceRef: app\n  path: shop");

        Cli.Ran ran = validate("-o", "json");

        assertThat(ran.exit()).isEqualTo(1);
        Json.Obj report = JsonReader.object(ran.out().getBytes(UTF_8));
        Json.Obj problem = report.objects("problems").getFirst();
        assertThat(problem.string("file")).isEqualTo(folder + "/fleet/hub/shop.yaml");
        assertThat(problem.integer("line")).isEqualTo(1);
        assertThat(report.integer("objects")).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "careful-rollout, fleet, policy.yaml",
        "cluster-baseline, clusters, fleet.yaml",
        "environments, fleet, policy.yaml",
        "many-sites, chain, agents.yaml",
        "one-site, fleet, fleet.yaml",
        "shared-base, mono, fleet.yaml"
    })
    void theExamplesAreGood(String name, String source, String more) {
        String example = Path.of("..", "examples", name).toString();

        Cli.Ran ran = new Cli(folder)
                .run("validate", example, "--path", "fleet.yaml", "--path", more, "--source", source + "=" + example);

        assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
        assertThat(ran.out()).doesNotContain("0 stacks");
    }
}
