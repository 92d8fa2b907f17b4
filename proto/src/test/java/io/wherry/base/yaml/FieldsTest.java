package io.wherry.base.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldsTest {
    enum Mode {
        AUTO,
        MANUAL
    }

    private static final Map<String, Mode> MODES = Map.of("auto", Mode.AUTO, "manual", Mode.MANUAL);

    private final Problems problems = new Problems();

    @Test
    void readsWhatIsThereAndFallsBackWhereNothingIs() {
        Fields fields = fields("""
                name: shop
                port: 8443
                on: true
                every: 1h30m
                mode: manual
                labels: {b: 2, a: x, n: }
                list: [1, two]
                sub: {x: y}
                """);
        assertThat(fields.requireText("name")).isEqualTo("shop");
        assertThat(fields.integer("port", 1, 65535, 1)).isEqualTo(8443);
        assertThat(fields.bool("on", false)).isTrue();
        assertThat(fields.duration("every")).contains(Duration.ofMinutes(90));
        assertThat(fields.choice("mode", MODES)).contains(Mode.MANUAL);
        assertThat(fields.textMap("labels")).isEqualTo(Map.of("a", "x", "b", "2", "n", ""));
        assertThat(fields.texts("list")).containsExactly("1", "two");
        assertThat(fields.fields("sub").text("x")).contains("y");
        assertThat(fields.fields("absent").integer("x", 0, 9, 7)).isEqualTo(7);
        assertThat(fields.findFields("absent")).isEmpty();
        fields.done();
        assertThat(problems.list()).isEmpty();
    }

    @Test
    void collectsEveryProblemWithItsPlace() {
        Fields fields = fields("""
                nmae: shop
                port: 70000
                on: yes
                every: soon
                mode: autom
                list: x
                """);
        fields.requireText("name");
        fields.integer("port", 1, 65535, 1);
        fields.bool("on", false);
        fields.duration("every");
        fields.choice("mode", MODES);
        fields.texts("list");
        fields.done();

        assertThat(problems.list())
                .extracting(Problem::toString)
                .containsExactly(
                        "f.yaml:1:1: name is missing (add name: …)",
                        "f.yaml:1:1: unknown field \"nmae\" (did you mean \"name\"?)",
                        "f.yaml:2:7: port: \"70000\" (expected: a whole number from 1 to 65535)",
                        "f.yaml:3:5: on: \"yes\" (expected: true or false)",
                        "f.yaml:4:8: every: duration: soon (expected: a form like 90s, 5m, 1h30m or 7d)",
                        "f.yaml:5:7: mode: \"autom\" is not known (did you mean \"auto\"?)",
                        "f.yaml:6:7: list: \"x\" (expected: a list)");
    }

    @Test
    void whatIsNoMappingIsAProblem() {
        Fields.of(Yaml.parse("f.yaml", "[1]".getBytes(UTF_8)), problems);
        assertThat(problems.list())
                .extracting(Problem::toString)
                .containsExactly("f.yaml:1:1: a list (expected: fields, \"name: value\" each)");
    }

    @Test
    void nullIsAbsent() {
        Fields fields = fields("name:\nsub: ~\n");
        assertThat(fields.text("name")).isEmpty();
        assertThat(fields.findFields("sub")).isEmpty();
        fields.requireText("name");
        assertThat(problems.isEmpty()).isFalse();
    }

    private Fields fields(String yaml) {
        return Fields.of(Yaml.parse("f.yaml", yaml.getBytes(UTF_8)), problems);
    }
}
