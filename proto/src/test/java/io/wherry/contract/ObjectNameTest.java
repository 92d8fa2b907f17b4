package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wherry.contract.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectNameTest {
    @Test
    void anObjectWithoutANamespaceIsNamedInTheDefaultOne() {
        assertThat(ObjectName.of(object("apps/v1", "Deployment", "", "web"), "shop"))
                .hasToString("Deployment.apps/shop/web");
        assertThat(ObjectName.of(object("v1", "ConfigMap", "other", "settings"), "shop"))
                .hasToString("ConfigMap/other/settings");
    }

    @Test
    void aKindOfTheWholeClusterHasNoNamespaceWhateverIsWritten() {
        assertThat(ObjectName.of(object("rbac.authorization.k8s.io/v1", "ClusterRole", "x", "system:reader"), "shop"))
                .hasToString("ClusterRole.rbac.authorization.k8s.io//system:reader");
        assertThat(ObjectName.of(object("v1", "Namespace", "", "shop"), "shop")).hasToString("Namespace//shop");
    }

    @Test
    void aCustomKindOfThatNameIsNamespaced() {
        assertThat(ObjectName.of(object("example.org/v1", "Namespace", "", "a"), "shop"))
                .hasToString("Namespace.example.org/shop/a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Deployment.apps/shop/web", "ConfigMap/shop/s", "ClusterRole.rbac.authorization.k8s.io//a:b"})
    void readsWhatItWrites(String text) {
        assertThat(ObjectName.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service/web", "/shop/web", "ConfigMap/shop/", "a/b/c/d"})
    void refusesOtherNames(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> ObjectName.parse(text));
    }

    private static Json.Obj object(String apiVersion, String kind, String namespace, String name) {
        Json.Builder metadata = Json.object().put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        return Json.object()
                .put("apiVersion", apiVersion)
                .put("kind", kind)
                .put("metadata", metadata.build())
                .build();
    }
}
