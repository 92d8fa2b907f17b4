package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.SecretMask;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretWordsTest {
    @Test
    void valuesOfSecretsAreTakenOutOfLogLinesInAllTheirSpellings() {
        SecretMask mask = SecretWords.of(JsonReader.object("""
                {"objects": [
                  {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "visible"}},
                  {"apiVersion": "v1", "kind": "Secret", "data": {"password": "aHVudGVyMi1sb25n"}, "stringData": {"list": [{"in": "deep-inside"}], "token": "ab\\"cd-token"}}]}
                """.getBytes(UTF_8)).objects("objects"));

        ServiceLog masked = mask.over(new ServiceLog(
                "web",
                "web-1",
                List.of(
                        "visible hunter2-long deep-inside",
                        "aHVudGVyMi1sb25n ab\"cd-token",
                        "{\"t\":\"ab\\\"cd-token\"}")));

        assertThat(masked.lines()).containsExactly("visible *** ***", "*** ***", "{\"t\":\"***\"}");
    }
}
