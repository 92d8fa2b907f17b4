package io.wherry.hub.sync;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Secret;
import io.wherry.contract.AgentId;
import io.wherry.contract.Entry;
import io.wherry.contract.Outcome;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.sync.StackPlan.Action;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import io.wherry.hub.vault.Credential;
import io.wherry.hub.vault.CredentialValue.Plain;
import io.wherry.hub.vault.CredentialValue.Token;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of a stack, from a credential of the hub to the entry of each agent. */
class SealedSecretsTest {
    private static final String FIRST = "canary-of-the-first-value";
    private static final String SECOND = "canary-of-the-second-value";
    private static final String COMPOSE = """
            services:
              web: {image: "shop:1", secrets: [db]}
            secrets:
              db: {external: true, name: shop-db}
            """;

    @TempDir
    Path folder;

    private SyncFixture hub;
    private AgentRecord berlin;
    private AgentRecord rome;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        berlin = hub.join("berlin", Map.of("app", "yes"));
        rome = hub.join("rome", Map.of("app", "yes"));
        hub.source();
        hub.stack("shop", "shop", "");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void eachAgentGetsTheValueSealedToItAndAllShareOneBundleAndRelease() {
        create("shop-db", "shop", FIRST);
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));

        Entry atBerlin = hub.entry(berlin, "shop");
        Entry atRome = hub.entry(rome, "shop");
        assertThat(open(berlin, atBerlin)).hasValue(FIRST);
        assertThat(open(rome, atRome)).hasValue(FIRST);
        assertThat(open(rome, atBerlin)).isEmpty();
        assertThat(atBerlin.bundle()).isEqualTo(atRome.bundle());
        assertThat(atBerlin.release()).isEqualTo(atRome.release());
    }

    /** Another implementation of RFC 9180, with the suite as it is in use: X25519, HKDF-SHA256, AES-256-GCM. */
    @Test
    void anotherImplementationOfTheRfcOpensIt() throws InvalidCipherTextException {
        create("shop-db", "shop", FIRST);
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));
        Entry entry = hub.entry(berlin, "shop");
        SealedSecret sealed = entry.sealedSecrets().getFirst();
        byte[] encoded = device(berlin).sealing().getPrivate().getEncoded();
        var own = new X25519PrivateKeyParameters(encoded, encoded.length - 32);
        String info = String.join(
                "\n",
                "wherry.secret.v1",
                TestFleet.TRUST_DOMAIN.toString(),
                berlin.id().value(),
                entry.stack().value(),
                sealed.uid(),
                "1");

        byte[] opened = new HPKE(HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256)
                .open(
                        Base64.getDecoder().decode(sealed.enc()),
                        new AsymmetricCipherKeyPair(own.generatePublicKey(), own),
                        info.getBytes(UTF_8),
                        new byte[0],
                        Base64.getDecoder().decode(sealed.ciphertext()),
                        null,
                        null,
                        null);

        assertThat(new String(opened, UTF_8)).isEqualTo(FIRST);
    }

    @Test
    void rotationIsANewGenerationOfExactlyTheStacksThatUseItAndSaysWhy() {
        create("shop-db", "shop", FIRST);
        hub.stack("till", "till", "");
        hub.commitAndCheck(
                "first",
                Map.of("shop/compose.yaml", COMPOSE, "till/compose.yaml", "services: {till: {image: \"till:1\"}}"));
        Entry shop = hub.entry(berlin, "shop");
        Entry till = hub.entry(berlin, "till");

        rotate("shop-db", SECOND);
        StackPlan plan = hub.operations.plan("shop").orElseThrow();
        hub.sync.fleetChanged();

        TargetPlan planned = plan.targets().getFirst();
        assertThat(planned.action()).isEqualTo(Action.CHANGE);
        assertThat(planned.diff().changed().get("secret-value/db"))
                .containsExactly(new ModelDiff.FieldChange("version", Optional.of("1"), Optional.of("2")));
        Entry after = hub.entry(berlin, "shop");
        assertThat(after.generation()).isEqualTo(shop.generation() + 1);
        assertThat(after.bundle()).isEqualTo(shop.bundle());
        assertThat(after.release()).isEqualTo(shop.release());
        assertThat(open(berlin, after)).hasValue(SECOND);
        assertThat(hub.entry(berlin, "till")).isEqualTo(till);
        HistoryEntry newest = hub.operations.history("shop").orElseThrow().getFirst();
        assertThat(newest.cause()).isEqualTo("rotation");
        assertThat(newest.number()).isEqualTo(2);
        assertThat(hub.operations.plan("shop").orElseThrow().changesNothing()).isTrue();
    }

    @Test
    void whatIsIssuedAnewIsTheSameEvenWithoutTheCredential() {
        create("shop-db", "shop", FIRST);
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));
        Entry before = hub.entry(berlin, "shop");

        hub.fleet.database.run(handle -> hub.credentials.delete(handle, "shop-db"));
        hub.sync.fleetChanged();
        hub.assignments.issueFor(
                List.of(berlin.id()), io.wherry.contract.Limits.VALIDITY, agent -> List.of(), (handle, agent) -> {});

        assertThat(hub.entry(berlin, "shop")).isEqualTo(before);
        assertThat(problem("shop")).contains("credential shop-db does not exist");
    }

    @Test
    void aMissingOneIsNamedWithItsRemedyAndComesWhenItIsThere() {
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));

        assertThat(problem("shop"))
                .isEqualTo("SecretUnavailable: secret db: credential shop-db does not exist"
                        + " (wherry credential create shop-db --type secret --stack shop --value-file FILE)");
        create("shop-db", "shop", FIRST);
        hub.sync.fleetChanged();
        assertThat(open(berlin, hub.entry(berlin, "shop"))).hasValue(FIRST);
    }

    @Test
    void aStackGetsNoSecretOfAnotherByNamingIt() {
        create("shop-db", "bank", FIRST);
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));

        assertThat(problem("shop")).contains("credential shop-db is for bank and not for stack shop");
        assertThat(hub.assignments.newest(berlin.id())).isEmpty();
    }

    @Test
    void aCredentialOfAHostIsNoSecret() {
        hub.fleet.database.run(handle -> hub.credentials.create(
                handle, "shop-db", "git.example", new Token(Secret.of("ghp_1")), Optional.empty()));
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));

        assertThat(problem("shop")).contains("is of type token, which is sent to git.example alone");
    }

    @Test
    void anAgentThatDoesNotUnderstandGetsNone() {
        create("shop-db", "shop", FIRST);
        TestDevice old = TestDevice.create();
        byte[] token = hub.fleet.token(io.wherry.hub.fleet.JoinTokenSpec.of(Map.of()));
        hub.fleet.enrolment.enrol(old.request(token, TestDevice.facts("old")));
        hub.put(new io.wherry.hub.resource.Agent(
                io.wherry.hub.resource.Metadata.of("old", Map.of("app", "yes")), new java.util.TreeMap<>(), false));
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));

        assertThat(hub.operations.plan("shop").orElseThrow().targets().stream()
                        .filter(target -> target.agentName().equals("old"))
                        .findFirst()
                        .orElseThrow()
                        .problem()
                        .orElseThrow())
                .startsWith("AgentTooOld: old does not understand sealed-secrets.v1");
        assertThat(open(berlin, hub.entry(berlin, "shop"))).hasValue(FIRST);
    }

    /** Requirement S16, for secrets of stacks: the values are in no file, answer, event, bundle or receipt of the hub. */
    @Test
    void noFileAndNoAnswerHoldsAValue() {
        create("shop-db", "shop", FIRST);
        hub.commitAndCheck("first", Map.of("shop/compose.yaml", COMPOSE));
        hub.report(berlin, "shop", Outcome.APPLIED);
        rotate("shop-db", SECOND);
        String answers = String.valueOf(hub.operations.plan("shop"));
        hub.sync.fleetChanged();
        hub.report(berlin, "shop", Outcome.APPLIED);
        answers += hub.operations.plan("shop")
                + String.valueOf(hub.operations.history("shop"))
                + hub.operations.render("shop", Optional.empty())
                + hub.credentials.list()
                + hub.credentials.list().getFirst().toJson()
                + hub.assignment(berlin)
                + hub.told()
                + hub.fleet.database.read(handle -> hub.credentials.secret(
                        handle,
                        "shop-db",
                        hub.credentials.list().getFirst().whom().uid(),
                        2));

        assertThat(answers).contains("***").doesNotContain(FIRST, SECOND);
        String files = bytes();
        assertThat(files).as("the files were really read").contains("shop-db").doesNotContain(FIRST, SECOND);
        assertThat(files)
                .doesNotContain(Base64.getEncoder()
                        .encodeToString(FIRST.getBytes(UTF_8))
                        .substring(0, 24));
    }

    private void create(String name, String stack, String value) {
        Optional<Credential> made = hub.fleet.database.write(handle -> hub.credentials.createSecret(
                handle, name, new TreeSet<>(List.of(stack)), new Plain(Secret.of(value)), Optional.empty()));
        assertThat(made).isPresent();
    }

    private void rotate(String name, String value) {
        Optional<Credential> rotated = hub.fleet.database.write(
                handle -> hub.credentials.rotate(handle, name, new Plain(Secret.of(value)), Optional.empty()));
        assertThat(rotated).isPresent();
    }

    private TestDevice device(AgentRecord agent) {
        return Optional.ofNullable(hub.devices.get(agent.id())).orElseThrow();
    }

    /** As this agent would, had it got this entry. */
    private Optional<String> open(AgentRecord agent, Entry entry) {
        AgentId id = agent.id();
        return new SecretSeal(TestFleet.TRUST_DOMAIN, id, entry.stack())
                .open(entry.sealedSecrets().getFirst(), device(agent).sealing())
                .map(value -> new String(value, UTF_8));
    }

    private String problem(String stack) {
        return hub.operations
                .plan(stack)
                .orElseThrow()
                .targets()
                .getFirst()
                .problem()
                .orElseThrow();
    }

    private String bytes() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }
}
