package io.wherry.hub.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.contract.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives as engines write them: 20.10 with its folders and links, 25 and later as an OCI layout with packed layers. A real engine's an end-to-end test reads. */
class SavedImageTest {
    private static final byte[] CONFIG = "{\"os\":\"linux\"}".getBytes(UTF_8);
    private static final byte[] LAYER = "a layer, as a tar".getBytes(UTF_8);
    private static final byte[] PACKED = {0x1f, (byte) 0x8b, 8, 0};

    @TempDir
    Path folder;

    private Path archive;
    private TarArchiveOutputStream tar;

    @BeforeEach
    void begin() throws IOException {
        archive = folder.resolve("image.tar");
        tar = new TarArchiveOutputStream(Files.newOutputStream(archive));
    }

    @AfterEach
    void end() throws IOException {
        tar.close();
    }

    private void file(String name, byte[] bytes) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private void link(String name, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private void list(String config, String... layers) throws IOException {
        file("manifest.json", """
                [{"Config":"%s","RepoTags":null,"Layers":["%s"]}]""".formatted(config, String.join("\",\"", layers))
                .getBytes(UTF_8));
    }

    private SavedImage read() throws IOException {
        tar.finish();
        return SavedImage.read(archive, "shop:1");
    }

    private static List<String> types(SavedImage image) {
        return image.manifest().layers().stream().map(Descriptor::mediaType).toList();
    }

    private static List<byte[]> parts(SavedImage image) throws IOException {
        List<byte[]> parts = new ArrayList<>();
        for (Descriptor part : image.manifest().parts()) {
            try (InputStream in = image.open(part)) {
                parts.add(in.readAllBytes());
            }
        }
        return parts;
    }

    @Test
    void ofTheClassicStoreWithALayerThatIsThereTwice() throws IOException {
        file("aa/layer.tar", LAYER);
        link("bb/layer.tar", "../aa/layer.tar");
        file("cc.json", CONFIG);
        list("cc.json", "aa/layer.tar", "bb/layer.tar");

        SavedImage image = read();

        assertThat(parts(image)).containsExactly(CONFIG, LAYER, LAYER);
        assertThat(types(image)).containsOnly("application/vnd.oci.image.layer.v1.tar");
        assertThat(image.manifest().config().digest()).isEqualTo(Digest.of(CONFIG));
        assertThat(ImageManifest.parse(image.bytes())).isEqualTo(image.manifest());
    }

    @Test
    void ofTheContainerdStoreWithPackedLayers() throws IOException {
        String config = "blobs/sha256/" + Digest.of(CONFIG).hex();
        String layer = "blobs/sha256/" + Digest.of(PACKED).hex();
        file(config, CONFIG);
        file(layer, PACKED);
        list(config, layer);

        SavedImage image = read();

        assertThat(types(image)).containsExactly("application/vnd.oci.image.layer.v1.tar+gzip");
        assertThat(parts(image)).containsExactly(CONFIG, PACKED);
    }

    @Test
    void equalImagesGiveEqualManifests() throws IOException {
        file("aa/layer.tar", LAYER);
        file("cc.json", CONFIG);
        list("cc.json", "aa/layer.tar");
        byte[] once = read().bytes();
        end();
        begin();
        list("dd.json", "zz/layer.tar");
        file("dd.json", CONFIG);
        file("zz/layer.tar", LAYER);

        assertThat(read().bytes()).isEqualTo(once);
    }

    @Test
    void whatIsNoImageIsRefusedByName() throws IOException {
        refused("manifest.json is not in it");
        list("cc.json", "aa/layer.tar");
        refused("cc.json is not in it");
        file("cc.json", CONFIG);
        link("aa/layer.tar", "../aa/layer.tar");
        refused("aa/layer.tar is a link without an end");
    }

    private void refused(String words) throws IOException {
        tar.flush();
        Path copy = folder.resolve("copy.tar");
        Files.copy(archive, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.write(copy, new byte[1024], java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> SavedImage.read(copy, "shop:1"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("image shop:1")
                .hasMessageContaining(words);
    }
}
