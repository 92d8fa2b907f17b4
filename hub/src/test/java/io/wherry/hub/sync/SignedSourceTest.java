package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import io.wherry.hub.source.Fetch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.RefUpdate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sites get, and what is written down, of a source that wants signatures. */
class SignedSourceTest {
    private static final String WEB = "services: {web: {image: 'shop:VERSION', environment: {MODE: \"${MODE}\"}}}\n";

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord north;

    @BeforeEach
    void start() throws Exception {
        hub = new SyncFixture(folder);
        north = hub.join("north", Map.of("app", "yes"));
        run("ssh-keygen", "-q", "-N", "", "-t", "ed25519", "-f", key().toString());
        stack("a");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private Path key() {
        return folder.resolve("key");
    }

    private void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private void stack(String mode) {
        hub.stack("shop", "shop", "variables: {MODE: " + mode + "}");
    }

    private void signedSource() throws IOException {
        hub.apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: main}
                spec:
                  type: git
                  url: %s
                  verify:
                    commitSignatures: true
                    allowedSigners: ada@example.org namespaces="git" %s
                """.formatted(
                hub.origin.folder(), Files.readString(folder.resolve("key.pub")).strip()));
    }

    private String commit(String version) {
        return hub.origin.commit("SHOP-1 " + version, Map.of("shop/compose.yaml", WEB.replace("VERSION", version)));
    }

    /** Makes the head one that is signed, as {@code git commit -S} does. */
    private void sign(String commit) throws Exception {
        try (FileRepository repository = new FileRepository(hub.origin.folder().toFile());
                ObjectInserter inserter = repository.newObjectInserter()) {
            byte[] raw = repository.open(ObjectId.fromString(commit)).getBytes();
            Path file = Files.write(folder.resolve("payload"), raw);
            Files.deleteIfExists(folder.resolve("payload.sig"));
            run("ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", key().toString(), file.toString());
            String text = new String(raw, ISO_8859_1);
            int message = text.indexOf("\n\n") + 1;
            String header = "gpgsig "
                    + Files.readString(folder.resolve("payload.sig")).strip().replace("\n", "\n ") + "\n";
            ObjectId signed = inserter.insert(
                    Constants.OBJ_COMMIT,
                    (text.substring(0, message) + header + text.substring(message)).getBytes(ISO_8859_1));
            inserter.flush();
            RefUpdate update = repository.updateRef("refs/heads/main");
            update.setNewObjectId(signed);
            update.setForceUpdate(true);
            assertThat(update.forceUpdate()).isEqualTo(RefUpdate.Result.FORCED);
        }
    }

    private Optional<?> bundle() {
        return hub.release(hub.entry(north, "shop")).bundle();
    }

    private Optional<Fetch.Failed> failure() {
        String uid =
                hub.fleet.resources.find(Source.class, "main").orElseThrow().uid();
        return hub.checks.status(uid).orElseThrow().refs().stream()
                .filter(ref -> ref.ref().equals(new Ref.Branch("main")))
                .findFirst()
                .orElseThrow()
                .failure();
    }

    private List<String> signaturesOf(String action) {
        return hub.fleet.audit.list(AuditQuery.ALL, 0, AuditLog.MAX_PAGE).stream()
                .map(record -> JsonReader.object(record.leaf()))
                .filter(leaf -> leaf.string("action").equals(action))
                .map(leaf -> leaf.object("sync").string("signature"))
                .toList();
    }

    @Test
    void nothingOfAnUnsignedCommitIsDeployedAndTheSignerIsWrittenDown() throws Exception {
        signedSource();
        commit("1");
        hub.check();
        assertThat(hub.assignments.newest(north.id()).map(_ -> hub.assignment(north)
                        .entries()))
                .as("nothing was ever offered")
                .matches(entries -> entries.isEmpty() || entries.get().isEmpty());
        assertThat(failure().orElseThrow().reason().code()).isEqualTo("NotSigned");

        sign(commit("2"));
        hub.check();
        Optional<?> good = bundle();
        assertThat(failure()).isEmpty();

        commit("3");
        hub.check();
        assertThat(bundle()).isEqualTo(good);
        stack("b");
        hub.sync.fleetChanged();
        assertThat(bundle())
                .as("what is signed is still rendered for other reasons")
                .isNotEqualTo(good);
        assertThat(signaturesOf("stack.offer")).hasSize(2).allSatisfy(signature -> assertThat(signature)
                .startsWith("ssh SHA256:")
                .endsWith("(ada@example.org)"));
        assertThat(hub.operations.history("shop").orElseThrow())
                .allSatisfy(entry -> assertThat(entry.from().signature()).endsWith("(ada@example.org)"));
    }

    @Test
    void rulesThatComeLaterStopWhatTheyForbidAndTakeNothingAway() throws Exception {
        hub.source();
        commit("1");
        hub.check();
        Optional<?> before = bundle();
        assertThat(signaturesOf("stack.offer")).containsExactly("unchecked");

        signedSource();
        stack("b"); // would be rendered anew from the commit that nobody signed
        hub.sync.fleetChanged();
        assertThat(bundle()).as("before the source was checked").isEqualTo(before);
        hub.check();
        assertThat(bundle()).isEqualTo(before);
        assertThat(failure().orElseThrow().reason().code()).isEqualTo("NotSigned");
        hub.restarted();
        hub.check();
        assertThat(bundle()).as("after a restart").isEqualTo(before);

        hub.source();
        hub.check();
        assertThat(bundle()).isNotEqualTo(before);
    }
}
