package io.wherry.agent.runtime.kubernetes.images;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeNameTest {
    @ParameterizedTest
    @CsvSource({
        "web, docker.io/library/web:latest",
        "web:1, docker.io/library/web:1",
        "team/web:1, docker.io/team/web:1",
        "localhost/web:1, localhost/web:1",
        "registry.example.org/team/web, registry.example.org/team/web:latest",
        "registry:5000/web:1, registry:5000/web:1",
        "web@sha256:ab, docker.io/library/web@sha256:ab",
        "registry:5000/web:1@sha256:ab, registry:5000/web@sha256:ab"
    })
    void isWhatContainerdCallsIt(String reference, String name) {
        assertThat(NodeName.of(reference)).isEqualTo(name);
    }
}
