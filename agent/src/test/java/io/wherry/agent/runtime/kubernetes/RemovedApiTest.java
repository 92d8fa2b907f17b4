package io.wherry.agent.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RemovedApiTest {
    @Test
    void namesTheSuccessorAndWhatIsWrittenDifferently() {
        assertThat(RemovedApi.find("extensions/v1beta1", "Ingress").map(RemovedApi::cure))
                .contains(
                        "Kubernetes 1.22 removed it; expected: networking.k8s.io/v1, where each path needs pathType, and a backend is service.name with service.port");
        assertThat(RemovedApi.find("policy/v1beta1", "PodSecurityPolicy").map(RemovedApi::cure))
                .contains(
                        "Kubernetes 1.25 removed it; expected: nothing in its place; Pod Security goes by labels of the namespace");
    }

    @Test
    void knowsNothingOfWhatWasNeverServed() {
        assertThat(RemovedApi.find("extensions/v1beta1", "Pod")).isEmpty();
        assertThat(RemovedApi.find("apps/v1", "Deployment")).isEmpty();
    }
}
