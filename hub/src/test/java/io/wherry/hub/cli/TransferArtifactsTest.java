package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import io.wherry.hub.registry.TestArtifacts;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Artifacts that hold files of stacks, and their signatures, are carried as images are: under the same digest. */
class TransferArtifactsTest {
    @TempDir
    Path folder;

    @Test
    void anArtifactAndItsSignatureKeepTheirDigestsInside() {
        try (TransferFixture world = new TransferFixture(folder)) {
            TestArtifacts outside = new TestArtifacts(world.outside, "deploy/shop");
            Digest flux = outside.flux("stable", Map.of("compose.yaml", "services: {}\n"));
            Digest oras = outside.files("files", Map.of("compose.yaml", "services: {}\n"));
            String signature = "sha256-" + flux.hex() + ".sig";
            Digest signed = outside.one(
                    signature,
                    "application/vnd.oci.image.config.v1+json",
                    "application/vnd.dev.cosign.simplesigning.v1+json",
                    new byte[] {'{', '}'});
            Path file = folder.resolve("artifacts.transfer");

            Cli.Ran exported = world.export(
                    file,
                    "--image",
                    outside.name() + ":stable",
                    "--image",
                    outside.name() + ":files",
                    "--image",
                    outside.name() + ":" + signature);
            assertThat(exported.exit()).as(exported.err()).isZero();
            Cli.Ran imported = world.carry(file, "--registry", world.inside.host());

            assertThat(imported.exit()).as(imported.err()).isZero();
            assertThat(world.inside.holds("deploy/shop", "stable")).contains(flux);
            assertThat(world.inside.holds("deploy/shop", "files")).contains(oras);
            assertThat(world.inside.holds("deploy/shop", signature)).contains(signed);
        }
    }
}
