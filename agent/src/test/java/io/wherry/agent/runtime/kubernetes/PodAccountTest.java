package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import org.junit.jupiter.api.Test;

class PodAccountTest {
    private static String twice(String object) {
        return JsonWriter.compact(PodAccount.twice(
                        JsonReader.object(object.replace('\'', '"').getBytes(UTF_8))))
                .replace('"', '\'');
    }

    @Test
    void isDeclaredUnderBothNames() {
        assertThat(twice("{'apiVersion':'v1','kind':'Pod','spec':{'serviceAccountName':'a'}}"))
                .contains("'spec':{'serviceAccountName':'a','serviceAccount':'a'}");
        assertThat(twice("{'apiVersion':'v1','kind':'Pod','spec':{'serviceAccount':'a'}}"))
                .contains("'spec':{'serviceAccount':'a','serviceAccountName':'a'}");
        assertThat(
                        twice(
                                "{'apiVersion':'batch/v1','kind':'CronJob','spec':{'jobTemplate':{'spec':{'template':{'spec':{'serviceAccountName':'a'}}}}}}"))
                .contains("'serviceAccount':'a'");
    }

    @Test
    void whatHasNoneOrIsOfAnotherKindStaysAsItIs() {
        for (String object : new String[] {
            "{'apiVersion':'apps/v1','kind':'Deployment','spec':{'template':{'spec':{'containers':[]}}}}",
            "{'apiVersion':'example.org/v1','kind':'Deployment','spec':{'template':{'spec':{'serviceAccountName':'a'}}}}",
            "{'apiVersion':'v1','kind':'Pod','spec':{'serviceAccountName':'a','serviceAccount':'b'}}"
        }) {
            assertThat(twice(object)).isEqualTo(object);
        }
    }
}
