package io.wherry.hub.render.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Problem;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.resource.ComposeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code .txtar} holds the source files, then {@code want}; {@code siteVariables} and {@code variables} of the stack may stand before it.
 * Rewrite with {@code -Dgolden.update=true}.
 */
class ComposeGoldenTest {
    private static final Path CASES = Path.of("src/test/resources/render");

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> files = Files.list(CASES)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rendersAsRecorded(Path file) throws IOException {
        Txtar golden = Txtar.parse(Files.readString(file));
        Map<String, String> source = new TreeMap<>(golden.files());
        String want = source.remove("want");

        String got = render(source);

        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, golden.with("want", got).toString());
        } else {
            assertThat(got).isEqualTo(want);
        }
    }

    private static String render(Map<String, String> source) {
        boolean swarm = source.remove("swarm") != null;
        TreeSet<String> siteVariables = new TreeSet<>();
        if (source.containsKey("siteVariables")) {
            source.remove("siteVariables").lines().forEach(siteVariables::add);
        }
        SortedMap<String, String> variables = new TreeMap<>();
        if (source.containsKey("variables")) {
            source.remove("variables")
                    .lines()
                    .forEach(line -> variables.put(line.replaceFirst("=.*", ""), line.replaceFirst("[^=]*=", "")));
        }
        RenderRequest all = RenderRequest.of(MemoryTree.of(source), "app", "shop");
        Rendering rendering = ComposeRenderer.render(new RenderRequest(
                        all.tree(),
                        all.path(),
                        all.files(),
                        all.profiles(),
                        all.envFiles(),
                        variables,
                        all.projectName(),
                        siteVariables)
                .with(swarm ? ComposeSpec.Mode.SWARM : ComposeSpec.Mode.CONTAINERS));
        return switch (rendering) {
            case Rendering.Rendered rendered ->
                JsonWriter.pretty(rendered.model()) + "\n"
                        + list("files", rendered.files().keySet().stream())
                        + list("images", rendered.images().stream())
                        + list("objects", rendered.objects().stream())
                        + list("siteVariables", rendered.siteVariables().stream())
                        + list("warnings", rendered.warnings().stream().map(Problem::toString));
            case Rendering.Invalid invalid ->
                list("problems", invalid.problems().stream().map(Problem::toString));
        };
    }

    private static String list(String title, Stream<String> lines) {
        return title + ":\n" + lines.map(line -> "  " + line + "\n").collect(Collectors.joining());
    }
}
