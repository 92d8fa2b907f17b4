package io.wherry.hub.render.compose;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Problem;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hostile sources (S18), for YAML and Compose: refused within seconds and bounded memory; a canary outside the tree is never read. */
@Timeout(60) // each takes about a second alone, on a busy machine some; what fails to be bounded would take minutes
class S18HostileComposeTest {
    private static final String CANARY = "canary-7f3a";

    @TempDir
    Path temp;

    @Test
    void refusesAnAliasBomb() {
        StringBuilder bomb = new StringBuilder("x-a0: &a0 {k: v}\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("x-a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(9)).append("]\n");
        }
        assertThat(problems(bomb + "services: {web: {image: x, labels: *a39}}")).containsOnlyOnce("too many nodes");
    }

    @Test
    void refusesDeepNesting() {
        assertThat(problems("services: " + "{a: ".repeat(200_000))).contains("nested too deeply");
        assertThat(problems("services: " + "[".repeat(500_000))).contains("nested too deeply");
        assertThat(problems("- ".repeat(300_000))).contains("nested too deeply");
    }

    @Test
    void refusesInterpolationTenThousandDeep() {
        String deep = "${A:-".repeat(10_000) + "x" + "}".repeat(10_000);
        assertThat(problems("services: {web: {image: \"" + deep + "\"}}")).contains("nested too deeply");
    }

    @Test
    void refusesInterpolationThatFillsMemory() {
        var variables = new TreeMap<>(Map.of("A", "x".repeat(1 << 20)));
        String uses = IntStream.range(0, 5_000)
                .mapToObj(i -> "L" + i + ": \"$A$A$A$A\"")
                .collect(Collectors.joining(", "));
        RenderRequest plain = request(Map.of("compose.yaml", "services: {web: {image: x, labels: {" + uses + "}}}"));
        Rendering rendering = ComposeRenderer.render(new RenderRequest(
                plain.tree(), "", List.of(), List.of(), List.of(), variables, "p", plain.siteVariables()));
        assertThat(text(rendering)).contains("interpolation makes too much text");
    }

    @Test
    void refusesManyReplicasAndAllPorts() {
        assertThat(problems("services: {web: {image: x, deploy: {replicas: 1000000000}}}"))
                .contains("1000000000 replicas");
        assertThat(problems("services: {web: {image: x, ports: [\"1-65535:1-65535\"]}}"))
                .contains("more than 1024 ports");
    }

    @Test
    void refusesThousandsOfServicesInALongChain() {
        String chain = IntStream.range(0, 20_000)
                .mapToObj(i -> "  s" + i + ": {image: x, depends_on: [s" + (i + 1) + "]}")
                .collect(Collectors.joining("\n"));
        assertThat(problems("services:\n" + chain)).contains("20000 services are too many");
    }

    /** Each file includes the next one twice, by two names for it: 2 to the power of 60 readings. */
    @Test
    void refusesIncludesThatDoubleAtEachLevel() {
        MemoryTree tree = MemoryTree.of(Map.of());
        for (int i = 0; i < 60; i++) {
            String next = "f" + (i + 1) + ".yaml";
            put(tree, i == 0 ? "compose.yaml" : "f" + i + ".yaml", "include: [" + next + ", ./" + next + "]");
        }
        put(tree, "f60.yaml", "services: {web: {image: x}}");
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("too many files are included and extended (at most 200 in all)");
    }

    @Test
    void refusesAChainOfIncludesWithoutEnd() {
        MemoryTree tree = MemoryTree.of(Map.of());
        for (int i = 0; i < 5_000; i++) {
            put(tree, i == 0 ? "compose.yaml" : "f" + i + ".yaml", "include: [f" + (i + 1) + ".yaml]");
        }
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("too many files are included and extended");
    }

    @Test
    void refusesAChainOfExtendedFilesWithoutEnd() {
        MemoryTree tree = MemoryTree.of(Map.of());
        for (int i = 0; i < 5_000; i++) {
            put(
                    tree,
                    i == 0 ? "compose.yaml" : "f" + i + ".yaml",
                    "services: {web: {extends: {file: f" + (i + 1) + ".yaml, service: web}}}");
        }
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("extends: the chain is too long");
    }

    @Test
    void refusesAnExtendedFileForEachOfManyServices() {
        MemoryTree tree = MemoryTree.of(Map.of());
        StringBuilder services = new StringBuilder("services:\n");
        for (int i = 0; i < 300; i++) {
            services.append("  s" + i + ": {extends: {file: f" + i + ".yaml, service: web}}\n");
            put(tree, "f" + i + ".yaml", "services: {web: {image: x}}");
        }
        put(tree, "compose.yaml", services.toString());
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("too many files are included and extended (at most 200 in all)");
    }

    /** 400 services that each inherit 10,000 labels: 4 million nodes out of one file of 100 KB. */
    @Test
    void refusesOneLargeServiceThatAllOthersExtend() {
        String labels =
                IntStream.range(0, 10_000).mapToObj(i -> "L" + i + ": 1").collect(Collectors.joining(", "));
        String others = IntStream.range(0, 400)
                .mapToObj(i -> "  s" + i + ": {extends: base}")
                .collect(Collectors.joining("\n"));
        assertThat(problems("services:\n  base: {image: x, labels: {" + labels + "}}\n" + others))
                .contains("too large together (at most 200000 nodes");
    }

    @Test
    void refusesACycleOfExtends() {
        assertThat(problems("services:\n" + chainOfExtends(50, "  s50: {extends: s0}")))
                .contains("extends forms a cycle: s0 (compose.yaml) -> s1");
    }

    /** Over files too, it would go as deep as all services of all files. */
    @Test
    void refusesALongChainOfExtends() {
        assertThat(problems("services:\n" + chainOfExtends(499, "  s499: {image: x}")))
                .contains("extends: the chain is too long (at most 64 services");
        MemoryTree tree = MemoryTree.of(Map.of());
        for (int i = 0; i < 50; i++) {
            String next = "  s40: {extends: {file: f" + (i + 1) + ".yaml, service: s0}}";
            put(tree, i == 0 ? "compose.yaml" : "f" + i + ".yaml", "services:\n" + chainOfExtends(40, next));
        }
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("extends: the chain is too long");
    }

    private static String chainOfExtends(int services, String last) {
        return IntStream.range(0, services)
                .mapToObj(i -> "  s" + i + ": {extends: s" + (i + 1) + "}\n")
                .collect(Collectors.joining("", "", last));
    }

    @Test
    void refusesManyLargeFilesIncluded() {
        MemoryTree tree = MemoryTree.of(Map.of());
        String large = "services: {web: {image: x}}\nx-large: [" + "1, ".repeat(60_000) + "]";
        for (int i = 0; i < 10; i++) {
            put(tree, "f" + i + ".yaml", large);
        }
        String all = IntStream.range(0, 10).mapToObj(i -> "f" + i + ".yaml").collect(Collectors.joining(", "));
        put(tree, "compose.yaml", "include: [" + all + "]");
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("too large together (at most 200000 nodes");
    }

    /** One file of 1 MiB, read under 100 names. */
    @Test
    void refusesManyMegabytesOfVariables() {
        MemoryTree tree = MemoryTree.of(Map.of()).put("e", ("#".repeat(1 << 20) + "\nA=1").getBytes(UTF_8));
        for (String attribute : List.of("env_file", "label_file")) {
            String names =
                    IntStream.range(0, 100).mapToObj(i -> "./".repeat(i) + "e").collect(Collectors.joining(", "));
            put(tree, "compose.yaml", "services: {web: {image: x, " + attribute + ": [" + names + "]}}");
            assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                    .contains("variables and labels are too large (at most 16 MiB");
        }
    }

    @Test
    void neverReadsComponentsOutsideOfTheTree() throws IOException {
        Path outside = Files.writeString(temp.resolve("canary.yaml"), "services: {a: {image: " + CANARY + "}}");
        Path repository = Files.createDirectories(temp.resolve("repository"));
        Files.createSymbolicLink(repository.resolve("link.yaml"), outside);
        Files.createSymbolicLink(repository.resolve("folder"), temp);
        for (String path : List.of(
                "../canary.yaml",
                outside.toString(),
                "link.yaml",
                "folder/canary.yaml",
                "x/../../canary.yaml",
                "~/canary.yaml")) {
            for (String compose : List.of(
                    "include: [\"PATH\"]\nservices: {web: {image: x}}",
                    "include: [{path: ok.yaml, env_file: \"PATH\"}]",
                    "services: {web: {image: x, label_file: \"PATH\"}}",
                    "services: {web: {extends: {file: \"PATH\", service: a}}}")) {
                Files.writeString(repository.resolve("ok.yaml"), "services: {web: {image: x}}");
                Files.writeString(repository.resolve("compose.yaml"), compose.replace("PATH", path));
                Rendering rendering = ComposeRenderer.render(RenderRequest.of(LocalTree.open(repository), "", "p"));
                assertThat(rendering).as(compose + " " + path).isInstanceOf(Rendering.Invalid.class);
                assertThat(text(rendering)).containsPattern("leaves|outside of").doesNotContain(CANARY);
            }
        }
    }

    private static void put(MemoryTree tree, String path, String text) {
        tree.put(path, text.getBytes(UTF_8));
    }

    @Test
    void refusesAFileOfManyMegabytes() {
        assertThat(problems("#".repeat(20 << 20))).contains("bytes are too many");
    }

    @Test
    void refusesManyMegabytesOfMountedFiles() {
        MemoryTree tree = MemoryTree.of(Map.of("compose.yaml", "services: {web: {image: x, volumes: [\"./d:/d\"]}}"));
        for (int i = 0; i < 20; i++) {
            tree.put("d/f" + i, new byte[1 << 20]);
        }
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("too many or too large (at most 16 MiB");
    }

    @Test
    void refusesForeignTagsAndWrongBytes() {
        assertThat(problems("services: !!javax.script.ScriptEngineManager [x]")).contains("tag");
        MemoryTree tree = MemoryTree.of(Map.of()).put("compose.yaml", new byte[] {'a', (byte) 0xc0, (byte) 0x80});
        assertThat(text(ComposeRenderer.render(RenderRequest.of(tree, "", "p"))))
                .contains("not UTF-8");
    }

    @Test
    void refusesCharactersThatMarkSiteVariablesInside() {
        assertThat(problems("services: {web: {image: x, hostname: \"a\uE000SITE\uE001\"}}"))
                .contains("reserved");
    }

    @Test
    void refusesForgedMarksInFilesOfVariablesAndInVariables() {
        String mark = "\uE000SITE\uE001";
        for (String env : List.of("app.env", ".env")) {
            assertThat(text(ComposeRenderer.render(request(Map.of(
                            "compose.yaml",
                            "services: {web: {image: x, env_file: [{path: app.env, required: false}]}}",
                            env,
                            "A=" + mark)))))
                    .contains("reserved");
        }
        RenderRequest plain = request(Map.of("compose.yaml", "services: {web: {image: x}}"));
        assertThat(text(ComposeRenderer.render(new RenderRequest(
                        plain.tree(),
                        "",
                        List.of(),
                        List.of(),
                        List.of(),
                        new TreeMap<>(Map.of("A", mark)),
                        "p",
                        plain.siteVariables()))))
                .contains("reserved");
    }

    @Test
    void aVariablesValueCannotForgeASiteVariableOrStructure() {
        var variables = new TreeMap<>(Map.of("A", "${SITE} $$ {x: y}\nimage: evil"));
        RenderRequest plain = request(Map.of("compose.yaml", "services: {web: {image: x, labels: {l: \"$A\"}}}"));
        Rendering rendering = ComposeRenderer.render(new RenderRequest(
                plain.tree(),
                "",
                List.of(),
                List.of(),
                List.of(),
                variables,
                "p",
                new java.util.TreeSet<>(List.of("SITE"))));
        assertThat(((Rendering.Rendered) rendering).siteVariables()).isEmpty();
        assertThat(((Rendering.Rendered) rendering)
                        .model()
                        .object("services")
                        .object("web")
                        .object("labels")
                        .string("l"))
                .isEqualTo("$${SITE} $$$$ {x: y}\nimage: evil");
    }

    @Test
    void neverReadsTheCanaryOutsideOfTheTree() throws IOException {
        Path outside = Files.writeString(temp.resolve("canary"), "SECRET=" + CANARY);
        Path repository = Files.createDirectories(temp.resolve("repository"));
        Files.createSymbolicLink(repository.resolve("link.env"), outside);
        Files.createSymbolicLink(repository.resolve("folder"), temp);
        for (String path : List.of(
                "../canary",
                outside.toString(),
                "link.env",
                "folder/canary",
                "x/../../canary",
                "~/canary",
                "a\\\\..\\\\canary")) {
            for (String compose : List.of(
                    "services: {web: {image: x, env_file: \"PATH\"}}",
                    "services: {web: {image: x, configs: [c]}}\nconfigs: {c: {file: \"PATH\"}}",
                    "services: {web: {image: x, secrets: [c]}}\nsecrets: {c: {file: \"PATH\"}}")) {
                Files.writeString(repository.resolve("compose.yaml"), compose.replace("PATH", path));
                Rendering rendering = ComposeRenderer.render(RenderRequest.of(LocalTree.open(repository), "", "p"));
                assertThat(rendering).as(compose + " " + path).isInstanceOf(Rendering.Invalid.class);
                assertThat(text(rendering)).doesNotContain(CANARY);
            }
        }
    }

    @Test
    void neverFollowsAMountedLinkOutOfTheTree() throws IOException {
        Files.writeString(temp.resolve("canary"), CANARY);
        Path data = Files.createDirectories(temp.resolve("repository/data"));
        Files.createSymbolicLink(data.resolve("link"), temp.resolve("canary"));
        Files.writeString(
                temp.resolve("repository/compose.yaml"), "services: {web: {image: x, volumes: [\"./data:/d\"]}}");
        Rendering rendering =
                ComposeRenderer.render(RenderRequest.of(LocalTree.open(temp.resolve("repository")), "", "p"));
        assertThat(rendering).isInstanceOf(Rendering.Invalid.class);
        assertThat(text(rendering)).doesNotContain(CANARY);
    }

    private static RenderRequest request(Map<String, String> files) {
        return RenderRequest.of(MemoryTree.of(files), "", "p");
    }

    private static String problems(String compose) {
        MemoryTree tree = MemoryTree.of(Map.of()).put("compose.yaml", compose.getBytes(UTF_8));
        Rendering rendering = ComposeRenderer.render(RenderRequest.of(tree, "", "p"));
        assertThat(rendering).isInstanceOf(Rendering.Invalid.class);
        return text(rendering);
    }

    private static String text(Rendering rendering) {
        return switch (rendering) {
            case Rendering.Invalid(List<Problem> problems, var _) ->
                problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
            case Rendering.Rendered rendered -> rendered.model().toString();
        };
    }
}
