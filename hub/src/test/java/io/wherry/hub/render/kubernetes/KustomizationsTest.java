package io.wherry.hub.render.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import io.wherry.hub.render.compose.MemoryTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is judged before kustomize sees anything. */
class KustomizationsTest {
    private static final String MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

    @Test
    void copiesJustWhatTheBuildReads() {
        assertThat(files(
                        Map.of(
                                "app/kustomization.yaml",
                                """
                        resources: [../base, a.yaml]
                        components: [../part]
                        patches: [{path: patch.yaml}, {patch: "- {op: remove, path: /data}", target: {kind: ConfigMap}}]
                        patchesStrategicMerge: [merge.yaml, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}"]
                        configMapGenerator: [{name: c, files: [x.conf, key=y.conf], envs: [c.env]}]
                        replacements: [{path: replace.yaml}]
                        openapi: {path: schema.json}
                        transformers: [labels.yaml]
                        """,
                                "app/a.yaml",
                                MAP,
                                "app/patch.yaml",
                                MAP,
                                "app/merge.yaml",
                                MAP,
                                "app/x.conf",
                                "x",
                                "app/y.conf",
                                "y",
                                "app/c.env",
                                "A=b",
                                "app/replace.yaml",
                                "[]",
                                "app/schema.json",
                                "{}"),
                        Map.of(
                                "app/labels.yaml",
                                "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {a: b}\n",
                                "base/kustomization.yml",
                                "resources: [b.yaml]\n",
                                "base/b.yaml",
                                MAP,
                                "part/Kustomization",
                                "kind: Component\n",
                                "secret/key",
                                "not named by anything")))
                .containsExactlyInAnyOrder(
                        "app/kustomization.yaml",
                        "app/a.yaml",
                        "app/patch.yaml",
                        "app/merge.yaml",
                        "app/x.conf",
                        "app/y.conf",
                        "app/c.env",
                        "app/replace.yaml",
                        "app/schema.json",
                        "app/labels.yaml",
                        "base/kustomization.yml",
                        "base/b.yaml",
                        "part/Kustomization");
    }

    @Test
    void aTowerThatDoublesWithEachFloorIsNotBuilt() {
        Map<String, String> tower = new LinkedHashMap<>();
        tower.put("app/kustomization.yaml", "resources: [../a0, ../b0]\n");
        for (int floor = 0; floor < 20; floor++) {
            for (String half : List.of("a", "b")) {
                tower.put(
                        half + floor + "/kustomization.yaml",
                        floor == 19
                                ? "namePrefix: %s\nresources: []\n".formatted(half)
                                : "namePrefix: %s\nresources: [../a%d, ../b%d]\n"
                                        .formatted(half, floor + 1, floor + 1));
            }
        }
        Problems problems = new Problems();

        new Kustomizations(MemoryTree.of(tower), problems).of("app");

        assertThat(problems.list())
                .extracting(Problem::toString)
                .hasSize(1)
                .first()
                .asString()
                .contains("kustomizations name each other so often that more than 10000 would be built");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org/a.yaml",
                "git@example.org:a/b",
                "github.com/a/b?ref=v1",
                "example.org/a/b.git?ref=main",
                "ssh://h/a",
                "file:///etc/passwd",
                "git::https://h/a",
                "h//a"
            })
    void nothingOfAnotherMachineIsRead(String address) {
        for (String line : List.of(
                "resources: ['%s']",
                "bases: ['%s']",
                "components: ['%s']",
                "patches: [{path: '%s'}]",
                "crds: ['%s']",
                "openapi: {path: '%s'}",
                "configMapGenerator: [{name: a, files: ['%s']}]",
                "secretGenerator: [{name: a, envs: ['%s']}]",
                "transformers: ['%s']",
                "patchesStrategicMerge: ['%s']",
                "replacements: [{path: '%s'}]",
                "generators: ['%s']",
                "configurations: ['%s']")) {
            if (line.contains("files:") && address.contains("=")) {
                continue; // KEY=PATH there
            }
            assertThat(problems(Map.of("app/kustomization.yaml", line.formatted(address))))
                    .as(line)
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("app/kustomization.yaml:1:")
                    .contains("\"" + address + "\" is on another machine (commit a copy");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resources: [/etc/passwd] | path \"/etc/passwd\" leaves the repository",
                "resources: [../../x.yaml] | path \"../../x.yaml\" leaves the repository",
                "resources: [link.yaml] | a symbolic link that leaves the repository",
                "resources: [../other.yaml] | is a file outside of the kustomization's folder",
                "resources: [none.yaml] | \"none.yaml\" is not there",
                "resources: [../empty] | no kustomization is in empty",
                "resources: [../loop] | kustomizations name each other in a circle",
                "helmCharts: [{name: a, repo: 'https://h'}] | helmCharts: a chart is not inflated within a build",
                "generators: [exec.yaml] | Exec would run a program",
                "transformers: [function.yaml] | LabelTransformer would run a program",
                "generators: [chart.yaml] | HelmChartInflationGenerator would run a program",
                "validators: ['{apiVersion: x/v1, kind: Y}'] | Y would run a program",
                "Resources: ['https://h/a'] | key \"Resources\" is not spelled as it is meant (write resources)",
                "reſources: ['https://h/a'] | key \"reſources\" is not spelled as it is meant",
                "patches: [{Path: 'https://h/a'}] | key \"Path\" is not spelled as it is meant (write path)",
            })
    void refusesWithItsPlace(String line, String problem) {
        assertThat(problems(Map.of(
                        "app/kustomization.yaml",
                        line + "\n",
                        "app/link.yaml",
                        "LINK OUT",
                        "app/exec.yaml",
                        "apiVersion: x.org/v1\nkind: Exec\nmetadata: {name: e}\n",
                        "app/function.yaml",
                        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: e, annotations: {config.kubernetes.io/function: 'exec: {path: /bin/sh}'}}\n",
                        "app/chart.yaml",
                        "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: e}\n",
                        "other.yaml",
                        MAP,
                        "empty/readme.md",
                        "",
                        "loop/kustomization.yaml",
                        "resources: [../app]\n")))
                .first()
                .asString()
                .contains(problem);
    }

    @Test
    void whatKustomizeSaysIsOneSentenceWithoutATime() {
        assertThat(
                        KustomizeRenderer.sentence(
                                "E1127 04:17:00.748455       1 run.go:72] \"command failed\" err=\"invalid Kustomization: json: a \\\"b\\\"\"\n"))
                .isEqualTo("invalid Kustomization: json: a \"b\"");
        assertThat(KustomizeRenderer.sentence("Error: one\n  two\n")).isEqualTo("one two");
        assertThat(KustomizeRenderer.sentence("")).isEqualTo("failed, and said nothing");
    }

    @Test
    void refusesMergeKeysAndSeveralKustomizations() {
        assertThat(problems(Map.of(
                        "app/kustomization.yaml", "x: &x {resources: ['https://h/a']}\nresources: []\n<<: *x\n")))
                .first()
                .asString()
                .contains("merges keys by <<");
        assertThat(problems(Map.of("app/kustomization.yaml", "", "app/Kustomization", "")))
                .first()
                .asString()
                .contains("several kustomizations are in app");
    }

    private static Set<String> files(Map<String, String> one, Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(one);
        all.putAll(more);
        Problems problems = new Problems();
        var files = new Kustomizations(MemoryTree.of(all), problems).of("app");
        assertThat(problems.list()).isEmpty();
        return files.keySet();
    }

    private static List<String> problems(Map<String, String> files) {
        Problems problems = new Problems();
        new Kustomizations(MemoryTree.of(files), problems).of("app");
        return problems.list().stream().map(Problem::toString).toList();
    }
}
