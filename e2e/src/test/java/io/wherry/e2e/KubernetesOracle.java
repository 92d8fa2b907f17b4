package io.wherry.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.worker.HelmProgram;
import io.wherry.hub.render.worker.KustomizeProgram;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;

/**
 * What a real kubectl and a real helm read and build, without a cluster. It prints objects as they would be sent only with a change of its own: an annotation, which is
 * taken away again here.
 */
public final class KubernetesOracle {
    private static final String MARK = "wherry.test/oracle";
    private static final long TIMEOUT_SECONDS = 120;

    /** Of all of Kubernetes, from nothing, on a busy machine; on an idle one 6. */
    private static final long BUILD_MINUTES = 40;

    private final Path kubectl;
    private final Path temp;

    private KubernetesOracle(Path kubectl, Path temp) {
        this.kubectl = kubectl;
        this.temp = temp;
    }

    /** Those that {@code ./verify} builds, or others by the system properties {@code wherry.test.kubectl} and {@code wherry.test.helm}. */
    static KubernetesOracle find(Path temp) {
        return new KubernetesOracle(kubectlPath(), temp);
    }

    /** The one that is given, or what the script below {@code e2e/parts} builds. */
    private static Path find(String name, String folder, String... build) {
        Path usual = Checkout.CACHE.resolve(folder).resolve(name);
        Path program = Path.of(System.getProperty("wherry.test." + name, usual.toString()));
        if (program.equals(usual) && !Files.isExecutable(program)) {
            build(List.of(build));
        }
        if (!Files.isExecutable(program)) {
            throw new IllegalStateException(name + ": " + program
                    + " is not there (expected: what ./verify builds, or -Dwherry.test." + name + "=FILE)");
        }
        return program;
    }

    /** Waits for the build that {@code ./verify} began beside all else, or does it. */
    private static void build(List<String> script) {
        List<String> command = new ArrayList<>(script);
        command.set(
                0, Checkout.ROOT.resolve("e2e/parts").resolve(script.getFirst()).toString());
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start(); // this JVM's standard input is Maven's
            if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + ": not built within " + BUILD_MINUTES + " minutes");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(command + ": cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(command + ": interrupted", e);
        }
    }

    String version() throws IOException, InterruptedException {
        return run(temp, List.of("version", "--client", "-o", "json"))
                .map(text -> JsonReader.object(text.getBytes(UTF_8)))
                .map(version -> "kubectl " + version.object("clientVersion").string("gitVersion") + ", kustomize "
                        + version.string("kustomizeVersion"))
                .orElseThrow();
    }

    /** The same kustomize for our renderer. */
    KustomizeProgram kustomize() {
        return new KustomizeProgram(List.of(kubectl.toString(), "kustomize"), "of the oracle");
    }

    /** The same helm for our renderer. */
    HelmProgram helm() {
        return new HelmProgram(helmPath(), "of the oracle");
    }

    String helmVersion() throws IOException, InterruptedException {
        return "helm "
                + run(helmPath(), temp, List.of("version", "--short"))
                        .orElseThrow()
                        .strip();
    }

    /** The program itself. */
    public static Path helmPath() {
        return find("helm", "helm-3.21.4", "helm");
    }

    /** The program itself, in which a kustomize is. */
    public static Path kubectlPath() {
        return find("kubectl", "kube-1.34.4", "kubernetes/cluster", "build");
    }

    /** The objects of the chart in the folder, hooks after them; empty if it is refused. */
    Optional<List<String>> template(Path folder, List<String> options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("template", "--include-crds", "--skip-tests", "--namespace", "default", "web", "."));
        arguments.addAll(options);
        Optional<String> rendered = run(helmPath(), folder, arguments);
        return rendered.isEmpty() ? Optional.empty() : annotated(rendered.get());
    }

    /** The objects of the packed chart, as release {@code web}. */
    List<String> templatePacked(Path archive) throws IOException, InterruptedException {
        return annotated(helm(
                        temp,
                        "template",
                        "--include-crds",
                        "--skip-tests",
                        "--namespace",
                        "default",
                        "web",
                        archive.toString()))
                .orElseThrow();
    }

    /** What helm prints. */
    String helm(Path folder, String... arguments) throws IOException, InterruptedException {
        return run(helmPath(), folder, List.of(arguments))
                .orElseThrow(() -> new IllegalStateException("helm " + String.join(" ", arguments) + ": failed"));
    }

    /** The objects of the files below the folder, each in canonical form; empty if they are refused. */
    Optional<List<String>> read(Path folder) throws IOException, InterruptedException {
        return annotated(folder, "-R", ".");
    }

    /** The objects of the kustomization; empty if it is refused. */
    Optional<List<String>> build(Path folder, String path) throws IOException, InterruptedException {
        Optional<String> built = run(folder, List.of("kustomize", path.isEmpty() ? "." : path));
        return built.isEmpty() ? Optional.empty() : annotated(built.get());
    }

    private Optional<List<String>> annotated(String manifests) throws IOException, InterruptedException {
        Path file = Files.createTempFile(temp, "built", ".yaml");
        Files.writeString(file, manifests);
        return annotated(temp, "-R=false", file.toString());
    }

    private Optional<List<String>> annotated(Path folder, String recursive, String files)
            throws IOException, InterruptedException {
        return run(folder, List.of("annotate", "--local", recursive, "-f", files, "-o", "json", MARK + "=1"))
                .map(KubernetesOracle::objects);
    }

    /** kubectl prints one object after the other, each ending with a brace alone on its line. */
    private static List<String> objects(String printed) {
        List<String> objects = new ArrayList<>();
        StringBuilder one = new StringBuilder();
        for (String line : printed.lines().toList()) {
            one.append(line).append('\n');
            if (line.equals("}")) {
                objects.add(
                        canonical(withoutMark(JsonReader.object(one.toString().getBytes(UTF_8)))));
                one.setLength(0);
            }
        }
        return objects;
    }

    static String canonical(Json json) {
        return new String(JsonWriter.canonical(json), UTF_8);
    }

    /** What we print of the object, less the empty annotations that kubectl leaves too. */
    static Json.Obj withoutMark(Json.Obj object) {
        SequencedMap<String, Json> metadata =
                new LinkedHashMap<>(object.object("metadata").fields());
        if (metadata.get("annotations") instanceof Json.Obj annotations) {
            SequencedMap<String, Json> left = new LinkedHashMap<>(annotations.fields());
            left.remove(MARK);
            if (left.isEmpty()) {
                metadata.remove("annotations");
            } else {
                metadata.put("annotations", new Json.Obj(left));
            }
        }
        SequencedMap<String, Json> fields = new LinkedHashMap<>(object.fields());
        fields.put("metadata", new Json.Obj(metadata));
        return new Json.Obj(fields);
    }

    private Optional<String> run(Path folder, List<String> arguments) throws IOException, InterruptedException {
        return run(kubectl, folder, arguments);
    }

    private Optional<String> run(Path program, Path folder, List<String> arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        Path output = Files.createTempFile(temp, "out", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().put("HOME", temp.toString());
        builder.environment().put("KUBECONFIG", "/dev/null");
        Process process = builder.start();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(program + " " + arguments + " did not end");
        }
        return process.exitValue() == 0 ? Optional.of(Files.readString(output)) : Optional.empty();
    }
}
