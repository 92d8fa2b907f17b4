package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Secret;
import io.wherry.contract.Entry;
import io.wherry.contract.Features;
import io.wherry.contract.Manifest;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.vault.CredentialValue.Plain;
import io.wherry.hub.vault.CredentialValue.Registry;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of a stack for clusters: site variables, Secrets of the hub's credentials, and logins for registries. */
class ClusterSecretsTest {
    private static final String CANARY = "canary-of-the-password";
    private static final String POD = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec: {template: {spec: {imagePullSecrets: [{name: theirs}], containers: [{name: web, image: "shop:1"}]}}}
            """;
    private static final String JOB = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: own}
            imagePullSecrets: [{name: of-account}]
            ---
            apiVersion: batch/v1
            kind: Job
            metadata: {name: job}
            spec: {template: {spec: {serviceAccountName: own, containers: [{name: job, image: "shop:1"}]}}}
            """;
    private static final String SECRET_REFS =
            "secretRefs: [{name: db, type: kubernetes.io/basic-auth, data: {password: shop-db}, restart: true}]";

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord bonn;
    private AgentRecord rome;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        hub.source();
        bonn = hub.joinOlder("bonn", Features.UNDERSTOOD_ON_KUBERNETES);
        rome = hub.joinOlder("rome", Features.UNDERSTOOD_ON_KUBERNETES);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void sitesThatDifferInALateValueShareOneBundle() {
        stack("variables: true", "variables: {TAG: '1'}", "siteVariables: [{name: NAME, from: agent.name}]");
        hub.commitAndCheck("first", Map.of("shop/a.yaml", map("'${NAME} ${TAG} $${X} $HOME'")));

        Entry atBonn = hub.entry(bonn, "shop");
        Entry atRome = hub.entry(rome, "shop");
        assertThat(atBonn.bundle()).isEqualTo(atRome.bundle());
        assertThat(atBonn.release()).isEqualTo(atRome.release());
        assertThat(atBonn.variables()).isEqualTo(Map.of("NAME", "bonn"));
        assertThat(atRome.variables()).isEqualTo(Map.of("NAME", "rome"));
        assertThat(manifest(atBonn).requires()).containsExactly(Features.KUBERNETES, Features.SITE_VARIABLES);
        assertThat(JsonWriter.compact(model(atBonn))).contains("\"${NAME} 1 $${X} $$HOME\"", "\"variables\":true");
    }

    @Test
    void anEarlyValueMakesABundleForEachAndAnUnknownOneIsRefusedInThePlan() {
        stack("variables: true", "siteVariables: [{name: NAME, from: agent.name, early: true}]");
        hub.commitAndCheck("first", Map.of("shop/a.yaml", map("'${NAME}'")));
        assertThat(hub.entry(bonn, "shop").bundle())
                .isNotEqualTo(hub.entry(rome, "shop").bundle());
        assertThat(JsonWriter.compact(model(hub.entry(rome, "shop")))).contains("{\"a\":\"rome\"}");

        hub.commitAndCheck("second", Map.of("shop/a.yaml", map("'${OTHER}'")));
        assertThat(problem("bonn"))
                .startsWith("RenderFailed: shop/a.yaml:4:11: ConfigMap m: data.a: variable OTHER is not known");
    }

    @Test
    void aSecretOfTheHubsCredentialsIsSealedToEachAgentAndNamedAsAnObject() {
        create("shop-db", CANARY);
        stack("", SECRET_REFS);
        hub.commitAndCheck("first", Map.of("shop/a.yaml", map("x")));

        Entry entry = hub.entry(bonn, "shop");
        assertThat(manifest(entry).requires())
                .containsExactly(Features.KUBERNETES_SECRETS, Features.KUBERNETES, Features.SEALED_SECRETS);
        assertThat(JsonWriter.compact(new Json.Arr(List.copyOf(model(entry).objects("secrets")))))
                .isEqualTo(
                        "[{\"data\":{\"password\":\"shop-db\"},\"name\":\"db\",\"namespace\":\"shop\",\"restart\":true,\"type\":\"kubernetes.io/basic-auth\"}]");
        assertThat(open(bonn, entry, "shop-db")).hasValue(CANARY);
        assertThat(open(rome, entry, "shop-db")).isEmpty();

        stack("", "");
        hub.sync.fleetChanged();
        assertThat(hub.release(hub.entry(bonn, "shop")).permissions().delete()).containsExactly("Secret/shop/db");
    }

    @Test
    void aRotatedCredentialIsANewGenerationOfTheSameBundle() {
        create("shop-db", CANARY);
        stack("", SECRET_REFS);
        hub.commitAndCheck("first", Map.of("shop/a.yaml", map("x")));
        Entry before = hub.entry(bonn, "shop");

        hub.fleet.database.write(
                handle -> hub.credentials.rotate(handle, "shop-db", new Plain(Secret.of("new")), Optional.empty()));
        String plan = String.valueOf(hub.operations.plan("shop"));
        hub.sync.fleetChanged();

        Entry after = hub.entry(bonn, "shop");
        assertThat(after.bundle()).isEqualTo(before.bundle());
        assertThat(after.generation()).isEqualTo(before.generation() + 1);
        assertThat(open(bonn, after, "shop-db")).hasValue("new");
        assertThat(plan).contains("secret-value/shop-db").doesNotContain(CANARY);
    }

    @Test
    void whatIsMissingOrDoubledIsSaid() {
        stack("", SECRET_REFS);
        hub.commitAndCheck("first", Map.of("shop/a.yaml", map("x")));
        assertThat(problem("bonn")).startsWith("SecretUnavailable: secret shop-db: credential shop-db does not exist");

        create("shop-db", CANARY);
        hub.commitAndCheck(
                "second", Map.of("shop/b.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {}\n"));
        assertThat(problem("bonn")).contains("secretRefs: Secret/shop/db stands in the files too");
    }

    @Test
    void anAgentThatMakesNoSecretsIsRefusedByName() {
        create("shop-db", CANARY);
        hub.joinOlder("old", List.of(Features.KUBERNETES, Features.SEALED_SECRETS));
        stack("", SECRET_REFS);
        hub.commitAndCheck("first", Map.of("shop/a.yaml", map("x")));

        assertThat(problem("old")).startsWith("AgentTooOld: old does not understand kubernetes-secrets.v1");
    }

    /** A stack that may pull from a registry. */
    private void withALogin() {
        hub.fleet.database.write(handle -> hub.credentials.createLogin(
                handle,
                "harbor",
                "registry.example.org",
                new TreeSet<>(List.of("shop")),
                new Registry("robot", Secret.of(CANARY)),
                Optional.empty()));
        stack("", "images: {credentials: [harbor]}");
    }

    @Test
    void loginsForRegistriesBecomeASecretThatPodsNameBesideTheirOwn() {
        withALogin();
        hub.commitAndCheck("first", Map.of("shop/a.yaml", POD, "shop/b.yaml", JOB, "shop/m.yaml", map("x")));

        Entry entry = hub.entry(bonn, "shop");
        assertThat(JsonWriter.compact(model(entry)))
                .contains("\"imagePullSecrets\":[{\"name\":\"theirs\"},{\"name\":\"wherry-shop-pull\"}]")
                .contains("[{\"logins\":[\"harbor\"],\"name\":\"wherry-shop-pull\",\"namespace\":\"shop\"");
        assertThat(entry.registryLogins()).isEmpty();
        assertThat(JsonWriter.compact(model(entry)))
                .as("a pod that names one gets none of its account: those are named too")
                .contains("\"imagePullSecrets\":[{\"name\":\"of-account\"},{\"name\":\"wherry-shop-pull\"}]");
        RegistryLogin login =
                RegistryLogin.parse(open(bonn, entry, "harbor").orElseThrow().getBytes(UTF_8));
        assertThat(login.password().reveal()).isEqualTo(CANARY);
        assertThat(login.registry()).isEqualTo("registry.example.org");
    }

    @Test
    void podsOfACustomKindNameItTooWhereTheirTemplateStandsAsThatOfADeployment() {
        withALogin();
        String rollout =
                "{apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: r}, spec: {template: {spec: {%s:"
                        + " [{name: r, image: 'r:1'}]}}}}";
        hub.commitAndCheck(
                "first",
                Map.of(
                        "shop/r.yaml",
                        rollout.formatted("containers"),
                        "shop/s.yaml",
                        rollout.formatted("steps").replace("name: r}, spec", "name: s}, spec")));

        List<Json.Obj> objects = model(hub.entry(bonn, "shop")).objects("objects");
        assertThat(objects).hasSize(2);
        assertThat(JsonWriter.compact(objects.getFirst()))
                .contains("\"containers\"", "\"imagePullSecrets\":[{\"name\":\"wherry-shop-pull\"}]");
        assertThat(JsonWriter.compact(objects.getLast())).contains("\"steps\"").doesNotContain("imagePullSecrets");
    }

    @Test
    void noAnswerHoldsAValueOfASecretInGit() {
        String secret = """
                apiVersion: v1
                kind: Secret
                metadata: {name: s}
                stringData: {word: %s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: t}
                data: {word: %s}
                """;
        String encoded = Base64.getEncoder().encodeToString(CANARY.getBytes(UTF_8));
        stack("", "sync: {mode: manual}");
        hub.commitAndCheck("first", Map.of("shop/s.yaml", secret.formatted(CANARY, encoded)));
        hub.operations.sync("shop", false, SyncFixture.ADA);
        hub.commitAndCheck(
                "second", Map.of("shop/s.yaml", secret.formatted(CANARY + "2", "Mg" + encoded.substring(2))));

        String answers = "targets: "
                + hub.operations.plan("shop").orElseThrow().targets().stream()
                        .map(target -> target.diff() + " " + target.notes())
                        .toList()
                + hub.operations.render("shop", Optional.empty())
                + hub.operations.history("shop")
                + hub.told();

        assertThat(answers).contains("stringData.word", "***").doesNotContain(CANARY, encoded, encoded.substring(4));
    }

    @Test
    void noFieldOfASecretAmongHooksIsInAPlan() {
        Json.Obj hook = Json.object()
                .put(
                        "object",
                        Json.object()
                                .put("apiVersion", "v1")
                                .put("kind", "Secret")
                                .put("metadata", Json.object().put("name", "h").build())
                                .put("stringData", Map.of("word", CANARY))
                                .build())
                .build();
        Json.Obj other = JsonReader.object(
                JsonWriter.compact(hook).replace(CANARY, CANARY + "2").getBytes(UTF_8));

        ModelDiff diff = ModelDiff.between(cluster(hook), cluster(other));

        assertThat(diff.toString()).contains("stringData.word", "***").doesNotContain(CANARY);
    }

    private static Json.Obj cluster(Json.Obj hook) {
        return Json.object()
                .put("namespace", "shop")
                .put("objects", new Json.Arr(List.of()))
                .put("hooks", new Json.Arr(List.of(hook)))
                .build();
    }

    private static String map(String value) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: " + value + "}\n";
    }

    private void create(String name, String value) {
        hub.fleet.database.write(handle -> hub.credentials.createSecret(
                handle, name, new TreeSet<>(List.of("shop")), new Plain(Secret.of(value)), Optional.empty()));
    }

    private Manifest manifest(Entry entry) {
        return hub.bundles
                .read(entry.bundle().orElseThrow().digest())
                .map(Manifest::parse)
                .orElseThrow();
    }

    private Json.Obj model(Entry entry) {
        return hub.bundles
                .read(manifest(entry).model().digest())
                .map(JsonReader::object)
                .orElseThrow();
    }

    private Optional<String> open(AgentRecord agent, Entry entry, String name) {
        SealedSecret sealed = entry.sealedSecrets().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return new SecretSeal(TestFleet.TRUST_DOMAIN, agent.id(), entry.stack())
                .open(
                        sealed,
                        Optional.ofNullable(hub.devices.get(agent.id()))
                                .orElseThrow()
                                .sealing())
                .map(value -> new String(value, UTF_8));
    }

    private String problem(String agent) {
        return hub.operations.plan("shop").orElseThrow().targets().stream()
                .filter(target -> target.agentName().equals(agent))
                .findFirst()
                .flatMap(StackPlan.TargetPlan::problem)
                .orElse("");
    }

    private void stack(String kubernetes, String... more) {
        StringBuilder yaml = new StringBuilder("""
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec:
                  sourceRef: main
                  path: shop
                  format: kubernetes
                  kubernetes: {namespace: shop%s}
                  targets:
                    - agentSelector: {matchLabels: {app: "yes"}}
                """.formatted(kubernetes.isEmpty() ? "" : ", " + kubernetes));
        for (String line : more) {
            yaml.append("  ").append(line).append('\n');
        }
        hub.apply(yaml.toString());
    }
}
