package io.wherry.agent.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.SecretMask;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclaredSecretsTest {
    @Test
    void valuesOfDeclaredSecretsAreTakenOutOfLogLinesInBothTheirSpellings() {
        List<byte[]> values = DeclaredSecrets.of(JsonReader.object("""
                {"objects": [
                  {"kind": "ConfigMap", "data": {"a": "visible"}},
                  {"kind": "Secret", "data": {"password": "aHVudGVyMi1sb25n"}, "stringData": {"token": "abcd-token"}}],
                 "hooks": [{"object": {"kind": "Secret", "stringData": {"hook": "of-a-hook"}}}]}
                """.getBytes(UTF_8)));

        ServiceLog masked = SecretMask.of(values)
                .over(new ServiceLog("web", "web-1", List.of("visible hunter2-long", "abcd-token of-a-hook")));

        assertThat(masked.lines()).containsExactly("visible ***", "*** ***");
    }

    @Test
    void aComposeModelDeclaresNone() {
        assertThat(DeclaredSecrets.of(JsonReader.object("{\"services\": {}}".getBytes(UTF_8))))
                .isEmpty();
    }
}
