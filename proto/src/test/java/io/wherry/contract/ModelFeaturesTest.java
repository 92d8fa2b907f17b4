package io.wherry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelFeaturesTest {
    private static Set<String> of(String hooks) {
        return ModelFeatures.of(
                ModelFormat.KUBERNETES,
                JsonReader.object(
                        ("{\"objects\":[]" + hooks + "}").replace('\'', '"').getBytes(UTF_8)));
    }

    @Test
    void hooksOfAWayBackAreAskedForByTheirOwnName() {
        assertThat(of("")).containsExactly("kubernetes.v1");
        assertThat(of(",'hooks':[{'events':['pre-install']}]")).containsExactly("helm-hooks.v1", "kubernetes.v1");
        assertThat(of(",'hooks':[{'events':['pre-install']},{'events':['post-upgrade','post-rollback']}]"))
                .containsExactly("helm-hooks.v1", "kubernetes.v1", "rollback-hooks.v1");
        assertThat(Features.UNDERSTOOD_ON_KUBERNETES)
                .contains("rollback-hooks.v1")
                .isSorted();
    }
}
