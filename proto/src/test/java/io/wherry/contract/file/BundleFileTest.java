package io.wherry.contract.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file as it is written, then with one thing wrong at a time. */
class BundleFileTest {
    private static final byte[] ASSIGNMENT = "an assignment".getBytes(UTF_8);
    private static final byte[] MANIFEST = "a manifest".getBytes(UTF_8);
    private static final byte[] MODEL = new byte[700];
    private static final int BLOCK = TarHeader.BLOCK;

    @TempDir
    Path folder;

    private static byte[] whole() {
        Map<Digest, byte[]> content =
                Map.of(Digest.of(ASSIGNMENT), ASSIGNMENT, Digest.of(MANIFEST), MANIFEST, Digest.of(MODEL), MODEL);
        Delivery delivery = new Delivery(
                Delivery.Kind.BUNDLES,
                List.of(Descriptor.blob(Delivery.ASSIGNMENT, ASSIGNMENT, Map.of(Delivery.AGENT, "a1"))));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            BundleFileWriter.write(
                    out,
                    delivery,
                    List.of(BundleFileWriter.bundle(Digest.of(MANIFEST), MANIFEST.length)),
                    Map.of(Digest.of(MODEL), (long) MODEL.length),
                    digest -> new ByteArrayInputStream(content.get(digest)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    /** Keeps blobs in memory. */
    private static final class Memory implements BundleFileReader.Sink {
        final Map<Digest, byte[]> blobs = new HashMap<>();

        @Override
        public OutputStream create(Digest digest, long size, long at) {
            if (size > 1 << 20) {
                throw new BundleFileException("blob " + digest + ": " + size + " bytes, more than is wanted");
            }
            return new ByteArrayOutputStream() {
                @Override
                public void close() {
                    blobs.put(digest, toByteArray());
                }
            };
        }

        @Override
        public byte[] read(Digest digest, int maxBytes) {
            return requireNonNull(blobs.get(digest));
        }
    }

    private static Delivery read(byte[] file) throws IOException {
        return BundleFileReader.read(new ByteArrayInputStream(file), new Memory());
    }

    private static void refused(byte[] file, String words) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(BundleFileException.class)
                .hasMessageContaining(words);
    }

    /** The entries of a tar: name to header and content with its filling. */
    private static Map<String, byte[]> entries(byte[] file) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        int at = 0;
        while (file[at] != 0) {
            byte[] header = Arrays.copyOfRange(file, at, at + BLOCK);
            TarHeader.Entry entry = TarHeader.read(header, at);
            int length = BLOCK + (int) ((entry.size() + BLOCK - 1) / BLOCK * BLOCK);
            entries.put(entry.name(), Arrays.copyOfRange(file, at, at + length));
            at += length;
        }
        return entries;
    }

    private static byte[] index(byte[] file) {
        return requireNonNull(entries(file).get("index.json"));
    }

    private static byte[] tar(Iterable<byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entries.forEach(out::writeBytes);
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    private static byte[] with(byte[]... more) {
        ArrayList<byte[]> all = new ArrayList<>(entries(whole()).values());
        all.addAll(List.of(more));
        return tar(all);
    }

    /** A header with one byte range changed, and its checksum right. */
    private static byte[] header(String name, long size, char type) {
        byte[] header = TarHeader.write(name, size);
        header[156] = (byte) type;
        return summed(header);
    }

    private static byte[] summed(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        long sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        byte[] text = String.format(Locale.ROOT, "%06o\0 ", sum).getBytes(UTF_8);
        System.arraycopy(text, 0, header, 148, text.length);
        return header;
    }

    @Test
    void readsBackWhatWasWritten() throws IOException {
        Memory memory = new Memory();

        Delivery delivery = BundleFileReader.read(new ByteArrayInputStream(whole()), memory);

        assertThat(delivery.kind()).isEqualTo(Delivery.Kind.BUNDLES);
        assertThat(delivery.documents()).hasSize(1);
        assertThat(delivery.documents().getFirst().annotation(Delivery.AGENT)).contains("a1");
        assertThat(memory.blobs.get(Digest.of(ASSIGNMENT))).isEqualTo(ASSIGNMENT);
        assertThat(memory.blobs.get(Digest.of(MODEL))).isEqualTo(MODEL);
    }

    @Test
    void aFileOnADiskGivesItsBlobsOneByOne() throws IOException {
        Path path = Files.write(folder.resolve("a.wherry"), whole());
        try (BundleFile file = BundleFile.open(path)) {
            assertThat(file.read(Digest.of(ASSIGNMENT), 100)).isEqualTo(ASSIGNMENT);
            assertThat(file.size(Digest.of(MODEL))).hasValue(MODEL.length);
            assertThat(file.size(Digest.of(new byte[] {1}))).isEmpty();
            assertThatThrownBy(() -> file.read(Digest.of(MODEL), 10)).hasMessageContaining("at most 10");
        }
        assertThatThrownBy(() -> BundleFile.open(folder)).hasMessageContaining("no plain file");
    }

    @Test
    void whatComesIsStoredByteForByteAndReadMeanwhile() throws IOException {
        Path file = folder.resolve("received.wherry");
        Files.write(file, new byte[1 << 20]); // what was there before is gone

        try (BundleFile received = BundleFile.receive(new ByteArrayInputStream(whole()), file)) {
            assertThat(received.read(Digest.of(ASSIGNMENT), 100)).isEqualTo(ASSIGNMENT);
            assertThat(received.open(Digest.of(MODEL)).readAllBytes()).isEqualTo(MODEL);
        }

        assertThat(file).hasBinaryContent(whole());
    }

    @Test
    void whatComesIsRefusedWhereverItEndsEarly() throws IOException {
        byte[] whole = whole();
        for (int length = 0; length < whole.length; length += BLOCK / 2) {
            InputStream cut = new ByteArrayInputStream(whole, 0, length);
            assertThatThrownBy(() -> BundleFile.receive(cut, folder.resolve("cut.wherry")))
                    .as("%d bytes", length)
                    .isInstanceOf(BundleFileException.class);
        }
    }

    @Test
    void equalContentGivesEqualBytes() {
        assertThat(whole()).isEqualTo(whole());
    }

    @Test
    void takesEntriesInAnyOrder() throws IOException {
        List<byte[]> entries = new ArrayList<>(entries(whole()).values());

        assertThat(read(tar(entries.reversed())).documents()).hasSize(1);
    }

    @Test
    void readsItsOwnContentPackedByGnuTar() throws Exception {
        Path path = Files.write(folder.resolve("a.wherry"), whole());
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        run("tar", "-xf", path.toString(), "-C", unpacked.toString());
        for (List<String> names : List.of(List.of("."), List.of("blobs", "index.json", "oci-layout"))) {
            Path packed = folder.resolve("b.wherry");
            List<String> command = new ArrayList<>(
                    List.of("tar", "--format=gnu", "-cf", packed.toString(), "-C", unpacked.toString()));
            command.addAll(names);
            run(command.toArray(String[]::new));

            assertThat(read(Files.readAllBytes(packed)).documents()).hasSize(1);
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void refusesAFileThatEndsAnywhereBeforeItsEnd() {
        byte[] file = whole();
        for (int length = 0; length < file.length; length += BLOCK) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> read(cut)).as("cut at %s", length).isInstanceOf(BundleFileException.class);
        }
        byte[] inABlock = Arrays.copyOf(file, file.length - 1);
        refused(inABlock, "the file ends here");
    }

    /** {@code index.json} is a hint: names for tools in it may change, and change nothing. Everything else is covered by a digest or a checksum. */
    @Test
    void aFlippedBitInAnyByteIsRefusedOrChangesNothingThatIsRead() throws IOException {
        byte[] file = whole();
        Memory wanted = new Memory();
        Delivery delivery = BundleFileReader.read(new ByteArrayInputStream(file), wanted);
        int indexAt = 2 * BLOCK; // after oci-layout: a header and a block
        int indexEnd = indexAt + index(file).length;
        int refused = 0;
        for (int at = 0; at < file.length; at++) {
            byte[] flipped = file.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Memory found = new Memory();
            try {
                assertThat(BundleFileReader.read(new ByteArrayInputStream(flipped), found))
                        .isEqualTo(delivery);
                assertThat(found.blobs.keySet()).isEqualTo(wanted.blobs.keySet());
                assertThat(at).as("accepted").isBetween(indexAt + BLOCK, indexEnd);
            } catch (BundleFileException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(file.length - (indexEnd - indexAt));
    }

    @Test
    void refusesBytesAfterItsEnd() throws IOException {
        byte[] file = whole();
        byte[] filled = Arrays.copyOf(file, file.length + 20 * BLOCK);
        assertThat(read(filled).documents())
                .as("zeros are what tar fills up with")
                .hasSize(1);
        filled[filled.length - 1] = 1;
        refused(filled, "bytes after the end");
        refused(Arrays.copyOf(file, file.length + (2 << 20)), "bytes after the end");
    }

    @Test
    void refusesAnEntryThatComesTwice() {
        byte[] index = index(whole());
        refused(with(index), "a second time");
        byte[] again = header("./index.json", entrySize(index), '0');
        byte[] same = index.clone();
        System.arraycopy(again, 0, same, 0, BLOCK);
        refused(with(same), "a second time");
    }

    private static long entrySize(byte[] entry) {
        return TarHeader.read(Arrays.copyOf(entry, BLOCK), 0).size();
    }

    @Test
    void refusesNamesThatLeadElsewhere() {
        for (String name : List.of(
                "/etc/passwd",
                "../x",
                "blobs/sha256/../../x",
                "blobs/sha256/" + "a".repeat(63),
                "blobs/sha256/" + "A".repeat(64),
                "././index.json",
                "x")) {
            refused(with(TarHeader.write(name, 0)), "entry " + (name.startsWith("./") ? name.substring(2) : name));
        }
        refused(with(header("../", 0, '5')), "folder ../");
        refused(with(header("other/", 0, '5')), "folder other/");
    }

    @Test
    void refusesLinksDevicesAndOtherFormsOfTar() {
        for (char type : "123467xgLKSV".toCharArray()) {
            refused(with(header("blobs/sha256/" + "0".repeat(64), 0, type)), "of type '" + type + "'");
        }
        byte[] prefixed = TarHeader.write("index.json", 0);
        prefixed[345] = 'x';
        refused(with(summed(prefixed)), "another form of tar");
        byte[] old = TarHeader.write("index.json", 0);
        Arrays.fill(old, 257, 265, (byte) 0);
        refused(with(summed(old)), "another form of tar");
    }

    @Test
    void refusesGiganticSizesBeforeAnythingIsRead() {
        byte[] gigantic = TarHeader.write("blobs/sha256/" + "0".repeat(64), (1L << 33) - 1);
        refused(with(gigantic), "more than is wanted");
        byte[] binary = TarHeader.write("blobs/sha256/" + "0".repeat(64), 0);
        binary[124] = (byte) 0x80;
        refused(with(summed(binary)), "not octal");
        byte[] layout = TarHeader.write("oci-layout", 5000);
        Map<String, byte[]> entries = entries(whole());
        entries.put("oci-layout", layout);
        refused(tar(entries.values()), "oci-layout: 5000 bytes");
    }

    @Test
    void refusesAnIndexThatPointsAtNothing() {
        for (String name : entries(whole()).keySet()) {
            if (name.startsWith("blobs/") && !name.endsWith(Digest.of(MODEL).hex())) {
                Map<String, byte[]> entries = entries(whole());
                entries.remove(name);
                if (name.endsWith(Digest.of(Delivery.EMPTY).hex())) {
                    continue; // listed by no one but the manifests' config, which nobody fetches
                }
                refused(tar(entries.values()), "but not in the file");
            }
        }
        for (String name : List.of("index.json", "oci-layout")) {
            Map<String, byte[]> entries = entries(whole());
            entries.remove(name);
            refused(tar(entries.values()), name + ": not in the file");
        }
    }

    @Test
    void refusesWhatIsNoTarOfOurs() throws IOException {
        refused(new byte[0], "the file ends here: 0 bytes are no tar");
        refused("hello\n".getBytes(UTF_8), "the file ends here: 6 bytes are no tar");
        refused("PK".repeat(600).getBytes(UTF_8), "no tar header");
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(whole());
        }
        refused(Arrays.copyOf(zipped.toByteArray(), 4096), "no tar header");
        refused(new byte[4 << 20], "bytes after the end");
        refused(new byte[2 * BLOCK], "oci-layout: not in the file");
    }

    @Test
    void refusesABlobThatIsNotAsLongAsTheIndexSays() {
        Map<String, byte[]> entries = entries(whole());
        byte[] index = index(whole());
        String text = new String(index, BLOCK, (int) entrySize(index), UTF_8)
                .replace("\"size\":" + MANIFEST.length, "\"size\":" + (MANIFEST.length + 1));
        byte[] changed = Arrays.copyOf(TarHeader.write("index.json", text.length()), index.length);
        System.arraycopy(text.getBytes(UTF_8), 0, changed, BLOCK, text.length());
        entries.put("index.json", changed);

        refused(tar(entries.values()), "but has " + MANIFEST.length);
    }

    @Test
    void aWriterNeverMakesABlobOfAnotherLength() {
        Delivery delivery = new Delivery(Delivery.Kind.RECEIPTS, List.of());
        InputStream longer = new ByteArrayInputStream(new byte[11]);
        assertThatThrownBy(() -> BundleFileWriter.write(
                        OutputStream.nullOutputStream(),
                        delivery,
                        List.of(),
                        Map.of(Digest.of(new byte[10]), 10L),
                        digest -> longer))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("10 bytes");
    }
}
