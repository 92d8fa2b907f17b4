package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.MemoryTree;
import io.wherry.hub.render.worker.HelmProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is judged of a chart before helm sees it, and how hooks are told from objects after. */
class ChartTest {
    private static final String CHART = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    private static final String NEEDS =
            CHART + "dependencies: [{name: db, version: ^2.0.0, repository: 'https://h'}]\n";

    private static final String LOCKED = "sha256:4c3008072ba6bc2c4c2052362ace241f55ebef9008e84b5735f6048e5267672e";

    @Test
    void allFilesOfTheChartAndNoOtherAreTaken() {
        Problems problems = new Problems();

        var files = new ChartFiles(
                        MemoryTree.of(Map.of(
                                "c/Chart.yaml",
                                CHART,
                                "c/templates/a.yaml",
                                "x",
                                "c/.helmignore",
                                "",
                                "d/secret",
                                "x")),
                        problems)
                .of("c", Position.of("c"));

        assertThat(problems.list()).isEmpty();
        assertThat(files.keySet()).containsExactly(".helmignore", "Chart.yaml", "templates/a.yaml");
    }

    @Test
    void dependenciesAreThereAndAsLocked() {
        String lock = "dependencies: [{name: db, version: 2.1.0, repository: 'https://h'}]\ndigest: " + LOCKED + "\n";
        String db = "apiVersion: v2\nname: db\nversion: %s\n";

        assertThat(problems(Map.of(
                        "c/Chart.yaml", NEEDS, "c/Chart.lock", lock, "c/charts/db/Chart.yaml", db.formatted("2.1.0"))))
                .isEmpty();
        assertThat(problems(Map.of("c/Chart.yaml", NEEDS)))
                .containsExactly(
                        "c/Chart.yaml:4:16: dependency db is not in the chart's charts/ (commit it: helm dependency update)");
        assertThat(problems(Map.of("c/Chart.yaml", NEEDS, "c/charts/db/Chart.yaml", db.formatted("2.1.0"))))
                .containsExactly(
                        "c/Chart.yaml:4:16: dependency db is not locked (commit Chart.lock: helm dependency update)");
        assertThat(problems(Map.of(
                        "c/Chart.yaml", NEEDS, "c/Chart.lock", lock, "c/charts/db/Chart.yaml", db.formatted("2.2.0"))))
                .containsExactly(
                        "c/Chart.yaml:4:16: dependency db is locked to version 2.1.0, and charts/ has 2.2.0 (helm dependency build)");
    }

    @Test
    void theLockBelongsToWhatIsAskedFor() {
        String lock = "dependencies: [{name: db, version: 2.1.0, repository: 'https://h'}]\ndigest: %s\n";
        String db = "apiVersion: v2\nname: db\nversion: 2.1.0\n";

        for (String digest : List.of("sha256:" + "0".repeat(64), "''")) {
            assertThat(problems(Map.of(
                            "c/Chart.yaml",
                            NEEDS,
                            "c/Chart.lock",
                            lock.formatted(digest),
                            "c/charts/db/Chart.yaml",
                            db)))
                    .containsExactly("c/Chart.lock:2:9: is out of sync with the dependencies of c/Chart.yaml"
                            + " (helm dependency update c, and commit what it writes)");
        }
        assertThat(problems(Map.of(
                        "c/Chart.yaml",
                        NEEDS.replace("^2.0.0", "^2.1.0"),
                        "c/Chart.lock",
                        lock.formatted(LOCKED),
                        "c/charts/db/Chart.yaml",
                        db)))
                .hasSize(1);
    }

    /** What helm 3.21.4 wrote for it. */
    @Test
    void theDigestOfALockIsHelms() {
        String chart = """
                apiVersion: v2
                name: top
                version: 0.1.0
                dependencies:
                - name: db
                  version: ">=0.1.0 <2"
                  repository: "file://../db"
                  condition: db.enabled
                  tags: [a, b]
                  alias: data
                  import-values: [x, {child: a, parent: b}]
                """;
        String lock = """
                dependencies:
                - name: db
                  repository: file://../db
                  version: 0.1.0
                digest: sha256:655018a3244388aba80384e4887a3cdcb1f601483e302e6025fd3ef5a0674cfe
                """;

        assertThat(problems(Map.of(
                        "c/Chart.yaml",
                        chart,
                        "c/Chart.lock",
                        lock,
                        "c/charts/db/Chart.yaml",
                        "apiVersion: v2\nname: db\nversion: 0.1.0\n")))
                .isEmpty();
        assertThat(problems(Map.of(
                        "c/Chart.yaml",
                        chart.replace("[a, b]", "[b, a]"),
                        "c/Chart.lock",
                        lock,
                        "c/charts/db/Chart.yaml",
                        "apiVersion: v2\nname: db\nversion: 0.1.0\n")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("c/Chart.lock:5:9: is out of sync");
    }

    @Test
    void packedChartsAreJudgedLikeTheOthersAndPackedAnew() {
        String lock = "dependencies: [{name: db, version: 2.1.0, repository: 'https://h'}]\ndigest: " + LOCKED + "\n";
        byte[] db = new TestTar()
                .file("db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 2.1.0\n")
                .file("db/templates/a.yaml", "a: 1\n")
                .gz();
        Problems problems = new Problems();

        var files = new ChartFiles(
                        MemoryTree.of(Map.of("c/Chart.yaml", NEEDS, "c/Chart.lock", lock, "c/files/x.tgz", "no chart"))
                                .put("c/charts/db-2.1.0.tgz", db),
                        problems)
                .of("c", Position.of("c"));

        assertThat(problems.list()).isEmpty();
        assertThat(ChartTar.read(files.getOrDefault("charts/db-2.1.0.tgz", new byte[0]), 1 << 20, 10)
                        .keySet())
                .containsExactly("Chart.yaml", "templates/a.yaml");
        assertThat(new String(files.get("files/x.tgz"), UTF_8)).isEqualTo("no chart");
    }

    @Test
    void whatIsWrongInAPackedChartIsToldByItsPlace() {
        byte[] schema = new TestTar()
                .file("db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 2.1.0\n")
                .file("db/values.schema.json", "{\"$ref\": \"https://h/s.json\"}")
                .gz();
        byte[] nested = new TestTar()
                .file("web/Chart.yaml", CHART)
                .entry("web/charts/db.tgz", '0', schema)
                .gz();
        byte[] deep = new TestTar().file("web/Chart.yaml", CHART).gz();
        for (int i = 0; i < 10; i++) {
            deep = new TestTar()
                    .file("web/Chart.yaml", CHART)
                    .entry("web/charts/a.tgz", '0', deep)
                    .gz();
        }

        assertThat(packed(nested))
                .containsExactly("c/charts/a.tgz/charts/db.tgz/values.schema.json: the schema points at"
                        + " https://h/s.json (write it into the schema: only #… is followed)");
        assertThat(packed(new TestTar().file("web/readme", "").gz()))
                .containsExactly("c/charts/a.tgz: the packed chart has no Chart.yaml (made by helm package?)");
        assertThat(packed(new TestTar().link("web/a", '2').gz()))
                .containsExactly("c/charts/a.tgz: the packed chart holds a link: \"web/a\""
                        + " (pack it by helm package, or unpack it and look at it)");
        assertThat(packed(deep)).hasSize(1).first().asString().contains("packed charts lie too deep in each other");
        assertThat(packed(bomb()))
                .hasSize(1)
                .first()
                .asString()
                .contains("c/charts/a.tgz/charts/b.tgz: the packed chart unpacks to more than a chart may have");
    }

    /** Some kilobytes that unpack to 80 MiB, in two charts that lie in a third: the limit is one for all of them. */
    private static byte[] bomb() {
        TestTar half = new TestTar().file("web/Chart.yaml", CHART);
        for (int i = 0; i < 8; i++) {
            half.entry("web/files/" + i, '0', new byte[5 << 20]);
        }
        byte[] packed = half.gz();
        return new TestTar()
                .file("web/Chart.yaml", CHART)
                .entry("web/charts/a.tgz", '0', packed)
                .entry("web/charts/b.tgz", '0', packed)
                .gz();
    }

    private static List<String> packed(byte[] archive) {
        Problems problems = new Problems();
        new ChartFiles(MemoryTree.of(Map.of("c/Chart.yaml", CHART)).put("c/charts/a.tgz", archive), problems)
                .of("c", Position.of("c"));
        return problems.list().stream().map(Problem::toString).toList();
    }

    @Test
    void refusesWhatCouldLeadOutside() {
        assertThat(problems(Map.of("c/readme.md", "")))
                .containsExactly("c: no chart is in c (a chart has a Chart.yaml)");
        assertThat(problems(Map.of("c/Chart.yaml", CHART, "c/files/x", "LINK OUT")))
                .hasSize(1)
                .first()
                .asString()
                .contains("leaves the repository");
        for (String address : List.of("https://h/s.json", "file:///etc/passwd", "other.json")) {
            assertThat(problems(Map.of(
                            "c/Chart.yaml",
                            CHART,
                            "c/values.schema.json",
                            "{\"properties\": {\"a\": [{\"$ref\": \"" + address + "\"}]}}")))
                    .containsExactly("c/values.schema.json: the schema points at " + address
                            + " (write it into the schema: only #… is followed)");
        }
        assertThat(
                        problems(
                                Map.of(
                                        "c/Chart.yaml",
                                        CHART,
                                        "c/values.schema.json",
                                        "{\"$schema\": \"https://json-schema.org/draft-07/schema#\", \"properties\": {\"a\": {\"$ref\": \"#/definitions/a\"}}}")))
                .isEmpty();
    }

    @Test
    void hooksAreTakenOutAndTestsAreLeftOut() {
        Problems problems = new Problems();
        HelmHooks hooks = new HelmHooks(problems);

        assertThat(hooks.take(object("{}"), Position.of("x"))).isFalse();
        assertThat(hooks.take(object("{\"helm.sh/hook\": \"test\"}"), Position.of("x")))
                .isTrue();
        assertThat(hooks.take(
                        object(
                                "{\"helm.sh/hook\": \"pre-install, pre-upgrade\", \"helm.sh/hook-weight\": \"-5\", \"helm.sh/hook-delete-policy\": \"hook-succeeded\"}"),
                        Position.of("x")))
                .isTrue();
        assertThat(hooks.take(object("{\"helm.sh/hook\": \"post-install\"}"), Position.of("x")))
                .isTrue();
        assertThat(hooks.hooks()).hasSize(2);
        assertThat(JsonWriter.compact(hooks.hooks().getFirst()))
                .startsWith(
                        "{\"events\":[\"pre-install\",\"pre-upgrade\"],\"weight\":-5,\"deletePolicies\":[\"hook-succeeded\"],\"object\":{");
        assertThat(JsonWriter.compact(hooks.hooks().getLast()))
                .startsWith(
                        "{\"events\":[\"post-install\"],\"weight\":0,\"deletePolicies\":[\"before-hook-creation\"],\"object\":{");
        assertThat(problems.list()).isEmpty();

        hooks.take(object("{\"helm.sh/hook\": \"crd-install\"}"), Position.of("x"));
        assertThat(problems.list())
                .extracting(Problem::toString)
                .first()
                .asString()
                .contains("\"crd-install\" is not an event of Helm");
    }

    @Test
    void aMissingHelmIsNoPropertyOfTheFiles() {
        Rendering rendering = HelmRenderer.render(request(), new HelmProgram.Missing("helm is not installed here"));

        assertThat(((Rendering.Invalid) rendering).problems())
                .extracting(Problem::toString)
                .containsExactly("c: helm is not installed here (" + HelmProgram.HINT + ")");
        assertThat(rendering.readSet().isUnsettled()).isTrue();
    }

    @Test
    void aChartThatComesToSomethingElseIsRefusedByItsTemplate(@TempDir Path folder) throws IOException {
        Rendering rendering = rendered(folder, "echo '# Source: web/templates/a.yaml'; echo b: 2");

        assertThat(((Rendering.Invalid) rendering).problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "c: the chart renders to something else each time, at web/templates/a.yaml (randAlphaNum in line 2)"
                                + " (give the value that it makes up (a random password, a time) by values)");
        assertThat(rendering.readSet().isUnsettled()).isFalse();
    }

    @Test
    void onlyWhatCouldComeToSomethingElseIsRenderedTwice() {
        assertThat(changing("a: {{ .Values.a | quote }}{{ range $k, $v := .Values.m }}{{ include \"x\" . }}{{ end }}"))
                .isFalse();
        for (String function : List.of(
                "now",
                "randAlphaNum 5",
                "genCA \"a\" 1",
                "uuidv4",
                "keys .Values",
                "date \"2006\" \"\"",
                "tpl .Values.t .")) {
            assertThat(changing("a: {{ " + function + " }}")).as(function).isTrue();
        }
        assertThat(ChartRandomness.isPossible(new TreeMap<>(Map.of("charts/a.tgz", new byte[0]))))
                .isTrue();
        assertThat(ChartRandomness.isPossible("a: map[Capabilities:0xc0001b2d20]".getBytes(UTF_8)))
                .isTrue();
        assertThat(ChartRandomness.isPossible("a: 0xcafe".getBytes(UTF_8))).isFalse();
    }

    private static boolean changing(String template) {
        return ChartRandomness.isPossible(new TreeMap<>(
                Map.of("Chart.yaml", "now".getBytes(UTF_8), "templates/a.yaml", template.getBytes(UTF_8))));
    }

    @Test
    void aSecondRunThatWasStoppedSaysNothingOfTheChart(@TempDir Path folder) throws IOException {
        Rendering rendering = rendered(folder, "/usr/bin/head -c 33554432 /dev/zero");

        assertThat(((Rendering.Invalid) rendering).problems())
                .extracting(Problem::toString)
                .containsExactly("c: helm, a second time, wrote more than 32 MiB");
        assertThat(rendering.readSet().isUnsettled()).isTrue();
    }

    /** By a program that does something else the second time. */
    private static Rendering rendered(Path folder, String secondTime) throws IOException {
        Path program = Files.writeString(folder.resolve("program"), """
                #!/bin/sh
                if [ -e "${0%%/*}/seen" ]; then
                    %s
                    exit
                fi
                : >"${0%%/*}/seen"
                echo '# Source: web/templates/a.yaml'
                echo 'a: 1'
                """.formatted(secondTime));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return HelmRenderer.render(request(), new HelmProgram.Found(new HelmProgram(program, "3.21.0")));
    }

    private static HelmRequest request() {
        return new HelmRequest(
                MemoryTree.of(Map.of("c/Chart.yaml", CHART, "c/templates/a.yaml", "# values\na: {{ randAlphaNum 1 }}")),
                "c",
                new HelmChart.InTree(""),
                List.of(),
                Json.object().build(),
                "web",
                Optional.empty(),
                ClusterOptions.of("shop"));
    }

    private static Json.Obj object(String annotations) {
        return JsonReader.object(
                ("{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\", \"annotations\": "
                                + annotations + "}}")
                        .getBytes(UTF_8));
    }

    private static List<String> problems(Map<String, String> files) {
        Problems problems = new Problems();
        new ChartFiles(MemoryTree.of(new LinkedHashMap<>(files)), problems).of("c", Position.of("c"));
        return problems.list().stream().map(Problem::toString).toList();
    }
}
