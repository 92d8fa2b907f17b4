package io.wherry.agent.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.SecretFile;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFolderTest {
    private static final AgentId AGENT = AgentId.parse("0123456789abcdefghjkmnpqrs");
    private static final StackId STACK = StackId.parse("sh0p00000000000000000000a1");
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    Path temp;

    @Test
    void refusesADiskUnlessTheSiteAllowsIt() throws IOException {
        // Not the temporary folder, which may be in memory itself.
        Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "disk")
                .resolve("secrets");

        assertThatThrownBy(() -> new SecretFolder(folder, AGENT, false).requireUsable())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("secrets.onDisk: allow");
        new SecretFolder(folder, AGENT, true).requireUsable();
    }

    @Test
    void takesATmpfs() throws IOException {
        Path folder = Files.createTempDirectory(MEMORY, "wherry-test").resolve("secrets");
        SecretFolder secrets = new SecretFolder(folder, AGENT, false);

        secrets.requireUsable();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        Files.delete(folder.resolve(AGENT.value()));
        Files.delete(folder);
        Files.delete(folder.getParent());
    }

    @Test
    void refusesAFolderThatLetsOthersIn() throws IOException {
        Path folder = Files.createDirectory(
                temp.resolve("secrets"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

        assertThatThrownBy(() -> new SecretFolder(folder, AGENT, true).requireUsable())
                .hasMessageContaining("lets others in")
                .hasMessageContaining("0700");
    }

    @Test
    void keepsAFilePerModeAndRemovesOtherVersions() throws IOException {
        SecretFolder folder = new SecretFolder(temp.resolve("secrets"), AGENT, true);
        SecretFile first = secret(folder, 1, "0444");
        SecretFile second = secret(folder, 2, "0444", "0400");
        folder.place(first, "one".getBytes(UTF_8));

        assertThat(folder.place(second, "two".getBytes(UTF_8))).isTrue();
        assertThat(folder.place(second, "two".getBytes(UTF_8))).isFalse();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(second.file("0400"))))
                .isEqualTo("r--------");
        folder.keepOnly(STACK, List.of(second));
        assertThat(first.file("0444")).doesNotExist();
        assertThat(second.file("0444")).hasContent("two");
        folder.keepOnly(STACK, List.of());
        assertThat(second.file("0444").getParent()).doesNotExist();
    }

    /** An engine that misses the source of a mount may make an empty folder in its place. */
    @Test
    void anEmptyFolderInAFilesPlaceGoes() throws IOException {
        SecretFolder folder = new SecretFolder(temp.resolve("secrets"), AGENT, true);
        SecretFile secret = secret(folder, 1, "0444");
        folder.place(secret, "one".getBytes(UTF_8));
        Files.delete(secret.file("0444"));
        Files.createDirectory(secret.file("0444"));

        assertThat(folder.place(secret, "one".getBytes(UTF_8))).isTrue();
        assertThat(secret.file("0444")).hasContent("one");
    }

    private static SecretFile secret(SecretFolder folder, long version, String... modes) {
        SealedSecret sealed = new SealedSecret(
                "db",
                "secret00000000000000000001",
                version,
                Digest.of(new byte[0]),
                SealedSecret.SUITE,
                Base64.getEncoder().encodeToString(new byte[32]),
                Base64.getEncoder().encodeToString(new byte[16]));
        return new SecretFile("db", sealed, folder.base(STACK, sealed), new TreeSet<>(List.of(modes)));
    }
}
