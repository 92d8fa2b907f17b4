package io.wherry.contract.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Features;
import io.wherry.contract.Layer;
import io.wherry.contract.Manifest;
import io.wherry.contract.ModelFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class KubernetesManifestTest {
    private static final Digest MODEL = Digest.of("{}".getBytes(UTF_8));

    @Test
    void anAgentOfDockerRefusesObjectsOfKubernetesEvenIfTheManifestDoesNotSayWhatItNeeds() {
        assertThat(refusal(ModelFormat.KUBERNETES, List.of(), Features.UNDERSTOOD))
                .isEqualTo(VerifyReason.AGENT_TOO_OLD);
        assertThat(refusal(ModelFormat.KUBERNETES, List.of("kubernetes.v1"), Features.UNDERSTOOD))
                .isEqualTo(VerifyReason.AGENT_TOO_OLD);
    }

    @Test
    void anAgentOfKubernetesRefusesAComposeModelEvenIfTheManifestDoesNotSayWhatItNeeds() {
        assertThat(refusal(ModelFormat.COMPOSE, List.of(), Features.UNDERSTOOD_ON_KUBERNETES))
                .isEqualTo(VerifyReason.AGENT_TOO_OLD);
    }

    @Test
    void anAgentOfKubernetesTakesObjects() {
        Manifest manifest = manifest(ModelFormat.KUBERNETES, List.of("kubernetes.v1"));

        assertThat(verify(manifest, Features.UNDERSTOOD_ON_KUBERNETES)).isEqualTo(new ManifestVerdict.Good(manifest));
        assertThat(manifest.format()).isEqualTo(ModelFormat.KUBERNETES);
    }

    @Test
    void aManifestHasOneModelOfOneFormat() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Manifest(
                        List.of(Layer.compose(MODEL, 2), Layer.model(ModelFormat.KUBERNETES, MODEL, 2)), List.of()))
                .withMessageContaining("2 models");
    }

    @Test
    void objectsMayTakeMoreThanAComposeModel() {
        assertThat(Layer.model(ModelFormat.KUBERNETES, MODEL, 16L << 20).size()).isEqualTo(16L << 20);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layer.model(ModelFormat.KUBERNETES, MODEL, (16L << 20) + 1));
    }

    private static VerifyReason refusal(ModelFormat format, List<String> requires, List<String> understood) {
        return ((ManifestVerdict.Refused) verify(manifest(format, requires), understood)).reason();
    }

    private static Manifest manifest(ModelFormat format, List<String> requires) {
        return new Manifest(List.of(Layer.model(format, MODEL, 2)), requires);
    }

    private static ManifestVerdict verify(Manifest manifest, List<String> understood) {
        byte[] bytes = manifest.toBytes();
        return ManifestVerifier.verify(
                bytes, new BundleRef(Digest.of(bytes), manifest.bundleBytes(bytes.length)), understood);
    }
}
