package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownValuesTest {
    private static final Json.Obj MODEL = JsonReader.object("""
            {"namespace": "shop", "objects": [], "secrets": [
              {"name": "db", "namespace": "shop", "type": "Opaque", "data": {"password": "shop-db", "user": "shop-user"}, "logins": []},
              {"name": "pull", "namespace": "shop", "type": "kubernetes.io/dockerconfigjson", "data": {}, "logins": ["registry"]}]}
            """.getBytes(UTF_8));

    @Test
    void aSecretHasTheValuesThatAreHere() {
        assertThat(JsonWriter.compact(KnownValues.in(MODEL, List.of("shop-db"))))
                .contains("\"data\":{\"password\":\"shop-db\"}", "\"namespace\":\"shop\",\"objects\":[]")
                .doesNotContain("shop-user", "\"pull\"");
    }

    @Test
    void aSecretOfWhichNothingIsHereIsLeftOut() {
        assertThat(KnownValues.in(MODEL, List.of()).objects("secrets")).isEmpty();
    }

    @Test
    void aModelWithoutSecretsIsAsItWas() {
        Json.Obj plain = Json.object().put("namespace", "shop").build();

        assertThat(KnownValues.in(plain, List.of("shop-db"))).isSameAs(plain);
    }
}
