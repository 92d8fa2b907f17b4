package io.wherry.hub.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.Secret;
import io.wherry.contract.Entry;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.SecretSeal;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.JoinTokenSpec;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.fleet.TestFleet;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.vault.Credential;
import io.wherry.hub.vault.CredentialValue.Basic;
import io.wherry.hub.vault.CredentialValue.Registry;
import io.wherry.hub.vault.Use;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code images.credentials}: a login for a registry, from the hub's vault to the entries of a stack's agents. */
class RegistryLoginsTest {
    private static final String FIRST = "canary-of-the-first-login";
    private static final String SECOND = "canary-of-the-second-login";
    private static final String HOST = "registry.example.org:5000";
    private static final Map<String, String> COMPOSE =
            Map.of("shop/compose.yaml", "services: {web: {image: \"" + HOST + "/shop:1\"}}\n");

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
        hub.stack("shop", "shop", "images: {credentials: [harbor]}\n");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void eachAgentGetsTheLoginSealedToIt() {
        create("harbor", HOST, "shop", FIRST);
        hub.commitAndCheck("first", COMPOSE);

        assertThat(open(berlin, hub.entry(berlin, "shop"))).hasValue(login(FIRST));
        assertThat(open(rome, hub.entry(rome, "shop"))).hasValue(login(FIRST));
        assertThat(open(rome, hub.entry(berlin, "shop"))).isEmpty();
        assertThat(hub.entry(berlin, "shop").sealedSecrets()).isEmpty();
    }

    @Test
    void aRotationComesToTheAgentsAndIsNoNewGeneration() {
        create("harbor", HOST, "shop", FIRST);
        hub.commitAndCheck("first", COMPOSE);
        Entry before = hub.entry(berlin, "shop");
        long sequence = hub.assignment(berlin).sequence();

        hub.fleet.database.run(handle ->
                hub.credentials.rotate(handle, "harbor", new Registry("robot", Secret.of(SECOND)), Optional.empty()));
        assertThat(hub.operations.plan("shop").orElseThrow().changesNothing()).isTrue();
        hub.sync.fleetChanged();

        Entry after = hub.entry(berlin, "shop");
        assertThat(after.generation()).isEqualTo(before.generation());
        assertThat(after.release()).isEqualTo(before.release());
        assertThat(open(berlin, after)).hasValue(login(SECOND));
        assertThat(hub.assignment(berlin).sequence()).isGreaterThan(sequence);
        assertThat(hub.operations.history("shop").orElseThrow()).hasSize(1);
        hub.sync.fleetChanged();
        assertThat(hub.entry(berlin, "shop")).isEqualTo(after); // sealed once
    }

    @Test
    void aStackThatNamesItNoLongerHasItNoLonger() {
        create("harbor", HOST, "shop", FIRST);
        hub.commitAndCheck("first", COMPOSE);

        hub.stack("shop", "shop", "");
        hub.sync.fleetChanged();

        assertThat(hub.entry(berlin, "shop").registryLogins()).isEmpty();
        assertThat(hub.entry(berlin, "shop").generation()).isEqualTo(1);
    }

    @Test
    void aStackGetsNoLoginThatIsNotForIt() {
        hub.commitAndCheck("first", COMPOSE);
        assertThat(problem())
                .startsWith("SecretUnavailable: images.credentials: harbor does not exist")
                .contains("wherry credential create harbor --type registry", "--stack shop");

        create("harbor", HOST, "bank", FIRST);
        hub.sync.fleetChanged();
        assertThat(problem()).contains("images.credentials: harbor is for bank and not for stack shop");

        hub.fleet.database.run(handle -> {
            hub.credentials.delete(handle, "harbor");
            hub.credentials.create(handle, "harbor", HOST, new Basic("robot", Secret.of(FIRST)), Optional.empty());
        });
        hub.sync.fleetChanged();
        assertThat(problem()).contains("harbor is of type basic, which no agent gets for its pulls");
        assertThat(hub.assignments.newest(berlin.id())).isEmpty();
    }

    @Test
    void twoForOneRegistryAreAQuestionThatAPersonAnswers() {
        hub.stack("shop", "shop", "images: {credentials: [harbor, other]}\n");
        create("harbor", HOST, "shop", FIRST);
        create("other", HOST, "shop", SECOND);
        hub.commitAndCheck("first", COMPOSE);

        assertThat(problem()).contains("other is a second one for " + HOST);
    }

    @Test
    void anAgentThatDoesNotUnderstandGetsNone() {
        create("harbor", HOST, "shop", FIRST);
        TestDevice old = TestDevice.create();
        byte[] token = hub.fleet.token(JoinTokenSpec.of(Map.of()));
        hub.fleet.enrolment.enrol(old.request(token, TestDevice.facts("old")));
        hub.put(new Agent(Metadata.of("old", Map.of("app", "yes")), new TreeMap<>(), false));
        hub.commitAndCheck("first", COMPOSE);

        assertThat(hub.operations.plan("shop").orElseThrow().targets().stream()
                        .filter(target -> target.agentName().equals("old"))
                        .findFirst()
                        .orElseThrow()
                        .problem()
                        .orElseThrow())
                .startsWith("AgentTooOld: old does not understand registry-logins.v1");
        assertThat(open(berlin, hub.entry(berlin, "shop"))).hasValue(login(FIRST));
    }

    @Test
    void theHubItselfMayUseItForItsRegistryAndForNoOther() {
        create("harbor", HOST, "shop", FIRST);

        assertThat(hub.credentials.use("harbor", HOST))
                .isEqualTo(new Use.Granted(new Registry("robot", Secret.of(FIRST))));
        assertThat(hub.credentials.use("harbor", "registry.example.org")).isInstanceOf(Use.Refused.class);
    }

    @Test
    void noFileHoldsAValue() throws IOException {
        create("harbor", HOST, "shop", FIRST);
        hub.commitAndCheck("first", COMPOSE);

        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(all.toString()).contains("harbor").doesNotContain(FIRST);
        assertThat(hub.assignment(berlin).toString() + hub.credentials.list()).doesNotContain(FIRST);
    }

    private static RegistryLogin login(String password) {
        return new RegistryLogin(HOST, "robot", Secret.of(password));
    }

    private void create(String name, String host, String stack, String password) {
        Optional<Credential> made = hub.fleet.database.write(handle -> hub.credentials.createLogin(
                handle,
                name,
                host,
                new TreeSet<>(List.of(stack)),
                new Registry("robot", Secret.of(password)),
                Optional.empty()));
        assertThat(made).isPresent();
    }

    /** As this agent would, had it got this entry. */
    private Optional<RegistryLogin> open(AgentRecord agent, Entry entry) {
        TestDevice device = Optional.ofNullable(hub.devices.get(agent.id())).orElseThrow();
        return new SecretSeal(TestFleet.TRUST_DOMAIN, agent.id(), entry.stack())
                .open(entry.registryLogins().getFirst(), device.sealing())
                .map(RegistryLogin::parse);
    }

    private String problem() {
        return hub.operations
                .plan("shop")
                .orElseThrow()
                .targets()
                .getFirst()
                .problem()
                .orElseThrow();
    }
}
