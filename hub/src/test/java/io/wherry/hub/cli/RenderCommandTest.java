package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RenderCommandTest {
    @TempDir
    Path temp;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writesFiles() throws IOException {
        Files.createDirectories(temp.resolve("apps/Shop"));
        Files.writeString(
                temp.resolve("apps/Shop/compose.yaml"),
                "services:\n  web:\n    image: shop:${TAG}\n    volumes: [\"./data:/data\"]\n");
        Files.writeString(temp.resolve("apps/Shop/bad.yaml"), "services:\n  web:\n    imgae: x\n    ports: 80\n");
    }

    @Test
    void printsTheModelWithAbsolutePaths() {
        assertThat(run(temp.toString(), "--path", "apps/Shop", "--format", "compose", "--var", "TAG=1.2", "-o", "json"))
                .isZero();
        var web = JsonReader.object(out.toString().getBytes(UTF_8))
                .object("services")
                .object("web");
        assertThat(web.string("image")).isEqualTo("shop:1.2");
        assertThat(web.objects("volumes").getFirst().string("source")).isEqualTo(temp + "/apps/Shop/data");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void printsYamlAndDerivesTheProjectNameFromTheFolder() {
        assertThat(run(temp.toString(), "--path", "apps/Shop", "--format", "compose", "--var", "TAG=1.2", "-o", "yaml"))
                .isZero();
        assertThat(out.toString())
                .startsWith(
                        "name: shop\nnetworks:\n  default:\n    ipam: {}\n    name: shop_default\nservices:\n  web:\n");
    }

    @Test
    void printsObjectsAsKubectlTakesThem() throws IOException {
        Files.createDirectories(temp.resolve("objects"));
        Files.writeString(
                temp.resolve("objects/a.yaml"),
                "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {on: eA==}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");

        assertThat(run(temp.toString(), "--path", "objects", "--format", "kubernetes", "--namespace", "shop"))
                .isZero();
        assertThat(out.toString())
                .isEqualTo(
                        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  \"true\": eA==\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n");
        assertThat(err.toString())
                .isEqualTo(
                        "warning: " + temp
                                + "/objects/a.yaml:4:7: Secret/shop/s holds its values in the repository (whoever can read the repository can read them)\n");
    }

    @Test
    void whatMeansNothingToTheFormatIsRefused() {
        assertThat(run(temp.toString(), "--format", "kubernetes", "--profile", "b"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--profile: means nothing with --format kubernetes");
        assertThat(run(temp.toString(), "--format", "compose", "--namespace", "b"))
                .isEqualTo(2);
        assertThat(run(temp.toString(), "--format", "kubernetes", "--namespace", "B"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--namespace: B (expected: ");
    }

    @Test
    void putsVariablesIntoObjectsIfThereAreAny() throws IOException {
        Files.createDirectories(temp.resolve("vars"));
        Files.writeString(
                temp.resolve("vars/a.yaml"),
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '${TAG} $HOME', b: '${REST}'}\n");
        String[] command = {temp.toString(), "--path", "vars", "--format", "kubernetes"};

        assertThat(run(command)).isZero();
        assertThat(out.toString()).contains("${TAG} $HOME", "${REST}");
        assertThat(run(temp.toString(), "--path", "vars", "--format", "kubernetes", "--var", "TAG=1.4"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("vars/a.yaml:4:30: ConfigMap c: data.b: variable REST is not known");
    }

    @Test
    void warnsOfAnUnsetVariable() {
        assertThat(run(temp.toString(), "--path", "apps/Shop", "--format", "compose"))
                .isZero();
        assertThat(err.toString())
                .isEqualTo(
                        "warning: " + temp
                                + "/apps/Shop/compose.yaml:3:12: variable TAG is not set; it counts as empty (write ${TAG:-} if that is meant)\n");
    }

    @Test
    void badInputIsOneLineEachOnStandardErrorAndExitCodeOne() {
        assertThat(run(temp.toString(), "--path", "apps/Shop", "--format", "compose", "-f", "bad.yaml"))
                .isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .containsExactly(
                        temp
                                + "/apps/Shop/bad.yaml:3:5: unknown attribute \"imgae\" in services.web (did you mean \"image\"?)",
                        temp + "/apps/Shop/bad.yaml:4:12: services.web.ports: \"80\" (expected: list)");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThat(run(temp.resolve("none").toString(), "--format", "compose")).isEqualTo(1);
        assertThat(err.toString()).contains("none");
        assertThat(run(temp.toString(), "--path", "../x", "--format", "compose"))
                .isEqualTo(2);
        assertThat(run(temp.toString(), "--format", "compose", "--project-name", "No Name"))
                .isEqualTo(2);
    }

    private int run(String... args) {
        return new CommandLine(new RenderCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }
}
