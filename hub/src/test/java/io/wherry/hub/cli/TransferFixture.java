package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.registry.TestRegistry;
import io.wherry.hub.source.OriginRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Ref;

/** Two networks in one folder: outside a repository, a registry and a chart, inside nothing yet; and a key. */
final class TransferFixture implements AutoCloseable {
    final Path folder;
    final OriginRepository shop;
    final TestRegistry outside = TestRegistry.start();
    final TestRegistry inside = TestRegistry.start();
    final Path key;
    final Path publicKey;
    final Path chart;
    private final Cli cli;

    TransferFixture(Path folder) {
        this.folder = folder;
        this.cli = new Cli(folder);
        this.shop = OriginRepository.create(folder.resolve("shop.git"));
        String first = shop.commit("main", "compose.yaml", "services: {}");
        shop.commit("main", "compose.yaml", "services: {web: {image: web}}");
        shop.commit("next", "readme", "a branch of its own");
        shop.tag("v1", first);
        shop.annotatedTag("v2", first);
        outside.image("team/web", "1", "linux/amd64");
        this.key = folder.resolve("key.pem");
        this.publicKey = folder.resolve("key.pub.pem");
        this.chart = folder.resolve("shop-1.2.tgz");
        try {
            writeKeys(newKeys(), key, publicKey);
            Files.write(chart, new byte[] {31, (byte) 139, 8, 0, 1});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static void writeKeys(KeyPair keys, Path key, Path publicKey) throws IOException {
        secret(key, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        Files.writeString(publicKey, pem("PUBLIC KEY", keys.getPublic().getEncoded()));
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    /** A file for its owner alone. */
    static Path secret(Path file, String text) throws IOException {
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    String image() {
        return outside.host() + "/team/web:1";
    }

    Cli.Ran run(List<String> begin, String... rest) {
        List<String> all = new ArrayList<>(begin);
        all.addAll(List.of(rest));
        return cli.run(all.toArray(String[]::new));
    }

    Cli.Ran export(Path to, String... what) {
        return run(List.of("transfer", "export", "-o", to.toString(), "--key", key.toString()), what);
    }

    /** A file with all that there is outside. */
    Path everything() {
        Path file = folder.resolve("monday.transfer");
        Cli.Ran ran = export(file, "--repo", shop.folder().toString(), "--image", image(), "--file", chart.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
        return file;
    }

    Cli.Ran carry(Path file, String... where) {
        return run(List.of("transfer", "import", file.toString(), "--public-key", publicKey.toString()), where);
    }

    Path target() {
        return folder.resolve("inner/shop.git");
    }

    /** To a folder, the registry and a folder for files. */
    Cli.Ran carryAll(Path file, String... more) {
        List<String> begin = List.of(
                "transfer",
                "import",
                file.toString(),
                "--public-key",
                publicKey.toString(),
                "--repo-target",
                "shop=" + target(),
                "--registry",
                inside.host(),
                "--files",
                folder.resolve("files").toString());
        return run(begin, more);
    }

    /** The refs of a repository with their ids, one a line. */
    static String refs(Path repository) {
        try (FileRepository opened = new FileRepository(repository.toFile())) {
            StringBuilder lines = new StringBuilder();
            for (Ref ref : opened.getRefDatabase().getRefsByPrefix("refs/")) {
                lines.append(ref.getName())
                        .append(' ')
                        .append(ref.getObjectId().name())
                        .append('\n');
            }
            return lines.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        shop.close();
        outside.close();
        inside.close();
    }
}
