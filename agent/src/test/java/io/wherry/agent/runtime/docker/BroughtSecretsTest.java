package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.contract.Digest;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** External secrets: their files come from the agent alone, and another version makes the container anew. */
class BroughtSecretsTest {
    private static final String MODEL = "{'services': {'web': {'image': 'a', 'secrets': [{'source': 'db', 'target':"
            + " '/run/secrets/db'}, {'source': 'db', 'target': 'again', 'mode': '0440'}]}, 'other': {'image': 'a'}}, 'secrets':"
            + " {'db': {'name': 'shop-db', 'external': true}}}";

    @Test
    void theFileIsMountedReadOnlyUnderRunSecrets() {
        List<Json.Obj> mounts = web(1).host().objects("Mounts");

        assertThat(mounts)
                .extracting(mount ->
                        mount.string("Source") + " -> " + mount.string("Target") + " " + mount.bool("ReadOnly"))
                .containsExactly(
                        "/run/s/u.1.0444 -> /run/secrets/db true", "/run/s/u.1.0440 -> /run/secrets/again true");
    }

    @Test
    void anotherVersionMakesExactlyTheContainersAnewThatReadIt() {
        assertThat(web(1).hash()).isEqualTo(web(1).hash()).isNotEqualTo(web(2).hash());
        assertThat(spec(1, "other").hash()).isEqualTo(spec(2, "other").hash());
    }

    @Test
    void withoutAValueNothingIsApplied() {
        assertThatThrownBy(() -> Models.wanted(1, MODEL))
                .isInstanceOfSatisfying(ModelException.class, e -> assertThat(e.detail())
                        .isEqualTo("secrets.db: external, and the entry brings no value for it"));
    }

    @Test
    void aModelCannotNameTheFileItself() {
        String planted = MODEL.replace("'external': true", "'external': true, 'file': '/etc/shadow'");

        assertThatThrownBy(() -> wanted(1, planted))
                .isInstanceOfSatisfying(ModelException.class, e -> assertThat(e.detail())
                        .contains("with a file or content of its own"));
    }

    @Test
    void aModeIsForReadingAlone() {
        assertThatThrownBy(() -> wanted(1, MODEL.replace("0440", "0640")))
                .isInstanceOfSatisfying(
                        ModelException.class, e -> assertThat(e.detail()).contains("mode: 0640"));
    }

    private static ContainerSpec web(long version) {
        return spec(version, "web");
    }

    private static ContainerSpec spec(long version, String service) {
        return wanted(version, MODEL).find(service, 1).orElseThrow();
    }

    private static Wanted wanted(long version, String model) {
        Deployment deployment = Models.deployment(1, model, Path.of("/srv/p"));
        SealedSecret sealed = new SealedSecret(
                "db",
                "secret00000000000000000001",
                version,
                Digest.of(new byte[0]),
                SealedSecret.SUITE,
                Base64.getEncoder().encodeToString(new byte[32]),
                Base64.getEncoder().encodeToString(new byte[16]));
        return Wanted.of(
                deployment.with(List.of(new SecretFile(
                        "db", sealed, Path.of("/run/s/u." + version), new TreeSet<>(List.of("0444", "0440"))))),
                Models.OWNER);
    }
}
