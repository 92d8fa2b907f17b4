package io.wherry.contract.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPathTest {
    private static final Json OBJECT = object("""
        {'metadata': {'generation': 2, 'annotations': {'example.org/x': 'y'}},
         'spec': {'replicas': 3},
         'status': {'phase': 'Ready', 'replicas': 3, 'ready': 2, 'empty': '', 'off': false, 'none': null, 'load': 0.50,
           'members': [{'name': 'a', 'up': true, 'tags': ['x', 'y']}, {'name': 'b', 'up': false, 'tags': []}],
           'conditions': [{'type': 'Ready', 'status': 'True'}, {'type': 'Synced', 'status': 'False', 'reason': 'Lag'}]}}\
        """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{.status.phase}                                     | [\"Ready\"]",
                ".status.phase                                       | [\"Ready\"]",
                "status.phase                                        | [\"Ready\"]",
                "$.status.phase                                      | [\"Ready\"]",
                "{ $.status.phase }                                  | [\"Ready\"]",
                ".metadata.annotations['example.org/x']              | [\"y\"]",
                ".metadata.annotations.example\\.org/x               | [\"y\"]",
                ".status.members[0].name                             | [\"a\"]",
                ".status.members[-1].name                            | [\"b\"]",
                ".status.members[2].name                             | []",
                ".status.members[-3].name                            | []",
                ".status.members[*].name                             | [\"a\",\"b\"]",
                ".status.members[*].tags[*]                          | [\"x\",\"y\"]",
                ".spec.*                                             | [3]",
                ".status.conditions[?(@.type==\"Ready\")].status     | [\"True\"]",
                ".status.conditions[?(@.type=='Synced')].reason      | [\"Lag\"]",
                ".status.conditions[?( @.type != Ready )].type       | [\"Synced\"]",
                ".status.conditions[?(@.reason)].type                | [\"Synced\"]",
                ".status.members[?(@.up==true)].name                 | [\"a\"]",
                ".status.members[?(@.tags[?(@.none)])].name          | []",
                ".status.absent.more                                 | []",
                ".status.phase.more                                  | []",
                ".status.phase[0]                                    | []",
            })
    void findsWhatKubectlFinds(String path, String want) {
        assertThat(JsonWriter.compact(new Json.Arr(JsonPath.parse(path).find(OBJECT))))
                .isEqualTo(want);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{.status.phase} == Ready            | true",
                "{.status.phase} == \"Ready\"        | true",
                "{.status.phase}==Ready              | true",
                ".status.phase != Ready              | false",
                ".status.phase == Creating           | false",
                ".status.absent != Ready             | false",
                ".status.absent                      | false",
                ".status.phase                       | true",
                ".status.empty                       | false",
                ".status.off                         | false",
                ".status.none                        | false",
                ".status.off == false                | true",
                ".status.replicas == 3               | true",
                ".status.replicas == \"3\"           | true",
                ".status.load == 0.5                 | true",
                ".status.replicas == .spec.replicas  | true",
                ".status.ready == {.spec.replicas}   | false",
                ".status.ready >= 2                  | true",
                ".status.ready > 2                   | false",
                ".status.ready < .spec.replicas      | true",
                ".status.phase > 2                   | false",
                ".status.members[*].up == true       | false",
                ".status.members[*].name != c        | true",
                ".status.ready == .status.members[*].name | false",
                ".status.ready == .status.absent     | false",
            })
    void comparesAllThatIsFound(String comparison, boolean holds) {
        assertThat(Comparison.parse(comparison).holds(OBJECT)).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                ".status..phase       | character 8: `..phase`",
                ".status.members[1:2] | character 18: `:2]`",
                ".status.members[a]   | character 17: `a]`",
                ".status[             | character 9: the end",
                "{.status.phase       | character 15: the end",
                ".status.phase = Ready | character 15: `= Ready`",
                ".status.phase ==     | character 17: the end",
                ".status.phase == a b | character 20: `b`",
                ".status.phase == 'a  | character 18: `'a`",
                ".a[?(.b==1)]         | character 6: `.b==1)]`",
                ".a[?(@.b==1]         | character 12: `]`",
                ".                    | character 2: the end",
                "[0] && [1]           | character 5: `&& [1]`",
            })
    void namesThePlaceThatItCannotRead(String comparison, String message) {
        assertThatThrownBy(() -> Comparison.parse(comparison))
                .isInstanceOf(RuleException.class)
                .hasMessageStartingWith(message.replace('`', '"'))
                .hasMessageContaining("(expected: ");
    }

    @Test
    void rulesAreReadAndRefusedByPlace() {
        assertThatThrownBy(() -> rules("[{'kind': 'A', 'healthy': '.a'}, {'kind': 'B', 'healthy': ['.a', '.b..c']}]"))
                .hasMessageStartingWith("healthRules[1].healthy: character 3: \"..c\"");
        assertThatThrownBy(() -> rules("[{'kind': 'A', 'healthy': '.a', 'degraded': '.b'}]"))
                .hasMessageStartingWith("healthRules[0].degraded: unknown field (expected: one of ");
        assertThatThrownBy(() -> rules("[{'healthy': '.a'}]")).hasMessageStartingWith("healthRules[0].kind: missing");
        assertThatThrownBy(() -> rules("[{'kind': 'A'}]")).hasMessageStartingWith("healthRules[0].healthy: missing");
        assertThatThrownBy(() -> rules("[{'kind': 'A', 'healthy': 3}]"))
                .hasMessageStartingWith("healthRules[0].healthy: not a text");
        assertThatThrownBy(() -> rules("[{'kind': 'A', 'healthy': '.a'}, {'kind': 'A', 'healthy': '.b'}]"))
                .hasMessageStartingWith("healthRules[1]: a second rule for A");
        assertThatThrownBy(() -> Comparison.parse("." + "a".repeat(PathReader.MAX_CHARS)))
                .hasMessage("1025 characters (expected: at most 1024)");
    }

    @Test
    void aRuleSaysWhatItWaitsForAndWhatHasFailed() {
        HealthRule rule = rules("[{'group': 'example.org', 'kind': 'A', 'healthy': ['{.status.phase} == Ready',"
                        + " '.status.members'], 'failed': '{.status.phase} == Error', 'message':"
                        + " '{.status.message}'}]")
                .find("example.org", "A")
                .orElseThrow();

        assertThat(rule.of(object("{'status': {'phase': 'Creating', 'message': 'makes a disk'}}")))
                .isEqualTo(new RuleVerdict(
                        RuleVerdict.State.WAITING,
                        "waits for {.status.phase} == Ready (is \"Creating\"), .status.members (is nothing):"
                                + " makes a disk"));
        assertThat(rule.of(object("{'status': {'phase': 'Error', 'message': 'no disk'}}")))
                .isEqualTo(new RuleVerdict(RuleVerdict.State.FAILED, "has failed: {.status.phase} == Error: no disk"));
        assertThat(rule.of(object("{'status': {'phase': 'Ready', 'members': [1]}}")))
                .isEqualTo(new RuleVerdict(RuleVerdict.State.HEALTHY, "is as its health rule asks"));
        assertThat(rules("[]").find("example.org", "A")).isEmpty();
    }

    private static HealthRules rules(String json) {
        List<Json.Obj> list = object("{'rules': " + json + "}").objects("rules");
        return HealthRules.parse(list);
    }

    private static Json.Obj object(String json) {
        String quoted = json.replace("'", "\"");
        return JsonReader.object(quoted.getBytes(UTF_8));
    }
}
