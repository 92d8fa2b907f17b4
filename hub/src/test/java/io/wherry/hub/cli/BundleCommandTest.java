package io.wherry.hub.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Acknowledgement;
import io.wherry.contract.AgentId;
import io.wherry.contract.Assignment;
import io.wherry.contract.Digest;
import io.wherry.contract.EcdsaSigner;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryOptions;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.file.BundleFileWriter;
import io.wherry.contract.file.Delivery;
import io.wherry.contract.file.Descriptor;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.TestDevice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about files; the hub behind them is a canned one, the files are real. */
class BundleCommandTest {
    private static final AgentId NORTH = AgentId.random(new SecureRandom());

    @TempDir
    Path folder;

    private record Document(String mediaType, byte[] bytes) {}

    private static byte[] file(Delivery.Kind kind, String mediaType, byte[]... documents) {
        return file(
                kind,
                List.of(documents).stream()
                        .map(bytes -> new Document(mediaType, bytes))
                        .toList());
    }

    private static byte[] file(Delivery.Kind kind, List<Document> documents) {
        Map<Digest, byte[]> content = new HashMap<>();
        List<Descriptor> listed = documents.stream()
                .map(one -> {
                    Descriptor document = Descriptor.blob(
                            one.mediaType(),
                            one.bytes(),
                            Map.of(Delivery.AGENT, NORTH.value(), Delivery.AGENT_NAME, "north"));
                    content.put(document.digest(), one.bytes());
                    return document;
                })
                .toList();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            BundleFileWriter.write(
                    out,
                    new Delivery(kind, listed),
                    List.of(),
                    Map.of(),
                    digest -> new ByteArrayInputStream(content.get(digest)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static Assignment assignment(List<Entry> entries) {
        return new Assignment(
                Digest.of(new byte[] {1}),
                NORTH,
                Digest.of(new byte[] {2}),
                3,
                7,
                Optional.empty(),
                Cli.NOW,
                Cli.NOW.plus(Duration.ofDays(90)),
                List.of("hub.example:8444"),
                entries,
                List.of(),
                List.of());
    }

    private static byte[] bundles(byte[]... acknowledgements) {
        Assignment assignment = assignment(List.of());
        EcdsaSigner signer = EcdsaSigner.of(TestDevice.create().keys());
        List<Document> documents = new ArrayList<>();
        documents.add(new Document(
                Delivery.ASSIGNMENT,
                Envelope.sign(assignment.toStatement(), signer).toJson()));
        for (byte[] acknowledgement : acknowledgements) {
            documents.add(new Document(Delivery.ACKNOWLEDGEMENT, acknowledgement));
        }
        return file(Delivery.Kind.BUNDLES, documents);
    }

    @Test
    void exportHasItsNameOnlyOnceItIsWhole() throws IOException {
        Path target = folder.resolve("north.wherry");
        byte[] whole = bundles();
        try (CannedHub hub = CannedHub.start(folder)) {
            Cli cli = new Cli(folder).loggedIn(hub, folder);
            hub.on("POST /bundle-files", 200, new String(whole, UTF_8).substring(0, whole.length - 512));

            Cli.Ran cut = cli.run("bundle", "export", "--agent", "north", "-o", target.toString());

            assertThat(cut.exit()).isEqualTo(8);
            assertThat(cut.err())
                    .contains("was not written", "the file ends here", "the hub's log says what broke off");
            assertThat(target).doesNotExist();
            assertThat(folder).isDirectoryNotContaining("glob:**/.north*");
            hub.on("POST /bundle-files", 200, new String(whole, UTF_8));

            Cli.Ran ran =
                    cli.run("bundle", "export", "--agent", "north", "--valid-for", "90d", "-o", target.toString());

            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("north.wherry: 1 agent, ");
            assertThat(hub.requests()).last().asString().contains("\"agents\":[\"north\"]", "\"validFor\":\"90d\"");
            assertThat(target).hasBinaryContent(whole);
            hub.problem("POST /bundle-files", 404, "ExportUnknownAgent", "agent nort does not exist", "");
            assertThat(cli.run("bundle", "export", "--agent", "nort", "-o", target.toString())
                            .err())
                    .contains("agent nort does not exist");
            assertThat(target).as("what was there stays").hasBinaryContent(whole);
            assertThat(cli.run("bundle", "export", "-o", target.toString()).exit())
                    .isEqualTo(2);
            Cli.Ran onto = cli.run("bundle", "export", "--agent", "north", "-o", folder.toString());
            assertThat(onto.exit()).isEqualTo(2);
            assertThat(onto.err()).contains(folder + " is a folder (name a file in it)");
        }
    }

    @Test
    void inspectShowsWhatIsInAFileWithoutAHub() throws IOException {
        Path file = Files.write(folder.resolve("north.wherry"), bundles());

        assertThat(new Cli(folder).run("bundle", "inspect", file.toString()).out())
                .isEqualTo("""
                    AGENT  EPOCH  SEQUENCE  VALID UNTIL           STACK   GENERATION  STATE  BUNDLE  SIZE  CONTENT
                    north  3      7         2026-05-30T12:00:00Z  (none)                                   ✔ whole
                    """);
        assertThat(new Cli(folder)
                        .run("bundle", "inspect", file.toString(), "-o", "json")
                        .out())
                .contains("\"agentId\": \"" + NORTH.value() + "\"", "\"sequence\": 7");
        assertThat(new Cli(folder)
                        .run("bundle", "inspect", folder.resolve("none").toString())
                        .err())
                .contains("does not exist");
        Path receipts = Files.write(folder.resolve("r"), file(Delivery.Kind.RECEIPTS, Delivery.RECEIPT));
        assertThat(new Cli(folder).run("bundle", "inspect", receipts.toString()))
                .satisfies(ran -> assertThat(ran.exit()).isEqualTo(8))
                .satisfies(ran -> assertThat(ran.err()).contains("is a receipts file (expected: a bundle file)"));
    }

    /** A file of one stack, whose content was left out of it. */
    private static byte[] withoutContent(Map<String, String> annotations) throws IOException {
        EcdsaSigner signer = EcdsaSigner.of(TestDevice.create().keys());
        byte[] release = ReleaseSigningTest.release().toStatement();
        Entry entry = new Entry(
                ReleaseSigningTest.release().stack(),
                "shop",
                1,
                Entry.State.PRESENT,
                Digest.of(release),
                ReleaseSigningTest.release().bundle(),
                new TreeMap<>(),
                List.of(),
                Optional.empty(),
                EntryOptions.parse(JsonReader.object("""
                        {"project": "shop", "observeMs": 10000, "healthTimeoutMs": 300000, "prune": true, "correctDrift": true,
                         "alwaysApply": false, "siteIntervalMs": 60000, "onUnhealthy": "rollback", "dependsOn": []}
                        """.getBytes(UTF_8))));
        byte[] assignment =
                Envelope.sign(assignment(List.of(entry)).toStatement(), signer).toJson();
        byte[] signed = Envelope.sign(release, signer).toJson();
        Map<String, String> ofAssignment = new HashMap<>(annotations);
        ofAssignment.put(Delivery.AGENT_NAME, "north");
        List<Descriptor> listed = List.of(
                Descriptor.blob(Delivery.ASSIGNMENT, assignment, ofAssignment),
                Descriptor.blob(
                        Delivery.RELEASE,
                        signed,
                        Map.of(Delivery.PAYLOAD, Digest.of(release).toString())));
        Map<Digest, byte[]> content = Map.of(Digest.of(assignment), assignment, Digest.of(signed), signed);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleFileWriter.write(
                out,
                new Delivery(Delivery.Kind.BUNDLES, listed),
                List.of(),
                Map.of(),
                digest -> new ByteArrayInputStream(content.get(digest)));
        return out.toByteArray();
    }

    @Test
    void inspectTellsWhatWasLeftOutOnPurposeFromWhatIsLacking() throws IOException {
        Path lean = Files.write(folder.resolve("lean.wherry"), withoutContent(Map.of(Delivery.SINCE_RECEIPTS, "true")));
        Path broken = Files.write(folder.resolve("broken.wherry"), withoutContent(Map.of()));

        Cli.Ran leftOut = new Cli(folder).run("bundle", "inspect", lean.toString());
        assertThat(leftOut.exit()).as(leftOut.out() + leftOut.err()).isZero();
        assertThat(leftOut.out()).contains("at the site already").doesNotContain("✘");
        Cli.Ran lacking = new Cli(folder).run("bundle", "inspect", broken.toString());
        assertThat(lacking.exit()).isEqualTo(8);
        assertThat(lacking.out()).contains("✘ lacks bundle sha256:");
    }

    @Test
    void inspectShowsWhichReceiptsAreAtTheHub() throws IOException {
        Acknowledgement acknowledgement =
                new Acknowledgement(Digest.of(new byte[] {1}), NORTH, 3, 41, Digest.of(new byte[] {4}), Cli.NOW);
        byte[] signed = Envelope.sign(
                        acknowledgement.toStatement(),
                        EcdsaSigner.of(TestDevice.create().keys()))
                .toJson();
        Path file = Files.write(folder.resolve("north.wherry"), bundles(signed));

        assertThat(new Cli(folder).run("bundle", "inspect", file.toString()).out())
                .endsWith("""

                    AGENT  RECEIPTS AT THE HUB  AS OF
                    north  1 to 41              2026-03-01T12:00:00Z
                    """);
        assertThat(new Cli(folder)
                        .run("bundle", "inspect", file.toString(), "-o", "json")
                        .out())
                .contains("\"counter\": 41", "\"receipt\": \"sha256:");
    }

    @Test
    void whatCannotBeReadOfReceiptsIsSaidAndHidesNothingElse() throws IOException {
        for (byte[][] bad : List.of(
                new byte[][] {"rubbish".getBytes(UTF_8)},
                new byte[][] {new byte[Limits.ACKNOWLEDGEMENT_ENVELOPE_BYTES + 1]},
                new byte[][] {{1}, {2}})) {
            Path file = Files.write(folder.resolve("north.wherry"), bundles(bad));

            Cli.Ran ran = new Cli(folder).run("bundle", "inspect", file.toString());

            assertThat(ran.exit()).isZero();
            assertThat(ran.out()).contains("✔ whole", "north  ✘ ");
        }
    }

    @Test
    void receiptsAreHandedInInBatchesBelowTheLimitOfABody() throws IOException {
        byte[][] receipts = new byte[12][];
        for (int i = 0; i < receipts.length; i++) {
            receipts[i] = new byte[340 << 10];
            receipts[i][0] = (byte) i;
        }
        Path file =
                Files.write(folder.resolve("site.receipts"), file(Delivery.Kind.RECEIPTS, Delivery.RECEIPT, receipts));
        try (CannedHub hub = CannedHub.start(folder)) {
            hub.on(
                    "POST /receipts",
                    200,
                    "{\"items\":[{\"agent\":\"north\",\"receipts\":6,\"new\":2,\"unverified\":0}]}");

            Cli.Ran ran = new Cli(folder).loggedIn(hub, folder).run("bundle", "import-receipts", file.toString());

            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).isEqualTo("agent/north: 12 receipts, 4 of them new\n");
            assertThat(hub.requests().stream().filter(request -> request.startsWith("POST /receipts")))
                    .hasSize(2)
                    .allMatch(request -> request.length() < 4 << 20);
        }
    }

    @Test
    void receiptsThatDoNotVerifyAreNotPassedOver() throws IOException {
        Path file = Files.write(
                folder.resolve("site.receipts"), file(Delivery.Kind.RECEIPTS, Delivery.RECEIPT, new byte[][] {{1}}));
        try (CannedHub hub = CannedHub.start(folder)) {
            hub.on(
                    "POST /receipts",
                    200,
                    "{\"items\":[{\"agent\":\"north\",\"receipts\":1,\"new\":0,\"unverified\":1}]}");

            Cli.Ran ran = new Cli(folder).loggedIn(hub, folder).run("bundle", "import-receipts", file.toString());

            assertThat(ran.exit()).isEqualTo(8);
            assertThat(ran.out()).isEqualTo("agent/north: 1 receipt, none of them new\n");
            assertThat(ran.err()).contains("1 receipt of agent/north does not verify", "copy the file again");
        }
    }
}
