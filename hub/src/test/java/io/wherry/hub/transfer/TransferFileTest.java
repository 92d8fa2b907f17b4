package io.wherry.hub.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.ExitCode;
import io.wherry.base.Progress;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.TransferList;
import io.wherry.contract.TransferList.Content;
import io.wherry.contract.TransferList.NamedFile;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.file.ImageManifest;
import io.wherry.hub.registry.TestRegistry;
import io.wherry.hub.source.OriginRepository;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transfer file as it is made, then with one thing wrong at a time: none of these gets as far as a target. */
class TransferFileTest {
    private static final int BLOCK = 512;
    private static final byte[] CHART = "a chart".getBytes(UTF_8);
    private static KeyPair keys;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeAKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
    }

    private static TransferList list(Content... contents) {
        return new TransferList(
                List.of(),
                List.of(),
                List.of(new NamedFile("chart.tgz", Digest.of(CHART))),
                List.of(contents),
                Optional.empty());
    }

    private static Content chart() {
        return new Content(TransferList.FILE, Digest.of(CHART), CHART.length);
    }

    private static byte[] file(byte[] envelope, byte[]... blobs) {
        Descriptor document = Descriptor.blob(Delivery.TRANSFER_LIST, envelope, Map.of());
        Map<Digest, byte[]> content = new HashMap<>();
        Map<Digest, Long> sizes = new HashMap<>();
        content.put(document.digest(), envelope);
        for (byte[] blob : blobs) {
            content.put(Digest.of(blob), blob);
            sizes.put(Digest.of(blob), (long) blob.length);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            BundleFileWriter.write(
                    out,
                    new Delivery(Delivery.Kind.TRANSFER, List.of(document)),
                    List.of(),
                    sizes,
                    digest -> new ByteArrayInputStream(content.get(digest)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static byte[] signed(TransferList list) {
        return Envelope.sign(list.toStatement(), EcdsaSigner.of(keys)).toJson();
    }

    private static byte[] whole() {
        return file(signed(list(chart())), CHART);
    }

    private TransferList open(byte[] file) throws IOException {
        Path path = Files.write(folder.resolve("x.transfer"), file);
        try (TransferFile opened = TransferFile.open(path, Optional.of(keys.getPublic()))) {
            return opened.list();
        }
    }

    private void refused(byte[] file, String... words) {
        assertThatThrownBy(() -> open(file))
                .isInstanceOfSatisfying(
                        TransferException.class, e -> assertThat(e.exit()).isEqualTo(ExitCode.VERIFICATION_FAILED))
                .message()
                .contains(words)
                .contains("x.transfer");
    }

    @Test
    void aWholeOneIsRead() throws IOException {
        assertThat(open(whole()).files()).extracting(NamedFile::name).containsExactly("chart.tgz");
    }

    @Test
    void aFileThatIsCutAnywhereIsRefused() {
        byte[] whole = whole();
        for (int length = 0; length < whole.length; length += 97) {
            refused(Arrays.copyOf(whole, length), "the file ends here");
        }
        refused(Arrays.copyOf(whole, whole.length - 1), "the file ends here");
    }

    /** A bit that says nothing may be another one: a file mode, a time, a name in the index that only tools read. */
    @Test
    void aFlippedBitIsRefusedOrChangesNothing() throws IOException {
        byte[] whole = whole();
        TransferList meant = open(whole);
        int refused = 0;
        for (int at = 0; at < whole.length; at += 3) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << (at % 8));
            try {
                assertThat(open(flipped)).as("byte %d", at).isEqualTo(meant);
            } catch (TransferException e) {
                assertThat(e.exit()).isEqualTo(ExitCode.VERIFICATION_FAILED);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length / 3 * 9 / 10);
    }

    @Test
    void bytesAfterTheEndAreRefused() {
        byte[] whole = whole();
        byte[] longer = Arrays.copyOf(whole, whole.length + 5);
        longer[longer.length - 1] = 1;
        refused(longer, "bytes after the end");
        refused(Arrays.copyOf(whole, whole.length + (2 << 20)), "bytes after the end");
    }

    @Test
    void anotherKeyOrNoSignatureIsRefused() throws Exception {
        byte[] statement = list(chart()).toStatement();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        refused(
                file(
                        Envelope.sign(statement, EcdsaSigner.of(generator.generateKeyPair()))
                                .toJson(),
                        CHART),
                "no good signature of key ",
                "SignatureInvalid");
        String unsigned =
                new String(signed(list(chart())), UTF_8).replaceAll("\"signatures\":\\[.*]", "\"signatures\":[]");
        refused(file(unsigned.getBytes(UTF_8), CHART), "signatures");
        refused(file(statement, CHART), "EnvelopeInvalid");
        refused(file("{}".getBytes(UTF_8), CHART), "EnvelopeInvalid");
    }

    /** A signature by the right key over another kind of document is no list. */
    @Test
    void anotherDocumentOfTheSameKeyIsRefused() {
        byte[] other = new String(list(chart()).toStatement(), UTF_8)
                .replace("https://wherry.io/transfer/v1", "https://wherry.io/release/v1")
                .getBytes(UTF_8);
        refused(file(Envelope.sign(other, EcdsaSigner.of(keys)).toJson(), CHART), "PredicateTypeWrong");
        byte[] subjects = new String(list(chart()).toStatement(), UTF_8)
                .replace("file/chart.tgz", "file/other.tgz")
                .getBytes(UTF_8);
        refused(file(Envelope.sign(subjects, EcdsaSigner.of(keys)).toJson(), CHART), "StatementInvalid", "subject");
    }

    @Test
    void theListAndTheFileMustAgree() {
        Content absent = new Content(TransferList.FILE, Digest.of(new byte[] {9}), 1);
        refused(file(signed(list(chart(), absent)), CHART), absent.digest().toString(), "but not in the file");
        refused(
                file(signed(list(new Content(TransferList.FILE, Digest.of(CHART), CHART.length + 1))), CHART),
                "listed with 8 bytes, but has 7");
        byte[] more = {1, 2, 3};
        refused(
                file(signed(list(chart())), CHART, more),
                Digest.of(more).toString(),
                "in the file but not in its list");
    }

    @Test
    void namesThatLeadElsewhereCannotBeSaid() {
        for (String name : List.of("../chart.tgz", "/etc/passwd", "a/b", ".ssh", "..", "", "x\n", "a".repeat(129))) {
            byte[] statement = new String(list(chart()).toStatement(), UTF_8)
                    .replace("chart.tgz", name.replace("\n", "\\n"))
                    .getBytes(UTF_8);
            refused(file(Envelope.sign(statement, EcdsaSigner.of(keys)).toJson(), CHART), "StatementInvalid", "file: ");
        }
    }

    /** The first blob of a whole file, under another header: the reader knows three kinds of names and one kind of entry. */
    @Test
    void entriesOfOtherNamesAndKindsAreRefused() {
        refused(with("../../etc/cron.d/x", 0, '0'), "entry ../../etc/cron.d/x");
        refused(with("/etc/passwd", 0, '0'), "entry /etc/passwd");
        refused(with("blobs/sha256/../../x", 0, '0'), "entry blobs/sha256/../../x");
        refused(with("blobs/sha256/" + "a".repeat(64), 0, '2'), "of type '2'", "no links");
        refused(with("blobs/sha256/" + "a".repeat(64), 0, '1'), "of type '1'");
        refused(with("index.json", 0, '0'), "a second time");
        refused(with("blobs/sha256/" + Digest.of(CHART).hex(), 0, '0'), "a second time");
        refused(with("blobs/sha256/" + "a".repeat(64), Limits.IMAGE_BLOB_BYTES, '0'), "the file ends here");
        refused(with("index2.json", Limits.IMAGE_BLOB_BYTES, '0'), "entry index2.json");
    }

    /** A whole file with one more entry before its end. */
    private static byte[] with(String name, long size, char type) {
        byte[] whole = whole();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(whole, 0, whole.length - 2 * BLOCK);
        out.writeBytes(header(name, size, type));
        out.writeBytes(new byte[2 * BLOCK]);
        return out.toByteArray();
    }

    private static byte[] header(String name, long size, char type) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, "0000644\0000000000\0000000000\0");
        put(block, 124, String.format(Locale.ROOT, "%011o\0", size));
        put(block, 136, "00000000000\0        " + type);
        put(block, 257, "ustar\00000");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
        return block;
    }

    private static void put(byte[] block, int at, String text) {
        byte[] bytes = text.getBytes(US_ASCII);
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    @Test
    void otherFilesOfOursAreNamed() throws IOException {
        Descriptor receipt = Descriptor.blob(Delivery.RECEIPT, CHART, Map.of());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleFileWriter.write(
                out,
                new Delivery(Delivery.Kind.RECEIPTS, List.of(receipt)),
                List.of(),
                Map.of(),
                digest -> new ByteArrayInputStream(CHART));
        refused(out.toByteArray(), "is a receipts file (expected: a transfer file)");
        refused("no tar at all".getBytes(UTF_8), "the file ends here");
    }

    /** Its manifest is there and listed, its layer is not: well signed, and still nothing of it is pushed. */
    @Test
    void anImageWithoutItsLayersIsNotBegun() throws IOException {
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"" + ImageManifest.OCI + "\",\"config\":" + part(CHART)
                        + ",\"layers\":[" + part(new byte[] {7}) + "]}")
                .getBytes(UTF_8);
        TransferList list = new TransferList(
                List.of(),
                List.of(new TransferList.Image("registry.example.org/team/web:1", Digest.of(manifest))),
                List.of(),
                List.of(chart(), new Content(ImageManifest.OCI, Digest.of(manifest), manifest.length)),
                Optional.empty());
        Path path = Files.write(folder.resolve("x.transfer"), file(signed(list), CHART, manifest));
        try (TestRegistry registry = TestRegistry.start();
                TransferFile opened = TransferFile.open(path, Optional.of(keys.getPublic()));
                TransferImport transfer = TransferImport.of(
                        opened,
                        new ImportRequest(Map.of(), Optional.of(registry.host()), Optional.empty(), Set.of()),
                        new Access(Logins.read(Optional.empty()), Optional.empty()),
                        InstantSource.system())) {
            assertThatThrownBy(() -> transfer.look(Progress.NONE))
                    .isInstanceOf(TransferException.class)
                    .hasMessageContaining(Digest.of(new byte[] {7}) + " is not in the file");
            assertThat(registry.writes).isEmpty();
        }
    }

    private static String part(byte[] bytes) {
        return "{\"mediaType\":\"application/octet-stream\",\"digest\":\"" + Digest.of(bytes) + "\",\"size\":"
                + bytes.length + "}";
    }

    /** Well signed, and still nothing of it is pushed. */
    @Test
    void aBundleThatIsNoneIsNotPushed() throws IOException {
        TransferList list = new TransferList(
                List.of(new TransferList.Repository(
                        "shop",
                        Digest.of(CHART),
                        Optional.empty(),
                        List.of(new TransferList.Ref("refs/heads/main", "a".repeat(40))))),
                List.of(),
                List.of(),
                List.of(chart()),
                Optional.empty());
        Path path = Files.write(folder.resolve("x.transfer"), file(signed(list), CHART));
        Path target = folder.resolve("shop.git");
        try (TransferFile opened = TransferFile.open(path, Optional.of(keys.getPublic()));
                TransferImport transfer = TransferImport.of(
                        opened,
                        new ImportRequest(
                                Map.of("shop", target.toString()), Optional.empty(), Optional.empty(), Set.of()),
                        new Access(Logins.read(Optional.empty()), Optional.empty()),
                        InstantSource.system())) {
            assertThatThrownBy(() -> transfer.look(Progress.NONE))
                    .isInstanceOf(TransferException.class)
                    .hasMessageContaining("repository shop: its bundle cannot be used");
            assertThat(target).doesNotExist();
        }
    }

    /** A real bundle, and a list that says another commit of its branch. */
    @Test
    void aBundleWithOtherRefsThanItsListIsNotPushed() throws Exception {
        Path key = Files.writeString(folder.resolve("key.pem"), pem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Access access = new Access(Logins.read(Optional.empty()), Optional.empty());
        Path path = folder.resolve("x.transfer");
        Path target = folder.resolve("target.git");
        try (OriginRepository outer = OriginRepository.create(folder.resolve("shop.git"))) {
            outer.commit("main", "a", "outside");
            TransferList good = new TransferExport(access, KeyFiles.signing(key), InstantSource.system(), Progress.NONE)
                    .write(
                            new ExportRequest(
                                    List.of(outer.folder().toString()),
                                    List.of(),
                                    Optional.empty(),
                                    List.of(),
                                    Optional.empty()),
                            path);
            byte[] bundle;
            try (TransferFile opened = TransferFile.open(path, Optional.of(keys.getPublic()))) {
                bundle = opened.read(good.repositories().getFirst().bundle(), 1 << 20);
            }
            TransferList lies = new TransferList(
                    List.of(new TransferList.Repository(
                            "shop",
                            Digest.of(bundle),
                            Optional.empty(),
                            List.of(new TransferList.Ref("refs/heads/main", "a".repeat(40))))),
                    List.of(),
                    List.of(),
                    good.contents(),
                    Optional.empty());
            Files.write(path, file(signed(lies), bundle));
        }
        try (TransferFile opened = TransferFile.open(path, Optional.of(keys.getPublic()));
                TransferImport transfer = TransferImport.of(
                        opened,
                        new ImportRequest(
                                Map.of("shop", target.toString()), Optional.empty(), Optional.empty(), Set.of()),
                        access,
                        InstantSource.system())) {
            assertThatThrownBy(() -> transfer.look(Progress.NONE))
                    .hasMessageContaining("its refs are not those of the list");
            assertThat(target).doesNotExist();
        }
    }

    /** Git's own check of the old value: between the look at a target and the push to it somebody else may push. */
    @Test
    void whatCameInsideSinceTheLookIsNotOverwritten() throws Exception {
        Path key = Files.writeString(folder.resolve("key.pem"), pem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Access access = new Access(Logins.read(Optional.empty()), Optional.empty());
        Path path = folder.resolve("y.transfer");
        try (OriginRepository outer = OriginRepository.create(folder.resolve("shop.git"));
                OriginRepository inner = OriginRepository.create(folder.resolve("inner.git"))) {
            outer.commit("main", "a", "outside");
            new TransferExport(access, KeyFiles.signing(key), InstantSource.system(), Progress.NONE)
                    .write(
                            new ExportRequest(
                                    List.of(outer.folder().toString()),
                                    List.of(),
                                    Optional.empty(),
                                    List.of(),
                                    Optional.empty()),
                            path);
            try (TransferFile opened = TransferFile.open(path, Optional.of(keys.getPublic()));
                    TransferImport transfer = TransferImport.of(
                            opened,
                            new ImportRequest(
                                    Map.of("shop", inner.folder().toString()),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Set.of()),
                            access,
                            InstantSource.system())) {
                assertThat(transfer.look(Progress.NONE))
                        .extracting(Item::change)
                        .containsExactly(Item.Change.CREATED);
                String own = inner.commit("main", "b", "inside");

                assertThatThrownBy(() -> transfer.carryOut(Progress.NONE))
                        .hasMessageContaining("did not take refs/heads/main");

                assertThat(inner.repository().resolve("refs/heads/main").name()).isEqualTo(own);
            }
        }
    }

    private static String pem() {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    @Test
    void whatTheMediumChangesAfterwardsIsNoticed() throws IOException {
        Path path = Files.write(folder.resolve("x.transfer"), whole());
        try (TransferFile opened = TransferFile.open(path, Optional.of(keys.getPublic()))) {
            byte[] changed = new String(whole(), java.nio.charset.StandardCharsets.ISO_8859_1)
                    .replace("a chart", "another")
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            Files.write(path, changed);
            FileImport files = new FileImport(
                    opened,
                    new ImportRequest(Map.of(), Optional.empty(), Optional.of(folder.resolve("files")), Set.of()));
            files.look();

            assertThatThrownBy(files::carryOut).hasMessageContaining("is another one now");

            try (var left = Files.list(folder.resolve("files"))) {
                assertThat(new ArrayList<>(left.toList())).isEmpty();
            }
        }
    }
}
