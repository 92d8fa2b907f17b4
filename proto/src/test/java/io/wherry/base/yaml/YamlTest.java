package io.wherry.base.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

class YamlTest {
    private static final String FILE = "app/compose.yaml";

    @Test
    void everyNodeKnowsItsPlace() {
        var root = (YamlNode.Mapping) parse("services:\n  web:\n    image: 'shop:1'\n");
        var services = (YamlNode.Mapping) root.find("services").orElseThrow();
        var web = (YamlNode.Mapping) services.find("web").orElseThrow();

        assertThat(services.fields().getFirst().keyAt()).isEqualTo(new Position(FILE, 2, 3));
        assertThat(web.find("image")).contains(new YamlNode.Scalar("shop:1", false, "", new Position(FILE, 3, 12)));
    }

    @Test
    void anEmptyFileIsNull() {
        assertThat(Scalars.isNull(parse(""))).isTrue();
        assertThat(Scalars.isNull(parse("# nothing but a comment\n"))).isTrue();
    }

    @Test
    void namesBothPlacesOfADuplicateKey() {
        assertThat(problem("a: 1\nb: 2\na: 3\n"))
                .isEqualTo("app/compose.yaml:3:1: key \"a\" stands here a second time (first at app/compose.yaml:1:1)");
    }

    @Test
    void namesTheTab() {
        assertThat(problem("services:\n\tweb:\n"))
                .isEqualTo("app/compose.yaml:2:1: a tab in the indentation (YAML indents with blanks only)");
        assertThat(problem("services:\n  web:\n  \timage: x\n")).startsWith("app/compose.yaml:3:3: a tab");
    }

    @Test
    void namesTheByteThatIsNotUtf8() {
        var e = catchThrowableOfType(
                YamlException.class, () -> Yaml.parse(FILE, new byte[] {'a', ':', '\n', 'b', (byte) 0xff}));
        assertThat(e).hasMessage("app/compose.yaml:2:2: a byte that is not UTF-8 (save the file as UTF-8)");
    }

    @Test
    void namesACharacterThatYamlForbids() {
        assertThat(problem("a: 1\nb: \u0007\n")).startsWith("app/compose.yaml:2:4: character U+0007 is not allowed");
    }

    @Test
    void readsAByteOrderMarkAway() {
        assertThat(((YamlNode.Mapping) parse("\uFEFFa: 1")).find("a")).isPresent();
    }

    @Test
    void mergeKeysGiveWayToWhatStandsInTheMappingAndEarlierOnesToLater() {
        var root = (YamlNode.Mapping) parse("""
                a: &a {x: a, y: a}
                b: &b {y: b, z: b}
                c:
                  <<: [*a, *b]
                  x: c
                """);
        var c = (YamlNode.Mapping) root.find("c").orElseThrow();
        assertThat(c.fields())
                .extracting(f -> f.key() + ((YamlNode.Scalar) f.value()).text())
                .containsExactly("xc", "ya", "zb");
    }

    @Test
    void refusesToMergeWhatIsNoMapping() {
        assertThat(problem("a: {<<: 1}")).contains(":1:9: only mappings can be merged by <<");
    }

    @Test
    void keepsResetAndOverrideAndRefusesOtherTags() {
        var root = (YamlNode.Mapping) parse("a: !reset null\nb: !override [x]\nc: !!str 1\n");
        assertThat(root.find("a").orElseThrow().tag()).isEqualTo("!reset");
        assertThat(root.find("b").orElseThrow().tag()).isEqualTo("!override");
        assertThat(Scalars.read((YamlNode.Scalar) root.find("c").orElseThrow())).isEqualTo(new ScalarValue.Text("1"));
        assertThat(problem("a: !!python/object:os.system x"))
                .startsWith("app/compose.yaml:1:4: tag !!python/object:os.system is not known");
    }

    @Test
    void refusesAnAliasThatNamesNothingOrItself() {
        assertThat(problem("a: *b")).contains(":1:4: alias *b names nothing above it");
        assertThat(problem("a: &a [*a]")).contains("alias *a names nothing above it");
    }

    @Test
    void refusesAnAliasBombBeforeItExpands() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [")
                    .append(("*a" + (i - 1) + ", ").repeat(10))
                    .append("]\n");
        }
        assertThat(problem(bomb.toString())).contains("too many nodes (at most 200000, with every alias expanded)");
        String longText = "t: &t " + "x".repeat(500_000) + "\nl: [" + "*t, ".repeat(100) + "]\n";
        assertThat(problem(longText)).contains("too much text");
    }

    @Test
    void refusesWhatIsNestedTooDeeply() {
        assertThat(problem("[".repeat(100_000))).contains(":1:65: nested too deeply (at most 64 levels)");
        StringBuilder ladder = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 80; i++) {
            ladder.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append("]\n");
        }
        assertThat(problem(ladder.toString())).contains("nested too deeply by its aliases");
    }

    @Test
    void refusesAFileThatIsTooLarge() {
        assertThat(problem("#".repeat(Yaml.MAX_BYTES + 1)))
                .isEqualTo("app/compose.yaml: 1048577 bytes are too many (at most 1048576 bytes)");
    }

    @Test
    void severalDocumentsOnlyWhereTheyAreAskedFor() {
        String two = "a: 1\n---\nb: 2\n";
        assertThat(Yaml.parseAll(FILE, two.getBytes(UTF_8))).hasSize(2);
        assertThat(problem(two)).startsWith("app/compose.yaml:3:1: a second document begins here");
    }

    /** As kubectl and docker compose read it; Helm's {@code nindent} of nothing writes it. */
    @Test
    void blanksAreNothingInABlockThatHoldsNothingElse() {
        YamlNode.Mapping root = (YamlNode.Mapping) Yaml.parse("f", """
                a:
                  b: |-
                     \s
                   \s
                  c: |
                    d: |
                      \s
                    e
                  f:
                  - >-
                     \s
                  - g: |
                     \s
                    h: 1
                """.getBytes(UTF_8));

        YamlNode.Mapping a = (YamlNode.Mapping) root.find("a").orElseThrow();
        assertThat(((YamlNode.Scalar) a.find("b").orElseThrow()).text()).isEmpty();
        assertThat(((YamlNode.Scalar) a.find("c").orElseThrow()).text()).isEqualTo("d: |\n   \ne\n");
        YamlNode.Sequence f = (YamlNode.Sequence) a.find("f").orElseThrow();
        YamlNode.Mapping last = (YamlNode.Mapping) f.items().getLast();
        assertThat(last.find("h").orElseThrow().at()).isEqualTo(new Position("f", 14, 8));
        assertThatThrownBy(() -> Yaml.parse("f", "a: |\n    \n  b\n".getBytes(UTF_8)))
                .isInstanceOf(YamlException.class)
                .hasMessageContaining(EmptyBlocks.COMPLAINT);
    }

    @Test
    void brokenSyntaxIsOneProblemWithAPlace() {
        assertThat(problem("a: [1, 2\nb: 3\n")).startsWith("app/compose.yaml:2:");
        assertThatThrownBy(() -> parse("a: 'open"))
                .isInstanceOf(YamlException.class)
                .hasMessageNotContaining("\n");
    }

    private static YamlNode parse(String text) {
        return Yaml.parse(FILE, text.getBytes(UTF_8));
    }

    private static String problem(String text) {
        return catchThrowableOfType(YamlException.class, () -> parse(text))
                .problems()
                .getFirst()
                .toString();
    }
}
