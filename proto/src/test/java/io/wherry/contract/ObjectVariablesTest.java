package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an agent puts into objects, and where a dollar sign is only a dollar sign. */
class ObjectVariablesTest {
    private static final Map<String, String> VALUES =
            Map.of("CITY", "Bonn $$ ${CITY}", "COUNT", "007", "ON", "true", "WORD", "x");

    @Test
    void aModelThatDoesNotSaySoStaysAsItIs() {
        Json.Obj plain = model("{'objects':[{'a':'$HOME ${CITY} $$'}]}");

        assertThat(ObjectVariables.substitute(plain, VALUES)).isEqualTo(plain);
        assertThat(ObjectVariables.names(plain)).isEmpty();
    }

    @Test
    void valuesGoInAsTheyAreNumbersAsNumbersAndTheMarkGoes() {
        Json.Obj model = model(
                "{'variables':true,'objects':[{'a':'in ${CITY}','b':'${COUNT:int}','c':['${ON:bool}','$$${WORD}'],'$k':1.5}],'hooks':[{'x':'${WORD}'}],'namespace':'$'}");

        assertThat(JsonWriter.compact(ObjectVariables.substitute(model, VALUES)).replace('"', '\''))
                .isEqualTo(
                        "{'objects':[{'a':'in Bonn $$ ${CITY}','b':7,'c':[true,'$x'],'$k':1.5}],'hooks':[{'x':'x'}],'namespace':'$'}");
        assertThat(ObjectVariables.names(model)).containsExactly("CITY", "COUNT", "ON", "WORD");
    }

    @Test
    void whatCannotBePutInIsRefusedByNameAndNeverByValue() {
        assertThatThrownBy(() -> fill("${NONE}")).hasMessageContaining("NONE: no value");
        assertThatThrownBy(() -> fill("${CITY:int}"))
                .hasMessageContaining("CITY: the value is no int")
                .hasMessageNotContaining("Bonn");
        assertThatThrownBy(() -> fill("${WORD:bool}")).hasMessageContaining("expected: true or false");
        assertThatThrownBy(() -> fill("x${COUNT:int}")).hasMessageContaining("holds a lone $");
        assertThatThrownBy(() -> fill("$HOME")).hasMessageContaining("holds a lone $");
    }

    @Test
    void valuesThatArePutInTooOftenDoNotFillTheMemory() {
        String long4k = "v".repeat(4096);

        assertThatThrownBy(() -> ObjectVariables.substitute(
                        model("{'variables':true,'objects':['" + "${A}".repeat(10_000) + "']}"), Map.of("A", long4k)))
                .isInstanceOf(SiteVariableException.class)
                .hasMessageContaining("too long with their variables");
    }

    @Test
    void aModelWithSecretsAsksForAnAgentThatMakesThem() {
        assertThat(ModelFeatures.of(ModelFormat.KUBERNETES, model("{'objects':[],'secrets':[{'name':'s'}]}")))
                .containsExactly(Features.KUBERNETES_SECRETS, Features.KUBERNETES);
        assertThat(Features.UNDERSTOOD).doesNotContain(Features.KUBERNETES_SECRETS);
        assertThat(Features.UNDERSTOOD_ON_KUBERNETES)
                .contains(Features.KUBERNETES_SECRETS, Features.SEALED_SECRETS, Features.SITE_VARIABLES)
                .isSorted();
    }

    private static Json.Obj fill(String text) {
        return ObjectVariables.substitute(model("{'variables':true,'objects':['" + text + "']}"), VALUES);
    }

    private static Json.Obj model(String json) {
        return JsonReader.object(json.replace('\'', '"').getBytes(UTF_8));
    }
}
