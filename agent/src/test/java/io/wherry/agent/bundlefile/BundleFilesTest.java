package io.wherry.agent.bundlefile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.reconcile.TestHubKeys;
import io.wherry.agent.reconcile.TestSite;
import io.wherry.agent.state.StateException;
import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.BundleRef;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.Manifest;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.verify.Adoption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real files, real signatures, a real state folder; nothing of a refused file may be left in it. */
class BundleFilesTest {
    @TempDir
    Path folder;

    private TestSite site;
    private TestFiles files;

    @BeforeEach
    void join() {
        site = new TestSite(folder.resolve("state"));
        files = new TestFiles(site.hub);
    }

    @AfterEach
    void leave() {
        site.close();
    }

    private String own() {
        return site.state.membership().agentId().value();
    }

    private byte[] envelope(long sequence, Optional<Digest> previous, Entry... entries) {
        return site.hub.assignment(site.state, sequence, previous, site.now, entries);
    }

    private Path file(long sequence, Entry... entries) throws IOException {
        return files.assignment(own(), envelope(sequence, site.state.floor().digest(), entries))
                .write(folder.resolve(sequence + ".wherry"));
    }

    private List<String> stored(String name) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve("state").resolve(name))) {
            return all.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private void refused(Path file, String reason, String words) throws IOException {
        var floor = site.state.floor();
        var adopted = site.state.adopted();
        List<String> blobs = stored("blobs");
        for (FileVerdict verdict :
                List.of(site.files().verify(file), site.files().apply(file))) {
            assertThat(verdict).isInstanceOfSatisfying(FileVerdict.Refused.class, refused -> {
                assertThat(refused.reason()).isEqualTo(reason);
                assertThat(refused.detail()).contains(words);
            });
        }
        assertThat(site.state.floor()).isEqualTo(floor);
        assertThat(site.state.adopted()).isEqualTo(adopted);
        assertThat(stored("blobs")).isEqualTo(blobs);
        assertThat(stored("partial")).isEmpty();
    }

    @Test
    void adoptsAnAssignmentWithAllItsContent() throws IOException {
        Entry shop = files.entry("shop", 1);
        Path file = file(1, shop);

        assertThat(site.files().verify(file)).isInstanceOf(FileVerdict.Accepted.class);
        assertThat(site.state.adopted()).as("only looked at").isEmpty();
        assertThat(stored("blobs")).isEmpty();

        FileVerdict verdict = site.files().apply(file);

        assertThat(verdict).isInstanceOfSatisfying(FileVerdict.Accepted.class, accepted -> assertThat(accepted.news())
                .isTrue());
        Files.delete(file); // the stick is pulled out
        site.restart();
        assertThat(site.state.adopted().orElseThrow().entries()).containsExactly(shop);
        assertThat(site.blobs().hasStatement(shop.release())).isTrue();
        BundleRef bundle = shop.bundle().orElseThrow();
        Manifest.parse(site.blobs().read(bundle.digest(), Limits.MANIFEST_BYTES))
                .layers()
                .forEach(layer -> assertThat(site.blobs().has(layer.digest())).isTrue());
        assertThat(stored("partial")).isEmpty();
    }

    @Test
    void saysHowFarTheFileIsRead() throws IOException {
        Path file = file(1, files.entry("shop", 1));
        Map<String, Long> left = new TreeMap<>();

        site.files().verify(file, (what, doneBytes, allBytes) -> left.put(what, allBytes - doneBytes));

        assertThat(left).containsExactly(Map.entry("checking 1.wherry", 0L));
    }

    @Test
    void applyingItAgainIsHarmlessAndBringsBackLostContent() throws IOException {
        Entry shop = files.entry("shop", 1);
        Path file = file(1, shop);
        site.files().apply(file);
        site.blobs().keepOnly(Set.of());

        assertThat(site.files().apply(file))
                .isInstanceOfSatisfying(FileVerdict.Accepted.class, accepted -> assertThat(accepted.news())
                        .isFalse());
        assertThat(site.blobs().has(shop.bundle().orElseThrow().digest())).isTrue();
    }

    @Test
    void sequencesOfLostFilesMayBeMissing() throws IOException {
        site.files().apply(file(1, files.entry("shop", 1)));
        files = new TestFiles(site.hub);

        assertThat(site.files().apply(file(7, files.entry("shop", 2)))).isInstanceOf(FileVerdict.Accepted.class);
        assertThat(site.state.floor().sequence()).isEqualTo(7);
    }

    @Test
    void anOfferOverTheLinkFollowsOneOfAFile() throws IOException {
        Entry shop = files.entry("shop", 1);
        site.files().apply(file(3, shop));

        assertThat(site.offer(envelope(4, site.state.floor().digest(), shop))).isInstanceOf(Adoption.Adopted.class);
    }

    @Test
    void aFileBringsOnlyWhatIsNotHereAlready() throws IOException {
        Entry shop = files.entry("shop", 1);
        site.files().apply(file(1, shop));
        files = new TestFiles(site.hub);

        assertThat(site.files().apply(file(2, shop))).isInstanceOf(FileVerdict.Accepted.class);
    }

    @Test
    void eachAgentTakesItsOwnAndOthersAreRefused() throws IOException {
        Path foreign = files.assignment("agt-other", envelope(1, Optional.empty(), files.entry("shop", 1)))
                .write(folder.resolve("foreign.wherry"));
        refused(foreign, "FileForOthers", "it is for north");
        Path mislabelled =
                new TestFiles(site.hub).assignment(own(), foreign()).write(folder.resolve("mislabelled.wherry"));
        refused(mislabelled, "OtherAgent", "");
        Path both = files.assignment(own(), envelope(1, Optional.empty())).write(folder.resolve("both.wherry"));
        assertThat(site.files().apply(both)).isInstanceOf(FileVerdict.Accepted.class);
    }

    /** Well signed, for another agent of the same hub. */
    private byte[] foreign() {
        var own = Assignment.parse(JsonReader.statement(
                Envelope.parse(envelope(1, Optional.empty())).payload(), Limits.STATEMENT_BYTES));
        var other = new Assignment(
                own.trustDomain(),
                AgentId.random(new SecureRandom()),
                own.agentKeyHash(),
                own.epoch(),
                own.sequence(),
                own.previous(),
                own.issuedAt(),
                own.expiresAt(),
                own.hubs(),
                own.entries(),
                own.images(),
                own.crit());
        return Envelope.sign(other.toStatement(), EcdsaSigner.of(site.hub.hub)).toJson();
    }

    @Test
    void refusesAnOlderOne() throws IOException {
        Path older = file(1, files.entry("shop", 1));
        files = new TestFiles(site.hub);
        site.files().apply(file(2, files.entry("shop", 2)));

        refused(older, "SequenceTooOld", "export it anew: wherry bundle export --agent site-1");
    }

    @Test
    void refusesAnExpiredOne() throws IOException {
        Path file = file(1, files.entry("shop", 1));
        site.now = site.now.plus(Duration.ofDays(31));

        refused(file, "Expired", "");
    }

    @Test
    void refusesOneOfAnotherHubAndOneThatNobodySigned() throws IOException {
        TestHubKeys stranger = new TestHubKeys();
        Path other = files.assignment(own(), stranger.assignment(site.state, 1, Optional.empty(), site.now))
                .write(folder.resolve("other.wherry"));
        refused(other, "SignatureInvalid", "");
        String signed = new String(envelope(1, Optional.empty()), UTF_8);
        Path unsigned = new TestFiles(site.hub)
                .assignment(
                        own(),
                        signed.replaceAll("\"sig\":\"[^\"]*\"", "\"sig\":\"AAAA\"")
                                .getBytes(UTF_8))
                .write(folder.resolve("unsigned.wherry"));
        refused(unsigned, "SignatureInvalid", "");
    }

    @Test
    void refusesOneThatIsNotWhole() throws IOException {
        Entry shop = files.entry("shop", 1);
        files.assignment(own(), envelope(1, Optional.empty(), shop));
        refused(files.withoutBlobs().write(folder.resolve("1.wherry")), "FileIncomplete", "blob sha256:");
        refused(files.withoutBundles().write(folder.resolve("2.wherry")), "FileIncomplete", "stack shop: its bundle");
        refused(files.withoutReleases().write(folder.resolve("3.wherry")), "FileIncomplete", "stack shop: its release");
    }

    private byte[] withImages(long sequence, List<CarriedImage> images, Entry... entries) {
        return site.hub.assignment(site.state, sequence, site.state.floor().digest(), site.now, images, entries);
    }

    @Test
    void loadsTheImagesThatItsAssignmentNamesBeforeItAdoptsIt() throws IOException {
        Entry shop = files.entry("shop", 1);
        CarriedImage image = files.image("shop:1");
        files.image("nobody/asked:1");
        Path file = files.assignment(own(), withImages(1, List.of(image), shop)).write(folder.resolve("1.wherry"));

        assertThat(site.files().verify(file)).isInstanceOf(FileVerdict.Accepted.class);
        assertThat(site.loadedImages()).as("only looked at").isEmpty();

        assertThat(site.files().apply(file)).isInstanceOf(FileVerdict.Accepted.class);
        assertThat(site.loadedImages())
                .as("what the hub signed, and nothing else")
                .containsExactly("shop:1");
        assertThat(stored("partial")).isEmpty();
    }

    @Test
    void aMediumThatIsPulledOutWhileImagesAreReadIsToldAndChangesNothing() throws IOException {
        CarriedImage image = files.image("shop:1");
        Path file = files.assignment(own(), withImages(1, List.of(image), files.entry("shop", 1)))
                .write(folder.resolve("1.wherry"));
        site.beforeLoad(() -> write(file, new byte[0]));

        assertThatThrownBy(() -> site.files().apply(file))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("nothing changed")
                .hasMessageContaining("became shorter");
        assertThat(site.state.adopted()).isEmpty();
        assertThat(stored("blobs")).isEmpty();
        assertThat(site.loadedImages()).isEmpty();
    }

    @Test
    void aMediumThatGivesOtherBytesTheSecondTimeIsRefused() throws IOException {
        CarriedImage image = files.image("shop:1");
        Path file = files.assignment(own(), withImages(1, List.of(image), files.entry("shop", 1)))
                .write(folder.resolve("1.wherry"));
        byte[] rotten = new String(Files.readAllBytes(file), ISO_8859_1)
                .replace("a layer of", "A layer of")
                .getBytes(ISO_8859_1);
        site.beforeLoad(() -> write(file, rotten));

        assertThat(site.files().apply(file))
                .isInstanceOfSatisfying(FileVerdict.Refused.class, refused -> assertThat(refused.detail())
                        .contains("is another one now"));
        assertThat(site.state.adopted()).isEmpty();
        assertThat(site.loadedImages()).isEmpty();
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anImageThatTheEngineHasNeedNotBeInTheFile() throws IOException {
        CarriedImage image = files.image("shop:1");
        site.files()
                .apply(files.assignment(own(), withImages(1, List.of(image), files.entry("shop", 1)))
                        .write(folder.resolve("1.wherry")));
        files = new TestFiles(site.hub);
        Path lean = files.assignment(own(), withImages(2, List.of(image), files.entry("shop", 2)))
                .write(folder.resolve("2.wherry"));

        assertThat(site.files().apply(lean)).isInstanceOf(FileVerdict.Accepted.class);
    }

    @Test
    void refusesImagesThatAreNotWholeOrNotThoseThatWereSigned() throws IOException {
        Entry shop = files.entry("shop", 1);
        CarriedImage image = files.image("shop:1");
        CarriedImage other = files.image("other:1");
        CarriedImage swapped = new CarriedImage("shop:1", other.manifest(), image.config());
        refused(
                files.assignment(own(), withImages(1, List.of(swapped), shop)).write(folder.resolve("swapped")),
                "FileIncomplete",
                "image shop:1: has configuration");
        files = new TestFiles(site.hub);
        Entry again = files.entry("shop", 1);
        files.image("shop:1");
        refused(
                files.without(image.config())
                        .assignment(own(), withImages(1, List.of(image), again))
                        .write(folder.resolve("cut")),
                "FileIncomplete",
                "image shop:1: lacks blob " + image.config());
        refused(
                files.without(image.manifest()).write(folder.resolve("none")),
                "FileIncomplete",
                "neither in the file nor on this site's engine");
        assertThat(site.loadedImages()).isEmpty();
    }

    @Test
    void withoutAnEngineNoImageIsTakenAndNothingChanges() throws IOException {
        Entry shop = files.entry("shop", 1);
        CarriedImage image = files.image("shop:1");
        Path file = files.assignment(own(), withImages(1, List.of(image), shop)).write(folder.resolve("1.wherry"));
        site.engine(false);

        assertThat(site.files().apply(file))
                .isInstanceOfSatisfying(FileVerdict.Refused.class, refused -> assertThat(refused.reason())
                        .isEqualTo("RuntimeUnreachable"));
        assertThat(site.state.adopted()).isEmpty();

        site.engine(true);
        assertThat(site.files().apply(file)).isInstanceOf(FileVerdict.Accepted.class);
    }

    @Test
    void refusesWhatIsDamagedOrNoBundleFile() throws IOException {
        Path file = file(1, files.entry("shop", 1));
        byte[] bytes = Files.readAllBytes(file);
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length / 2));
        refused(cut, "FileDamaged", "the file ends here");
        refused(folder, "FileDamaged", "no plain file");
        refused(
                new TestFiles(site.hub).write(folder.resolve("r"), Delivery.Kind.RECEIPTS),
                "FileForOthers",
                "wherry bundle import-receipts");
        refused(
                new TestFiles(site.hub)
                        .document(Delivery.RELEASE, new byte[] {1}, Map.of(Delivery.PAYLOAD, "rubbish"))
                        .assignment(own(), envelope(1, Optional.empty()))
                        .write(folder.resolve("p")),
                "FileDamaged",
                Delivery.PAYLOAD);
        refused(
                new TestFiles(site.hub)
                        .assignment(own(), new byte[Limits.ENVELOPE_BYTES + 1])
                        .write(folder.resolve("l")),
                "FileDamaged",
                "at most");
        assertThatThrownBy(() -> site.files().apply(folder.resolve("nowhere")))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("nothing changed");
    }
}
