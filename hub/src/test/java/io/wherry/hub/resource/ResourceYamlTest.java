package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.YamlException;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceYamlTest {
    private static final String ALL = """
        apiVersion: wherry.io/v1alpha1
        kind: Source
        metadata: {name: shop, labels: {team: retail}}
        spec:
          type: git
          url: https://git.example.org/shop.git
          ref: {tag: v1.2.0}
          interval: 30s
          credentialRef: git-token
        ---
        apiVersion: wherry.io/v1alpha1
        kind: Stack
        metadata: {name: web}
        spec:
          sourceRef: shop
          ref: {branch: release}
          path: sites/${agent.labels.site}
          format: compose
          compose: {files: [compose.yaml], profiles: [prod], envFiles: [site.env], projectName: shop_web}
          targets:
          - {name: north, agentSelector: "region=north,tier in (a,b),!old"}
          - {agentSelector: {matchLabels: {wherry.io/name: site-1}}}
          - {group: pilots}
          variables: {TAG: 1.20, ON: yes}
          siteVariables:
          - {name: STORE, pattern: "[0-9]{4}", default: "0000"}
          sync: {mode: manual, alwaysApply: true, siteInterval: 1m}
          observe: 20s
          onUnhealthy: hold
          dependsOn: [base]
        ---
        apiVersion: wherry.io/v1alpha1
        kind: Agent
        metadata: {name: site-1, labels: {region: north}}
        spec: {variables: {STORE: "4711"}, suspend: true}
        ---
        apiVersion: wherry.io/v1alpha1
        kind: Group
        metadata: {name: pilots}
        spec: {members: [site-1, site-2]}
        """;

    @Test
    void readsEveryKindAndItsJsonReadsBackTheSame() {
        List<Resource> all = ResourceYaml.parse("all.yaml", ALL.getBytes(UTF_8));

        assertThat(all)
                .extracting(r -> r.kind() + " " + r.name())
                .containsExactly("SOURCE shop", "STACK web", "AGENT site-1", "GROUP pilots");
        for (Resource resource : all) {
            Json.Obj json = JsonReader.object(JsonWriter.canonical(resource.toJson()));
            assertThat(ResourceYaml.fromJson(json)).isEqualTo(resource);
        }
    }

    @Test
    void keepsTextsAsTheyAreWritten() {
        Stack stack =
                (Stack) ResourceYaml.parse("all.yaml", ALL.getBytes(UTF_8)).get(1);

        assertThat(stack.values().variables()).containsEntry("TAG", "1.20").containsEntry("ON", "yes");
        assertThat(stack.project()).isEqualTo("shop_web");
        assertThat(stack.source().ref()).contains(new Ref.Branch("release"));
        assertThat(stack.apply().health().observe()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void fillsInTheDefaultsOfTheDesign() {
        Stack stack = (Stack) one("Stack", "{sourceRef: shop}");

        assertThat(stack.apply()).isEqualTo(ApplySpec.DEFAULT);
        assertThat(stack.apply().prune()).isTrue();
        assertThat(stack.apply().sync().siteInterval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(stack.apply().sync().correctDrift()).isTrue();
        assertThat(stack.project()).isEqualTo("it");
        Source source = (Source) one("Source", "{type: git, url: /srv/git/shop}");
        assertThat(source.interval()).isEqualTo(Duration.ofMinutes(5));
        assertThat(source.ref()).isEqualTo(new Ref.Branch("main"));
    }

    @Test
    void manualDoesNotCorrectDriftUnlessTold() {
        Stack stack = (Stack) one("Stack", "{sourceRef: shop, sync: {mode: manual}}");
        Stack told = (Stack) one("Stack", "{sourceRef: shop, sync: {mode: manual, correctDrift: true}}");

        assertThat(stack.apply().sync().correctDrift()).isFalse();
        assertThat(told.apply().sync().correctDrift()).isTrue();
    }

    @Test
    void aStackSaysHowItComesToItsImages() {
        Stack stack = (Stack) one("Stack", "{sourceRef: shop, images: {resolveDigests: true}}");

        assertThat(stack.images().resolveDigests()).isTrue();
        assertThat(stack.spec().object("images").bool("resolveDigests")).isTrue();
        assertThat(((Stack) one("Stack", "{sourceRef: shop}")).spec().find("images"))
                .isEmpty();
        assertThat(problems(text("Stack", "{sourceRef: shop, images: {include: true, resolveDigest: true}}")))
                .containsExactlyInAnyOrder(
                        "f.yaml:4:43: include: is not in this version (remove it)",
                        "f.yaml:4:49: unknown field \"resolveDigest\" (did you mean \"resolveDigests\"?)");
    }

    @Test
    void namesEveryUnknownFieldWithItsPlaceAndTheNearestKnownOne() {
        assertThat(problems("""
            apiVersion: wherry.io/v1alpha1
            kind: Stack
            metadata: {name: web, lables: {}}
            spec:
              sourceref: shop
              sync: {mod: auto}
              targets: [{agentSelectr: a=b}]
            """))
                .contains(
                        "f.yaml:3:23: unknown field \"lables\" (did you mean \"labels\"?)",
                        "f.yaml:5:3: unknown field \"sourceref\" (did you mean \"sourceRef\"?)",
                        "f.yaml:6:10: unknown field \"mod\" (did you mean \"mode\"?)",
                        "f.yaml:7:14: unknown field \"agentSelectr\" (did you mean \"agentSelector\"?)");
    }

    @Test
    void aStackForClustersIsTheSameAfterItsJson() {
        Resource stack =
                ResourceYaml.parse("f.yaml", text("Stack", """
                {sourceRef: shop, format: kubernetes, kubernetes: {namespace: shop, adopt: true, serviceAccount: deployer, include: ["*.yaml"], exclude: [test]},
                 ignoreDifferences: [{group: apps, kind: Deployment, name: web, jsonPointers: [/spec/replicas]}], healthRules: [{kind: Database, healthy: "{.status.phase} == Ready", failed: ["{.status.phase} == Error"]}],
                 takeBack: ["kubectl*"]}""").getBytes(UTF_8)).getFirst();

        assertThat(stack.spec().string("format")).isEqualTo("kubernetes");
        assertThat(stack.spec().object("kubernetes").string("serviceAccount")).isEqualTo("deployer");
        assertThat(stack.spec().objects("ignoreDifferences").getFirst().strings("jsonPointers"))
                .containsExactly("/spec/replicas");
        assertThat(ResourceYaml.fromJson(Json.object()
                        .put("apiVersion", "wherry.io/v1alpha1")
                        .put("kind", "Stack")
                        .put("metadata", Json.object().put("name", stack.name()).build())
                        .put("spec", stack.spec())
                        .build()))
                .isEqualTo(stack);
    }

    @Test
    void aChartIsTheSameAfterItsJson() {
        Resource stack =
                ResourceYaml.parse("f.yaml", text("Stack", """
                {sourceRef: shop, format: helm, helm: {chart: web, valuesFiles: [a.yaml], values: {a: {b: [1, yes, "x", 0.5, ~, true]}}, releaseName: r, kubeVersion: "1.34"}}""").getBytes(UTF_8)).getFirst();

        assertThat(io.wherry.contract.json.JsonWriter.compact(
                        stack.spec().object("helm").object("values")))
                .isEqualTo("{\"a\":{\"b\":[1,\"yes\",\"x\",0.5,null,true]}}");
        assertThat(ResourceYaml.fromJson(Json.object()
                        .put("apiVersion", "wherry.io/v1alpha1")
                        .put("kind", "Stack")
                        .put("metadata", Json.object().put("name", stack.name()).build())
                        .put("spec", stack.spec())
                        .build()))
                .isEqualTo(stack);
        assertThat(
                        problems(
                                text(
                                        "Stack",
                                        "{sourceRef: shop, format: helm, helm: {chart: ../../x, releaseName: -a, version: 1, kubeVersion: x}}")))
                .anyMatch(p -> p.contains("version: stands below chartFrom"))
                .anyMatch(p -> p.contains("releaseName: -a (expected: 1 to 53"));
        assertThat(problems(text(
                        "Stack", "{sourceRef: shop, format: kustomize, helm: {chart: x}, kubernetes: {include: [a]}}")))
                .anyMatch(p -> p.contains("helm: belongs to charts"))
                .anyMatch(p -> p.contains("include: belongs to the format kubernetes"));
    }

    @Test
    void aChartFromElsewhereIsTheSameAfterItsJsonAndExact() {
        String digest = "sha256:" + "1".repeat(64);
        Resource stack = ResourceYaml.parse(
                        "f.yaml", text("Stack", """
                {sourceRef: shop, format: helm, helm: {chartFrom: {url: "oci://r.example.org/charts", chart: web, version: 1.2.3+b, digest: "%s", credentialRef: c, caBundle: pem, verify: {keyring: "-----BEGIN PGP PUBLIC KEY BLOCK-----"}}}}""".formatted(digest)).getBytes(UTF_8))
                .getFirst();

        assertThat(ResourceYaml.fromJson(Json.object()
                        .put("apiVersion", "wherry.io/v1alpha1")
                        .put("kind", "Stack")
                        .put("metadata", Json.object().put("name", stack.name()).build())
                        .put("spec", stack.spec())
                        .build()))
                .isEqualTo(stack);
        refusedChart("url: 'https://h', chart: web, version: ^1.2", "version: ^1.2 (expected: one exact version");
        refusedChart("url: 'https://h', chart: web, version: latest", "version: latest (expected: one exact version");
        refusedChart("url: 'http://h', chart: web, version: 1.2.3", "url: http://h (expected: https://HOST/PATH of");
        refusedChart("url: 'https://u:p@h', chart: web, version: 1.2.3", "url: not shown (expected: no blank");
        refusedChart("url: 'https://h', chart: a/b, version: 1.2.3", "chart: a/b (expected: the name of a chart");
        refusedChart("url: 'https://h', chart: a, version: 1.2.3, digest: x", "digest: x (expected: sha256:");
        refusedChart("url: 'https://h', chart: a", "version is missing");
        refusedChart("chart: a, version: 1.2.3", "chartFrom: says neither sourceRef nor url");
        refusedChart(
                "sourceRef: s, url: 'https://h', chart: a, version: 1.2.3",
                "url: stands in the source beside sourceRef");
        refusedChart("sourceRef: s, chart: a, version: 1.x", "version: 1.x (expected: one exact version");
        refusedChart("sourceRef: S/, chart: a, version: 1.2.3", "sourceRef: S/ (expected:");
        assertThat(
                        problems(
                                text(
                                        "Stack",
                                        "{sourceRef: s, format: helm, helm: {chart: web, chartFrom: {url: 'https://h', chart: web, version: 1.2.3}}}")))
                .anyMatch(p -> p.contains("chart: web (expected: none beside chartFrom"));
    }

    @Test
    void aSourceOfChartsIsTheSameAfterItsJsonAndHasNothingThatMoves() {
        for (String spec : List.of(
                "{type: helm, url: https://charts.example.org, credentialRef: reader, caBundle: pem, proxy: 'http://p:3128', timeout: 2m}",
                "{type: oci, url: 'oci://r.example.org/charts', suspend: true}")) {
            Resource source = one("Source", spec);
            assertThat(ResourceYaml.fromJson(Json.object()
                            .put("apiVersion", "wherry.io/v1alpha1")
                            .put("kind", "Source")
                            .put(
                                    "metadata",
                                    Json.object().put("name", source.name()).build())
                            .put("spec", source.spec())
                            .build()))
                    .isEqualTo(source);
        }
        refusedSource("type: helm, url: 'https://h/p', ref: {branch: main}", "ref: belongs to type: git");
        refusedSource("type: helm, url: 'https://h/p', interval: 5m", "interval: belongs to type: git");
        refusedSource("type: helm, url: 'https://h/p', webhook: {credentialRef: a}", "webhook: belongs to type: git");
        refusedSource("type: helm, url: 'https://h/p', verify: {keyring: a}", "verify: stands in the stack");
        refusedSource("type: helm, url: 'https://h/p', timeout: 10m", "timeout: ");
        refusedSource("type: helm, url: 'oci://h/p'", "oci://HOST/PATH with type: oci");
        refusedSource("type: oci, url: 'https://h/p'", "https://HOST/PATH with type: helm");
        refusedSource("type: helm, url: 'https://u:p@h/p'", "url: not shown (expected: no blank");
        refusedSource("type: git, url: 'oci://h/p'", "write type: oci");
        refusedSource(
                "type: helm, url: 'https://h/p', proxy: 'https://p:1'",
                "proxy: https://p:1 (expected: http://HOST:PORT");
        refusedSource("type: helm, url: 'https://h/p', proxy: 'http://u:p@h:1'", "proxy: not shown (expected:");
        refusedSource("type: helm, url: 'https://h/p', proxy: 'http://h:70000'", "proxy: http://h:70000 (expected:");
        refusedSource(
                "type: git, url: /srv/shop, proxy: 'http://p:3128'", "none for /srv/shop: a proxy carries https:");
        refusedSource("type: git, url: 'ssh://git@h/p', proxy: 'http://p:3128'", "none for ssh://git@h/p: a proxy");
        refusedSource("type: svn, url: 'https://h/p'", "type: \"svn\" is not known");
    }

    private static void refusedSource(String spec, String why) {
        assertThat(problems(text("Source", "{" + spec + "}"))).as(spec).anyMatch(p -> p.contains(why));
    }

    private static void refusedChart(String from, String why) {
        assertThat(problems(text("Stack", "{sourceRef: s, format: helm, helm: {chartFrom: {" + from + "}}}")))
                .anyMatch(p -> p.contains(why));
    }

    @Test
    void eachFormatRefusesTheFieldsOfTheOther() {
        assertThat(problems(text("Stack", "{sourceRef: shop, format: kubernetes, compose: {files: [a]}}")))
                .anyMatch(
                        p -> p.contains("compose: belongs to stacks for Docker (write format: compose, or remove it)"));
        assertThat(problems(text("Stack", "{sourceRef: shop, kubernetes: {namespace: a}, takeBack: [x]}")))
                .anyMatch(p -> p.contains("kubernetes: belongs to stacks for clusters"))
                .anyMatch(p -> p.contains("takeBack: belongs to stacks for clusters"));
        assertThat(problems(text("Stack", "{sourceRef: shop, format: kubernetes, variables: {A: b}}")))
                .anyMatch(p -> p.contains("variables: 1 (expected: none with format kubernetes"))
                .anyMatch(p -> p.contains("kubernetes.variables: true puts them in"));
        assertThat(problems(text("Stack", "{sourceRef: shop, secretRefs: [{name: a, data: {b: c}}]}")))
                .anyMatch(
                        p -> p.contains(
                                "secretRefs: belongs to stacks for clusters (write secrets: {NAME: {external: true}} in the Compose file)"));
        assertThat(problems(text(
                        "Stack", "{sourceRef: shop, format: kubernetes, kubernetes: {namespace: A, exclude: [/x]}}")))
                .anyMatch(p -> p.contains("exclude: pattern: /x (expected: a relative path"));
        assertThat(problems(text("Stack", "{sourceRef: shop, format: kubernetes, kubernetes: {namespace: A}}")))
                .anyMatch(p -> p.contains("namespace: A (expected: 1 to 63 of a-z"));
        assertThat(
                        problems(
                                text(
                                        "Stack",
                                        "{sourceRef: shop, format: kubernetes, ignoreDifferences: [{kind: X, jsonPointers: [a]}, {kind: Y}]}")))
                .anyMatch(p -> p.contains("jsonPointers: a (expected: like /spec/replicas)"))
                .anyMatch(p -> p.contains("jsonPointers is missing"));
        assertThat(
                        problems(
                                text(
                                        "Stack",
                                        "{sourceRef: shop, format: kubernetes, healthRules: [{kind: X, healthy: '{.a'}, {kind: Y}, {kind: Z, healthy: '{.a}', x: y}]}")))
                .anyMatch(p -> p.startsWith("f.yaml:4:") && p.contains("healthy: "))
                .anyMatch(p -> p.contains("healthy: missing"))
                .anyMatch(p -> p.contains("unknown field \"x\""));
    }

    @Test
    void aStackForClustersHasVariablesAndSecretsAndSaysTheSameAgain() {
        String spec =
                "{sourceRef: shop, format: kubernetes, kubernetes: {namespace: shop, variables: true}, variables: {TAG: '1'},"
                        + " siteVariables: [{name: CITY, from: agent.labels.city}], images: {credentials: [harbor]},"
                        + " secretRefs: [{name: db, data: {password: shop-db}}, {name: tls, namespace: front, type: kubernetes.io/tls,"
                        + " data: {tls.crt: crt, tls.key: key}, restart: true}]}";
        Stack stack = (Stack) one("Stack", spec);

        assertThat(stack.spec().objects("secretRefs")).hasSize(2);
        assertThat(((KubernetesSpec) stack.format()).secrets().getFirst().type())
                .isEqualTo("Opaque");
        assertThat(one("Stack", JsonWriter.compact(stack.spec()))).isEqualTo(stack);
    }

    @Test
    void aSecretThatNoClusterWouldTakeIsRefusedWithItsPlace() {
        String secret = "{sourceRef: shop, format: kubernetes, secretRefs: [%s]}";
        for (String[] wrong : new String[][] {
            {"{name: A, data: {a: b}}", "name: A (expected: 1 to 253"},
            {"{name: a}", "data: nothing (expected: KEY: CREDENTIAL for each key)"},
            {"{name: a, data: {'b c': d}}", "data: b c (expected: keys of"},
            {"{name: a, data: {b: D_}}", "data.b: D_ (expected: 1 to 63"},
            {
                "{name: a, type: kubernetes.io/tls, data: {tls.crt: d}}",
                "data: tls.crt (expected: tls.key, for type kubernetes.io/tls)"
            },
            {"{name: a, data: {b: c}}, {name: a, namespace: default, data: {b: c}}", "secretRefs: default/a twice"},
            {"{name: a, data: {b: c}, value: x}", "unknown field \"value\""}
        }) {
            assertThat(problems(text("Stack", secret.formatted(wrong[0]))))
                    .as(wrong[0])
                    .anyMatch(p -> p.startsWith("f.yaml:4:") && p.contains(wrong[1]));
        }
        assertThat(problems(text("Stack", "{sourceRef: shop, siteVariables: [{name: A, from: site}]}")))
                .anyMatch(p -> p.contains("from: site (expected: agent.name or agent.labels.KEY)"));
    }

    @Test
    void saysWhatIsNotInThisVersion() {
        assertThat(problems(text("Stack", "{sourceRef: shop, compose: {mode: pods}}")))
                .anyMatch(p -> p.contains("f.yaml:4:41: mode: \"pods\" is not known"));
        assertThat(problems(text("Stack", "{sourceRef: shop, compose: {mode: swarm, adopt: true}}")))
                .anyMatch(p -> p.contains("adopt: with mode swarm"));
        assertThat(problems(text("Source", "{type: git, url: https://h/p, ref: {digest: x}, proxy: p}")))
                .anyMatch(p -> p.contains("proxy: p (expected: http://HOST:PORT"))
                .anyMatch(p -> p.contains("digest: belongs to type: oci"));
        assertThat(problems(text("Stack", "{sourceRef: shop, registryMirror: {docker.io: m:5000}}")))
                .anyMatch(p -> p.contains("registryMirror: is a setting of the site (write it into the agent.yaml"));
        assertThat(problems(text("Approval", "{}"))).anyMatch(p -> p.contains("(use \"wherry approval approve\")"));
        assertThat(problems(text("Credential", "{}"))).anyMatch(p -> p.contains("wherry credential create"));
        assertThat(problems(text("Stak", "{}"))).anyMatch(p -> p.contains("did you mean \"Stack\"?"));
    }

    @Test
    void refusesAddressesThatCannotBeTrusted() {
        for (String url : List.of(
                "http://h/p",
                "file:///srv/x",
                "ext::sh -c x",
                "git@host:path",
                "ssh://h/p",
                "https://u:secret@h/p",
                "-uhttps://h/p",
                "https://h/p?x=y",
                "https://h",
                "/srv/../etc",
                "srv/x")) {
            assertThat(problems(text("Source", "{type: git, url: \"" + url + "\"}")))
                    .as(url)
                    .hasSize(1)
                    .allSatisfy(p -> assertThat(p).contains("url: ").doesNotContain("secret"));
        }
    }

    @Test
    void refusesValuesOutOfTheirLimits() {
        assertThat(problems(text("Source", "{type: git, url: https://h/p, interval: 9s}")))
                .containsExactly("f.yaml:4:47: interval: 9s (expected: 10s to 1d)");
        assertThat(problems(text("Source", "{type: git, url: https://h/p, ref: {branch: -x}}")))
                .hasSize(1);
        assertThat(problems(text("Source", "{type: git, url: https://h/p, ref: {branch: x, tag: y}}")))
                .containsExactly("f.yaml:4:42: ref: says more than one thing (write one of branch, tag and commit)");
        assertThat(problems(text("Source", "{type: git, url: https://h/p, ref: {commit: abc}}")))
                .hasSize(1);
        assertThat(problems(text("Stack", "{sourceRef: shop, path: /etc}"))).hasSize(1);
        assertThat(problems(text("Stack", "{sourceRef: shop, path: 'a/${agent.nme}'}")))
                .hasSize(1);
        assertThat(problems(text("Stack", "{sourceRef: shop, dependsOn: [it]}")))
                .hasSize(1);
        assertThat(problems(text("Stack", "{sourceRef: shop, siteVariables: [{name: A, pattern: '[', default: b}]}")))
                .hasSize(1);
        assertThat(problems(text("Stack", "{sourceRef: shop, siteVariables: [{name: A, pattern: 'x', default: b}]}")))
                .hasSize(1);
        assertThat(problems(text(
                        "Stack", "{sourceRef: shop, targets: [{agentSelector: 'a=='}, {group: g, agentSelector: a}]}")))
                .hasSize(1);
        assertThat(problems(text("Group", "{}"))).hasSize(1);
        assertThat(problems(text("Agent", "{labels: {a: b}}")))
                .anyMatch(p -> p.contains("labels belong under metadata"));
    }

    @Test
    void refusesTheSameResourceTwiceInAFile() {
        String one = text("Group", "{members: []}");
        assertThat(problems(one + "---\n" + one))
                .containsExactly("f.yaml:6:1: Group it twice (the first is at f.yaml:1:1)");
    }

    @Test
    void aDocumentWithNothingInItIsNone() {
        String one = text("Group", "{members: []}");
        assertThat(ResourceYaml.parse("f.yaml", ("---\n" + one + "---\n# left out\n---\n").getBytes(UTF_8)))
                .hasSize(1);
        assertThat(ResourceYaml.parse("f.yaml", "# nothing\n".getBytes(UTF_8))).isEmpty();
        assertThat(problems(one + "---\n\"\"\n")).isNotEmpty();
    }

    @Test
    void takesBackWhatTheHubPrints() {
        Json.Obj printed = Json.object()
                .put("apiVersion", Resource.API_VERSION)
                .put("kind", "Group")
                .put(
                        "metadata",
                        Json.object()
                                .put("name", "g")
                                .put("uid", "x")
                                .put("generation", 3)
                                .build())
                .put("spec", Json.object().put("members", List.of("a")).build())
                .put("status", Json.object().put("anything", 1).build())
                .build();
        assertThat(ResourceYaml.fromJson(printed).name()).isEqualTo("g");
    }

    @Test
    void placesProblemsOfJsonByTheirPath() {
        Json.Obj wrong = Json.object()
                .put("apiVersion", Resource.API_VERSION)
                .put("kind", "Group")
                .put("metadata", Json.object().put("name", "g").build())
                .put("spec", Json.object().put("member", List.of("a")).build())
                .build();
        YamlException e = catchThrowableOfType(YamlException.class, () -> ResourceYaml.fromJson(wrong));
        assertThat(e.problems())
                .extracting(Problem::toString)
                .contains("spec.member: unknown field \"member\" (did you mean \"members\"?)");
    }

    @Test
    void aPathMayNameTheAgentAndItsLabels() {
        StackSource source = new StackSource(
                "s",
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                "sites/${agent.labels.site}/${agent.name}");
        Agent agent = new Agent(Metadata.of("a1", java.util.Map.of("site", "k4")), new java.util.TreeMap<>(), false);
        Agent bare = new Agent(Metadata.of("a1"), new java.util.TreeMap<>(), false);

        assertThat(source.pathFor(agent)).contains("sites/k4/a1");
        assertThat(source.pathFor(bare)).isEmpty();
    }

    private static String text(String kind, String spec) {
        return "apiVersion: wherry.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: it}\nspec: " + spec + "\n";
    }

    private static Resource one(String kind, String spec) {
        return ResourceYaml.parse("f.yaml", text(kind, spec).getBytes(UTF_8)).getFirst();
    }

    private static List<String> problems(String text) {
        YamlException e =
                catchThrowableOfType(YamlException.class, () -> ResourceYaml.parse("f.yaml", text.getBytes(UTF_8)));
        return e.problems().stream().map(Problem::toString).toList();
    }
}
