package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.AgentConfig;
import io.wherry.agent.Unsealing;
import io.wherry.contract.Difference;
import io.wherry.contract.Entry;
import io.wherry.contract.EntryState;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a site does with the secrets that its entries bring: files in memory, one per version, never anywhere else. */
class SealedSecretsTest extends OnASite {
    private static final String FIRST = "canary-of-the-first-value";
    private static final String SECOND = "canary-of-the-second-value";

    @Test
    void aSecretIsThereForItsServiceAndForNobodyElseOnTheHost() throws IOException {
        site.runtime.beforeApply = () -> assertThat(values()).containsExactly(FIRST); // before anything mounts it
        applied(1, FIRST);

        Path file = files().getFirst();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("r--r--r--");
        for (Path folder = requireNonNull(file.getParent());
                !folder.equals(temp);
                folder = requireNonNull(folder.getParent())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                    .as("%s", folder)
                    .isEqualTo("rwx------");
        }
        assertThat(site.told()).containsExactly("APPLIED 1");
    }

    @Test
    void aNewValueIsANewFileAndTheOldOneGoesWhenNothingNeedsIt() {
        applied(1, FIRST);
        site.runtime.starting.add(2L);
        site.assign(entry(2, 2, SECOND));
        site.turn(shop);
        assertThat(values()).as("both, while one may have to come back").containsExactly(FIRST, SECOND);

        site.runtime.starting.clear();
        site.settle(shop);
        later();

        assertThat(values()).containsExactly(SECOND);
    }

    @Test
    void goingBackUsesTheValueOfWhatRanBefore() {
        applied(1, FIRST);
        site.runtime.sick.add(2L);
        site.runtime.beforeRollback = () -> assertThat(values()).contains(FIRST);
        site.assign(entry(2, 2, SECOND));
        site.settle(shop);

        assertThat(site.told()).endsWith("ROLLED_BACK 2");
        assertThat(values()).containsExactly(FIRST);
    }

    @Test
    void whatWasSealedToAnotherAgentIsRefusedBeforeAnythingIsTouched() throws GeneralSecurityException {
        byte[] other = KeyPairGenerator.getInstance("X25519")
                .generateKeyPair()
                .getPublic()
                .getEncoded();
        SealedSecret foreign = new SecretSeal(
                        site.hub.trustDomain, site.state.membership().agentId(), shop)
                .seal(
                        "db",
                        "secret00000000000000000001",
                        1,
                        Arrays.copyOfRange(other, other.length - 32, other.length),
                        TestSite.bytes(FIRST));

        site.assign(site.entry(shop, "shop", 1, TestSite.options("shop"), foreign));
        site.settle(shop);

        assertThat(site.states().getLast().reason()).isEqualTo("SecretUnreadable");
        assertThat(site.states().getLast().message()).contains("secret db (version 1)");
        assertThat(site.runtime.running).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsMadeAgain() throws IOException {
        applied(1, FIRST);
        Files.delete(files().getFirst());
        later();

        assertThat(values()).containsExactly(FIRST);
        assertThat(site.told()).endsWith("CORRECTED 1");
    }

    @Test
    void anotherValueIsToldAsAHashAndPutRightWhereContainersSeeIt() throws IOException {
        applied(1, FIRST);
        Path file = files().getFirst();
        Object inode = Files.getAttribute(file, "unix:ino");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, SECOND);

        List<Difference> drift = site.same.diff(deployment());
        later();

        assertThat(drift).singleElement().satisfies(difference -> {
            assertThat(difference.object()).isEqualTo("secret/db");
            assertThat(difference.field()).isEqualTo("value");
            assertThat(difference.wanted()).matches("hmac:[0-9a-f]{12}");
            assertThat(difference.found()).matches("hmac:[0-9a-f]{12}").isNotEqualTo(difference.wanted());
        });
        assertThat(values()).containsExactly(FIRST);
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
        assertThat(site.told()).endsWith("CORRECTED 1");
    }

    /** After a power cut: the memory is empty, and only the state folder is left. */
    @Test
    void unsealBringsBackWhatRunsFromTheStateFolderAlone() throws IOException {
        applied(1, FIRST);
        site.runtime.starting.add(2L);
        site.assign(entry(2, 2, SECOND));
        site.turn(shop);
        clear();
        site.close();
        AgentConfig config = AgentConfig.of(
                Path.of("agent.yaml"),
                new byte[0],
                Map.of(
                        "WHERRY_AGENT_SECRETS_FOLDER",
                        site.secrets.toString(),
                        "WHERRY_AGENT_SECRETS_ON_DISK",
                        "allow"));

        Unsealing.Unsealed unsealed = Unsealing.of(temp.resolve("data"), config);

        assertThat(unsealed.problems()).isEmpty();
        assertThat(unsealed.written()).containsExactly("shop/db");
        assertThat(unsealed.toString()).doesNotContain("canary");
        assertThat(values()).as("last good, and what is in the middle").containsExactly(FIRST, SECOND);
        assertThat(Unsealing.of(temp.resolve("data"), config).written()).isEmpty();
        site.restart();
    }

    @Test
    void aStackThatIsRemovedLeavesNone() {
        applied(1, FIRST);
        site.assign(site.absent(shop, "shop", 2, "service/web"));
        site.settle(shop);

        assertThat(files()).isEmpty();
    }

    /** Requirement S16: journal, assignment, receipts, history and outbox hold no value; sealed ones are of no use without the key. */
    @Test
    void noFileOfTheStateFolderHoldsAValue() throws IOException {
        applied(1, FIRST);
        site.runtime.sick.add(2L);
        site.assign(entry(2, 2, SECOND));
        site.settle(shop);
        Files.delete(files().getFirst());
        later();

        StringBuilder all = new StringBuilder();
        try (Stream<Path> tree = Files.walk(temp.resolve("data"))) {
            for (Path file : tree.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), ISO_8859_1));
            }
        }
        assertThat(all.toString()).contains("sealedSecrets").doesNotContain(FIRST, SECOND);
        assertThat(site.states().toString()).contains("ROLLED_BACK").doesNotContain(FIRST, SECOND);
    }

    private void applied(long generation, String value) {
        site.assign(entry(generation, generation, value));
        site.settle(shop);
        EntryState last = site.states().getLast();
        assertThat(last.outcome().name()).as("%s", last).isEqualTo("APPLIED");
    }

    private Entry entry(long generation, long version, String value) {
        return site.entry(shop, "shop", generation, TestSite.options("shop"), site.sealed(shop, "db", version, value));
    }

    private io.wherry.agent.runtime.Deployment deployment() {
        return site.deployments().of(site.record(shop).good().orElseThrow());
    }

    private void later() {
        site.pass(Duration.ofMinutes(10));
        site.settle(shop);
    }

    private List<Path> files() {
        if (!Files.exists(site.secrets)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(site.secrets)) {
            return tree.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> values() {
        return files().stream()
                .map(file -> {
                    try {
                        return Files.readString(file);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private void clear() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
    }
}
