package io.wherry.hub.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Problem;
import io.wherry.hub.configuration.ConfigurationFiles.Reading;
import io.wherry.hub.source.LocalTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of a commit are read, and what is wrong with them. */
class ConfigurationFilesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void folder() throws IOException {
        Files.createDirectories(folder.resolve("hub/deep/.github"));
    }

    private void write(String path, String text) throws IOException {
        Files.writeString(folder.resolve(path), text);
    }

    private static String group(String name) {
        return "apiVersion: wherry.io/v1alpha1\nkind: Group\nmetadata: {name: " + name + "}\nspec: {selector: a=b}\n";
    }

    private Reading read(String path) {
        return ConfigurationFiles.read(LocalTree.open(folder), path);
    }

    private List<String> declared(String path) {
        return ((Reading.Declared) read(path))
                .resources().stream()
                        .map(placed -> placed.resource().name() + " " + placed.at())
                        .toList();
    }

    private List<String> refused(String path) {
        return ((Reading.Invalid) read(path))
                .problems().stream().map(Problem::toString).toList();
    }

    @Test
    void readsWhatApplyReadsButForNamesWithADot() throws IOException {
        write("hub/b.yml", group("b") + "---\n" + group("c"));
        write("hub/deep/a.yaml", group("a"));
        write("hub/.ci.yaml", "stages: [test]\n");
        write("hub/deep/.github/config.yaml", "no: object\n");
        write("hub/readme.md", "text");
        write("other.yaml", "no: object\n");
        write(
                "hub/d.json",
                "{\"apiVersion\": \"wherry.io/v1alpha1\", \"kind\": \"Group\", \"metadata\": {\"name\": \"d\"}, \"spec\": {\"selector\": \"a=b\"}}");

        assertThat(declared("hub"))
                .containsExactly("b hub/b.yml:1:1", "c hub/b.yml:6:1", "d hub/d.json:1:1", "a hub/deep/a.yaml:1:1");
        assertThat(declared("./hub/deep/")).containsExactly("a hub/deep/a.yaml:1:1");
        assertThat(declared("hub/b.yml")).containsExactly("b hub/b.yml:1:1", "c hub/b.yml:6:1");
    }

    @Test
    void tellsAllProblemsOfAllFilesAtOnce() throws IOException {
        write("hub/a.yaml", group("a"));
        write("hub/b.yaml", group("a"));
        write("hub/c.yaml", "kind: Grup\n");
        write(
                "hub/d.yaml",
                "apiVersion: wherry.io/v1alpha1\nkind: Source\nmetadata: {name: configuration}\nspec: {type: git, url: 'https://a.test/b'}\n");

        assertThat(refused("hub"))
                .contains(
                        "hub/b.yaml:1:1: Group/a twice (the first is at hub/a.yaml:1:1)",
                        "hub/d.yaml:1:1: Source/configuration is declared by hub.yaml (choose another name)")
                .anyMatch(line -> line.startsWith("hub/c.yaml:1:1: apiVersion is missing"));
    }

    @Test
    void nothingIsNeverAWish() throws IOException {
        write("hub/a.yaml", "# later\n");

        assertThat(read("hub")).isInstanceOf(Reading.Empty.class);
        assertThat(read("nowhere")).isInstanceOf(Reading.Empty.class);
    }

    @Test
    void aCircleOfLinksEnds() throws IOException {
        write("hub/a.yaml", group("a"));
        Files.createSymbolicLink(folder.resolve("hub/self"), Path.of("../hub"));

        assertThat(refused("hub").toString()).contains("goes through more than 8 symbolic links");
    }

    @Test
    void whatIsTooDeepIsToldInsteadOfLeftOut() throws IOException {
        Path deep = folder.resolve("hub" + "/d".repeat(ConfigurationFiles.MAX_DEPTH + 1));
        Files.createDirectories(deep);
        write("hub/a.yaml", group("a"));

        assertThat(refused("hub").toString()).contains("more than 32 folders deep");
    }

    @Test
    void moreThanTenProblemsAreCounted() throws IOException {
        for (int i = 10; i < 24; i++) {
            write("hub/f" + i + ".yaml", "apiVersion: v0\n");
        }

        Trouble trouble =
                Trouble.of(ConfigurationReason.CONFIGURATION_INVALID, ((Reading.Invalid) read("hub")).problems());

        assertThat(trouble.detail().lines()).hasSize(11).last().asString().startsWith("and ");
    }
}
