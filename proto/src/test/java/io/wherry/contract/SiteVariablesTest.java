package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SiteVariablesTest {
    @Test
    void fillsPlaceholdersAndUnescapesDollars() {
        Json.Obj model = model("""
                {"a": "x-${SITE}-${SITE}", "b": ["$$5", "$${SITE}"], "c": {"k$$": 1, "n": null}}""");
        assertThat(SiteVariables.substitute(model, Map.of("SITE", "s1"))).isEqualTo(model("""
                {"a": "x-s1-s1", "b": ["$5", "${SITE}"], "c": {"k$": 1, "n": null}}"""));
        assertThat(SiteVariables.names(model)).containsExactly("SITE");
    }

    @Test
    void neverReadsAValueAgain() {
        assertThat(SiteVariables.substitute(model("{\"a\": \"${A}\"}"), Map.of("A", "${B}$$\\1", "B", "no")))
                .isEqualTo(Json.object().put("a", "${B}$$\\1").build());
    }

    @Test
    void refusesAMissingValueAndALoneDollar() {
        assertThatThrownBy(() -> SiteVariables.substitute(model("{\"a\": \"${A}\"}"), Map.of()))
                .isInstanceOf(SiteVariableException.class)
                .hasMessage("A: no value (expected: one for each site variable of the stack)");
        assertThatThrownBy(() -> SiteVariables.substitute(model("{\"a\": \"5$\"}"), Map.of()))
                .hasMessageContaining("holds a lone $");
        assertThatThrownBy(() -> SiteVariables.substitute(model("{\"a\": \"${A:-x}\"}"), Map.of("A", "1")))
                .hasMessageContaining("holds a lone $");
    }

    @Test
    void theWholeValueMustMatchAndIsNeverPrinted() {
        SiteVariables.check("SITE", "[a-z]+", "abc");
        assertThatThrownBy(() -> SiteVariables.check("SITE", "[a-z]+", "abc7"))
                .hasMessage("SITE: the value does not match its pattern (expected: [a-z]+)");
        assertThatThrownBy(() -> SiteVariables.check("SITE", ".*", "x".repeat(4097)))
                .hasMessageContaining("4097 characters");
    }

    private static Json.Obj model(String json) {
        return JsonReader.object(json.getBytes(UTF_8));
    }
}
