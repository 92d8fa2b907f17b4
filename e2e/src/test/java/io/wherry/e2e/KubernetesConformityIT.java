package io.wherry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Problem;
import io.wherry.contract.json.Json;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.kubernetes.ClusterOptions;
import io.wherry.hub.render.kubernetes.HelmChart;
import io.wherry.hub.render.kubernetes.HelmRenderer;
import io.wherry.hub.render.kubernetes.HelmRequest;
import io.wherry.hub.render.kubernetes.KubernetesRenderer;
import io.wherry.hub.render.kubernetes.KubernetesRequest;
import io.wherry.hub.render.kubernetes.KustomizeRenderer;
import io.wherry.hub.render.kubernetes.KustomizeRequest;
import io.wherry.hub.render.worker.HelmProgram;
import io.wherry.hub.render.worker.KustomizeProgram;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What we read and build against a real kubectl, kustomize and helm, over a corpus: each tree equal, object by object and in order, or refused by both. A tree named
 * {@code stricter-…} is read by them and refused by us.
 */
class KubernetesConformityIT {
    private static final Path CORPUS = Checkout.ROOT.resolve("e2e/src/test/resources/kubernetes");

    private static final String REFUSED = "refused";

    @TempDir
    Path temp;

    /** What the trees of a folder are, and how many there are at least, so that none is lost unseen; a new one may raise it. */
    enum Kind {
        OBJECTS(106),
        KUSTOMIZE(63),
        HELM(45);

        private final int least;

        Kind(int least) {
            this.least = least;
        }
    }

    /**
     * One tree.
     *
     * @param path        where rendering starts
     * @param valuesFiles of a chart
     * @param kubeVersion of a chart; empty: none
     */
    private record Case(
            Kind kind, String name, Path folder, String path, List<String> valuesFiles, String kubeVersion) {
        List<String> options() {
            List<String> options = new ArrayList<>();
            valuesFiles.forEach(file -> options.addAll(List.of("--values", file)));
            if (!kubeVersion.isEmpty()) {
                options.addAll(List.of("--kube-version", kubeVersion));
            }
            return options;
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsAndBuildsAsTheirOwnToolsDo(Kind kind) throws IOException, InterruptedException {
        KubernetesOracle oracle = KubernetesOracle.find(Files.createDirectory(temp.resolve("oracle")));
        List<String> differences = new ArrayList<>();
        List<Case> cases = unpack(kind, kind.name().toLowerCase(Locale.ROOT));
        for (Case one : cases) {
            difference(one, oracle).ifPresent(differences::add);
        }
        System.out.printf(
                "kubernetes conformity, %s (%s): %d of %d equal%n",
                kind.name().toLowerCase(Locale.ROOT),
                kind == Kind.HELM ? oracle.helmVersion() : oracle.version(),
                cases.size() - differences.size(),
                cases.size());
        assertThat(cases).hasSizeGreaterThanOrEqualTo(kind.least);
        assertThat(differences).isEmpty();
    }

    private static Optional<String> difference(Case one, KubernetesOracle oracle)
            throws IOException, InterruptedException {
        Optional<List<String>> wanted =
                switch (one.kind()) {
                    case OBJECTS -> oracle.read(one.folder());
                    case KUSTOMIZE -> oracle.build(one.folder(), one.path());
                    case HELM -> oracle.template(one.folder(), one.options());
                };
        String theirs = wanted.map(objects -> String.join("\n    ", objects)).orElse(REFUSED);
        String got = ours(one, oracle);
        boolean asNamed = one.name().contains(" stricter-")
                ? !theirs.equals(REFUSED) && got.startsWith(REFUSED)
                : one.name().contains(" refused-")
                        ? theirs.equals(REFUSED) && got.startsWith(REFUSED)
                        : theirs.equals(got);
        return asNamed
                ? Optional.empty()
                : Optional.of(one.name() + "\n  kubectl:\n    " + theirs + "\n  wherry:\n    " + got + "\n");
    }

    private static String ours(Case one, KubernetesOracle oracle) {
        ClusterOptions options = ClusterOptions.of("default");
        LocalTree tree = LocalTree.open(one.folder());
        Rendering rendering =
                switch (one.kind()) {
                    case OBJECTS ->
                        KubernetesRenderer.render(new KubernetesRequest(tree, "", List.of(), List.of(), options));
                    case KUSTOMIZE ->
                        KustomizeRenderer.render(
                                new KustomizeRequest(tree, one.path(), options),
                                new KustomizeProgram.Found(oracle.kustomize()));
                    case HELM ->
                        HelmRenderer.render(
                                new HelmRequest(
                                        tree,
                                        "",
                                        new HelmChart.InTree(""),
                                        one.valuesFiles(),
                                        Json.object().build(),
                                        "web",
                                        Optional.of(one.kubeVersion()).filter(version -> !version.isEmpty()),
                                        options),
                                new HelmProgram.Found(oracle.helm()));
                };
        return switch (rendering) {
            case Rendering.Rendered rendered ->
                String.join(
                        "\n    ",
                        Stream.concat(
                                        rendered.model().objects("objects").stream(),
                                        rendered.model().objects("hooks").stream()
                                                .map(hook -> hook.object("object")))
                                .map(KubernetesOracle::withoutMark)
                                .map(KubernetesOracle::canonical)
                                .toList());
            case Rendering.Invalid invalid -> {
                assertThat(invalid.problems()).isNotEmpty();
                yield REFUSED + ": "
                        + invalid.problems().stream().map(Problem::toString).toList();
            }
        };
    }

    private List<Case> unpack(Kind kind, String name) throws IOException {
        List<Case> cases = new ArrayList<>();
        Path below = Files.createDirectory(temp.resolve(name));
        try (Stream<Path> files = Files.list(CORPUS.resolve(name))) {
            for (Path file : files.sorted().toList()) {
                String title = file.getFileName().toString().replace(".txtar", "");
                Map<String, String> tree =
                        new TreeMap<>(Txtar.parse(Files.readString(file)).files());
                String path =
                        Optional.ofNullable(tree.remove("path")).orElse("").strip();
                List<String> values = Optional.ofNullable(tree.remove("values"))
                        .orElse("")
                        .lines()
                        .toList();
                String kubeVersion = Optional.ofNullable(tree.remove("kube-version"))
                        .orElse("")
                        .strip();
                Path folder = Files.createDirectory(below.resolve(title));
                for (Map.Entry<String, String> one : tree.entrySet()) {
                    Path to = folder.resolve(one.getKey());
                    Files.createDirectories(to.getParent());
                    Files.writeString(to, one.getValue());
                }
                cases.add(new Case(kind, kind + " " + title, folder, path, values, kubeVersion));
            }
        }
        return cases;
    }
}
