package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class InputsTest {
    private static final List<Field> QUERY = List.of(Field.flag("dryRun"), Field.number("limit"), Field.text("set"));
    private static final List<Field> BODY = List.of(
            Field.text("name").must(),
            Field.flag("keep"),
            Field.number("revision"),
            Field.texts("labels"),
            Field.files("files"));

    @Test
    void takesWhatTheRouteTakes() {
        assertThat(Inputs.query(Map.of("dryRun", List.of("true"), "limit", List.of("007"), "set", List.of("")), QUERY))
                .isEqualTo(Map.of("dryRun", "true", "limit", "007"));
        Json.Obj body = body("""
                {"name": "a", "keep": null, "revision": 3, "labels": {"b": "c"}, "files": [{"name": "x", "content": ""}]}""");
        assertThat(body.fields()).containsOnlyKeys("name", "revision", "labels", "files");
    }

    @Test
    void aSlipInAParameterIsNamedAndNothingIsDone() {
        refused("dryrun", "true").hasMessageContaining("unknown parameter: dryrun (did you mean \"dryRun\"?)");
        refused("dryRun", "yes").hasMessage("dryRun: yes (expected: true or false)");
        refused("limit", "-1").hasMessageContaining("expected: a whole number");
        refused("limit", "9".repeat(19)).hasMessageContaining("expected: a whole number");
        assertThatThrownBy(() -> Inputs.query(Map.of("set", List.of("a", "b")), QUERY))
                .hasMessageContaining("given 2 times");
        assertThatThrownBy(() -> Inputs.query(Map.of("x", List.of("")), List.of()))
                .hasMessage("unknown parameter: x (expected: none)");
    }

    @Test
    void aSlipInABodyIsNamed() {
        refused("{\"name\": \"a\", \"kep\": true}").hasMessageContaining("unknown field: kep (did you mean \"keep\"?)");
        refused("{\"name\": 1}").hasMessage("name: wrong (expected: a text)");
        refused("{\"name\": \"a\", \"keep\": \"true\"}").hasMessageContaining("expected: true or false");
        refused("{\"name\": \"a\", \"revision\": 1.5}").hasMessageContaining("expected: a whole number");
        refused("{\"name\": \"a\", \"labels\": {\"b\": 1}}").hasMessageContaining("an object of texts");
        refused("{\"name\": \"a\", \"files\": [\"x\"]}").hasMessageContaining("a list of objects");
        refused("{\"name\": \"a\", \"files\": [{\"name\": \"x\"}]}").hasMessage("content: missing (expected: a text)");
        refused("{\"name\": \"a\", \"files\": [{\"name\": \"x\", \"content\": \"\", \"path\": \"\"}]}")
                .hasMessageContaining("unknown field: path");
        refused("{\"keep\": true}").hasMessage("name: missing (expected: a text)");
        refused("{\"name\": null}").hasMessage("name: missing (expected: a text)");
        refused("").hasMessage("name: missing (expected: a text)");
        for (String bad :
                new String[] {"[]", "{", "{\"name\": \"a\"} x", "{\"name\": \"a\", \"name\": \"b\"}", "name: a"}) {
            refused(bad).hasMessageContaining("not the JSON expected");
        }
    }

    private static Json.Obj body(String text) {
        return Inputs.body(text.getBytes(UTF_8), BODY);
    }

    private static AbstractThrowableAssert<?, ?> refused(String body) {
        return assertThatThrownBy(() -> body(body)).as(body).isInstanceOf(ApiException.class);
    }

    private static AbstractThrowableAssert<?, ?> refused(String parameter, String value) {
        return assertThatThrownBy(() -> Inputs.query(Map.of(parameter, List.of(value)), QUERY))
                .isInstanceOf(ApiException.class);
    }
}
