package io.wherry.hub.configuration;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.Yaml;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.Entry;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.TestDevice;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.ConfigurationYaml;
import io.wherry.hub.resource.Group;
import io.wherry.hub.resource.Owner;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Put;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceReason;
import io.wherry.hub.resource.ResourceYaml;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.sync.SyncFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
    private static final String API = "apiVersion: wherry.io/v1alpha1\n";
    private static final String WEB = "services: {web: {image: 'shop:1'}}\n";

    @TempDir
    Path folder;

    private SyncFixture hub;
    private Configuration configuration;

    @BeforeEach
    void start() {
        hub = new SyncFixture(folder);
        open("");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private void open(String more) {
        configuration = Configuration.open(Optional.of(spec(more)), parts(), hub.fleet.clock);
    }

    private Configuration.Parts parts() {
        return new Configuration.Parts(
                hub.fleet.database, hub.fleet.resources, hub.checks, hub.fleet.audit, hub.events);
    }

    private ConfigurationSpec spec(String more) {
        Problems problems = new Problems();
        String text = "url: " + hub.origin.folder() + "\npath: fleet\n" + more;
        var section = (YamlNode.Mapping) Yaml.parse("hub.yaml", text.getBytes(UTF_8));
        Optional<ConfigurationSpec> spec = ConfigurationYaml.read(section, problems);
        problems.throwIfAny();
        return spec.orElseThrow();
    }

    private String commit(String message, Map<String, String> files) {
        String commit = hub.origin.commit(message, files);
        look();
        return commit;
    }

    /** What the loops do. */
    private void look() {
        hub.check();
        configuration.runOnce();
        hub.sync.fleetChanged();
        hub.check(); // what was just declared is fetched
    }

    private ConfigurationStatus status() {
        return configuration.status(root().uid()).orElseThrow();
    }

    private Stored<Source> root() {
        return hub.fleet.resources.find(Source.class, "configuration").orElseThrow();
    }

    private <R extends Resource> Optional<Stored<R>> find(Class<R> kind, String name) {
        return hub.fleet.resources.find(kind, name);
    }

    private String source(String name) {
        return API + "kind: Source\nmetadata: {name: " + name + "}\nspec: {type: git, url: " + hub.origin.folder()
                + "}\n";
    }

    private static String stack(String name, String more) {
        return API + "kind: Stack\nmetadata: {name: " + name
                + "}\nspec: {sourceRef: main, path: app, format: compose, targets: [{agentSelector: app=yes}]" + more
                + "}\n";
    }

    private static String group(String name) {
        return API + "kind: Group\nmetadata: {name: " + name + "}\nspec: {selector: site=" + name + "}\n";
    }

    private Map<String, String> fleet() {
        return Map.of(
                "app/compose.yaml",
                WEB,
                "fleet/sources.yaml",
                source("main"),
                "fleet/stacks/shop.yml",
                stack("shop", ""));
    }

    @Test
    void aCommitDeclaresWhatAgentsRun() {
        AgentRecord north = hub.join("north", Map.of("app", "yes"));
        String commit = commit("SHOP-7 first", fleet());

        assertThat(hub.entry(north, "shop").state()).isEqualTo(Entry.State.PRESENT);
        assertThat(find(Stack.class, "shop").orElseThrow().owner())
                .contains(new Owner(hub.origin.folder().toString(), "fleet/stacks/shop.yml", commit));
        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_APPLIED);
        assertThat(status().commit()).contains(commit);
        Json.Obj record = audited("configuration.apply").getFirst();
        assertThat(record.string("stream")).isEqualTo("sync");
        assertThat(record.object("sync").string("commit")).isEqualTo(commit);
        assertThat(record.object("sync").strings("changeKeys")).containsExactly("SHOP-7");
        assertThat(record.object("detail").strings("created")).containsExactly("Source/main", "Stack/shop");
    }

    @Test
    void aPolicyIsDeclaredByCommitButNeverEndsByOne() {
        String pinned = API + "kind: Policy\nmetadata: {name: production}\nspec: {agentSelector: app=yes, require: {"
                + "pinnedRefs: true%s}}\n";
        commit(
                "strict",
                Map.of("fleet/policy.yaml", pinned.formatted(", manualSync: true"), "fleet/g.yaml", group("a")));
        commit("looser", Map.of("fleet/policy.yaml", pinned.formatted("")));

        Json.Obj change = audited("configuration.apply")
                .getLast()
                .object("detail")
                .object("policies")
                .object("Policy/production");
        assertThat(change.object("before").object("require").bool("manualSync")).isTrue();
        assertThat(change.object("after").object("require").bool("manualSync")).isFalse();

        commit("without it", Map.of("fleet/policy.yaml", ""));
        assertThat(find(Policy.class, "production").orElseThrow().owner()).isEmpty();
        assertThat(status().message()).contains("Policy/production", "until an administrator deletes it");
    }

    @Test
    void aCommitThatChangesOneObjectChangesThatOneAlone() {
        String first = commit("first", fleet());
        String second = commit("second", Map.of("fleet/stacks/shop.yml", stack("shop", ", suspend: true")));

        Stored<Stack> shop = find(Stack.class, "shop").orElseThrow();
        assertThat(shop.resource().apply().suspend()).isTrue();
        assertThat(shop.owner().orElseThrow().commit()).isEqualTo(second);
        assertThat(find(Source.class, "main")
                        .orElseThrow()
                        .owner()
                        .orElseThrow()
                        .commit())
                .isEqualTo(first);
        assertThat(audited("configuration.apply").getLast().object("detail").strings("changed"))
                .containsExactly("Stack/shop");
    }

    @Test
    void whatChangesNothingIsNotRecordedAgain() {
        commit("first", fleet());
        look();
        look();

        assertThat(audited("configuration.apply")).hasSize(1);
    }

    @Test
    void aFileThatIsWrongKeepsEverythingAndIsNamedWithItsPlace() {
        String first = commit("first", fleet());
        commit(
                "second",
                Map.of(
                        "fleet/stacks/shop.yml",
                        stack("shop", ", suspend: true"),
                        "fleet/groups.yaml",
                        API + "kind: Group\nmetadata: {name: west}\nspec: {selectr: a=b}\n"));

        assertThat(find(Stack.class, "shop").orElseThrow().resource().apply().suspend())
                .isFalse();
        assertThat(find(Group.class, "west")).isEmpty();
        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_INVALID);
        assertThat(status().message())
                .contains("fleet/groups.yaml:4:8: unknown field \"selectr\" (did you mean \"selector\"?)");
        assertThat(status().commit()).contains(first);
        assertThat(hub.told()).contains("ConfigurationInvalid");
        assertThat(audited("configuration.apply").getLast().string("outcome")).isEqualTo("failed");

        look();
        assertThat(hub.told().stream().filter("ConfigurationInvalid"::equals)).hasSize(1);

        commit("third", Map.of("fleet/groups.yaml", group("west")));
        assertThat(find(Group.class, "west")).isPresent();
        assertThat(find(Stack.class, "shop").orElseThrow().resource().apply().suspend())
                .isTrue();
    }

    @Test
    void anEmptiedOrVanishedFolderKeepsEverything() {
        commit("first", fleet());
        commit("moved", Map.of("fleet/sources.yaml", "", "fleet/stacks/shop.yml", "", "elsewhere/a.yaml", group("a")));

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_EMPTY);
        assertThat(status().message()).contains("below \"fleet\"");
        assertThat(find(Stack.class, "shop").orElseThrow().deleting()).isEmpty();

        commit("emptied", Map.of("fleet/none.yaml", "# nothing\n"));
        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_EMPTY);
        assertThat(find(Source.class, "main").orElseThrow().owner()).isPresent();
    }

    @Test
    void whatIsMissingOrWaitsForItselfIsNamedWithItsFile() {
        commit(
                "first",
                Map.of(
                        "fleet/sources.yaml", source("main"),
                        "fleet/a.yaml", stack("a", ", dependsOn: [b]"),
                        "fleet/b.yaml", stack("b", ", dependsOn: [a], rolloutPolicyRef: slow")));

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_INVALID);
        assertThat(status().message())
                .contains("fleet/a.yaml:1:1: Stack/a: dependsOn: they would wait for each other: a -> b -> a")
                .contains("fleet/b.yaml:1:1: Stack/b needs rollout policy slow, which is not declared");
        assertThat(find(Stack.class, "a")).isEmpty();
    }

    @Test
    void anOrderThatIsTurnedRoundInOneCommitIsNoCircle() {
        commit(
                "first",
                Map.of(
                        "fleet/sources.yaml", source("main"),
                        "fleet/a.yaml", stack("a", ", dependsOn: [b]"),
                        "fleet/b.yaml", stack("b", "")));
        commit("turned", Map.of("fleet/a.yaml", stack("a", ""), "fleet/b.yaml", stack("b", ", dependsOn: [a]")));

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_APPLIED);
    }

    @Test
    void nobodyElseChangesWhatItDeclares() {
        String commit = commit("first", fleet());

        assertThat(byHand(stack("shop", ", suspend: true"))).isInstanceOfSatisfying(Put.Conflict.class, refused -> {
            assertThat(refused.reason()).isEqualTo(ResourceReason.OWNED_BY_CONFIGURATION);
            assertThat(refused.detail())
                    .contains("fleet/stacks/shop.yml@" + commit.substring(0, 12))
                    .contains(hub.origin.folder().toString());
        });
        assertThat(byHand(stack("shop", ""))).isInstanceOf(Put.Unchanged.class);
        assertThat(find(Stack.class, "shop").orElseThrow().set()).contains("configuration");
    }

    private Put byHand(String yaml) {
        Resource resource =
                ResourceYaml.parse("hand.yaml", yaml.getBytes(UTF_8)).getFirst();
        return hub.fleet.database.write(
                handle -> hub.fleet.resources.put(handle, resource, Optional.empty(), Optional.of("ada")));
    }

    @Test
    void whatAPersonMadeIsTakenOverIfItIsEqualAndElseOnlyIfToldSo() {
        hub.apply(source("main"));
        hub.apply(stack("shop", ", suspend: true"));
        commit("first", fleet());

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_CONFLICT);
        assertThat(status().message())
                .contains("fleet/stacks/shop.yml:1:1: Stack/shop exists, and a person declared it otherwise");
        assertThat(find(Source.class, "main").orElseThrow().owner()).isEmpty();

        open("adopt: true\n");
        look();

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_APPLIED);
        assertThat(find(Source.class, "main").orElseThrow().owner()).isPresent();
        assertThat(find(Stack.class, "shop").orElseThrow().resource().apply().suspend())
                .isFalse();
    }

    @Test
    void aGroupEndsByCommitAndAStackWaitsForAPerson() {
        commit("first", fleet());
        commit("group", Map.of("fleet/groups.yaml", group("west")));
        commit("gone", Map.of("fleet/groups.yaml", "", "fleet/stacks/shop.yml", "", "fleet/more.yaml", group("east")));

        assertThat(find(Group.class, "west")).isEmpty();
        assertThat(find(Stack.class, "shop").orElseThrow().deleting()).isEmpty();
        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_WAITS);
        assertThat(status().message())
                .isEqualTo("Stack/shop is no longer declared: its workloads would end at every site");
        assertThat(hub.told()).contains("ConfigurationWaits");
        assertThat(audited("configuration.apply").getLast().object("detail").strings("deleted"))
                .containsExactly("Group/west");

        String uid = root().uid();
        List<String> agreed = hub.fleet.database.write(handle -> configuration.accept(handle, uid));
        assertThat(agreed).hasSize(1);
        look();

        assertThat(find(Stack.class, "shop")).isEmpty();
        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_APPLIED);
    }

    @Test
    void whatWaitsIsAPersonsWhoAppliesIt() {
        commit("first", fleet());
        commit("gone", Map.of("fleet/stacks/shop.yml", ""));

        assertThat(byHand(stack("shop", ", suspend: true"))).isInstanceOf(Put.Changed.class);
        look();

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_APPLIED);
        assertThat(find(Stack.class, "shop").orElseThrow().set()).contains("ada");
    }

    @Test
    void whatCameBackIsDeclaredAgain() {
        commit("first", fleet());
        commit("gone", Map.of("fleet/stacks/shop.yml", ""));
        commit("back", Map.of("fleet/stacks/shop.yml", stack("shop", ", suspend: true")));

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_APPLIED);
        assertThat(find(Stack.class, "shop").orElseThrow().owner()).isPresent();
    }

    @Test
    void aWordOfAPersonIsForOneCommit() {
        commit("first", fleet());
        commit("gone", Map.of("fleet/stacks/shop.yml", "", "fleet/a.yaml", stack("a", "")));
        String uid = root().uid();
        hub.fleet.database.write(handle -> configuration.accept(handle, uid));
        commit("more", Map.of("fleet/a.yaml", ""));

        assertThat(status().message()).contains("Stack/a is no longer").contains("Stack/shop is no longer");
        assertThat(find(Stack.class, "shop").orElseThrow().deleting()).isEmpty();
    }

    @Test
    void aStackEndsByCommitWhereTheHubIsToldSo() {
        open("prune: true\n");
        commit("first", fleet());
        commit("gone", Map.of("fleet/stacks/shop.yml", ""));

        assertThat(find(Stack.class, "shop")).isEmpty();
        assertThat(find(Source.class, "main")).isPresent();
    }

    @Test
    void labelsWaitForAnAgentThatHasYetToJoin() {
        commit(
                "first",
                Map.of(
                        "fleet/agents.yaml",
                        API + "kind: Agent\nmetadata: {name: north, labels: {site: oslo}}\n---\n" + group("north")));

        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_WAITS);
        assertThat(status().message()).contains("Agent/north has not joined");
        assertThat(find(Group.class, "north")).isPresent();

        hub.fleet.join(TestDevice.create(), "north");
        configuration.runOnce();

        assertThat(find(Agent.class, "north")
                        .orElseThrow()
                        .resource()
                        .metadata()
                        .labels())
                .containsEntry("site", "oslo");
        assertThat(status().reason()).isEqualTo(ConfigurationReason.CONFIGURATION_APPLIED);
    }

    @Test
    void aRewrittenHistoryIsHeldUntilAPersonAccepts() {
        String first = commit("first", fleet());
        String rewritten = hub.origin.rewrite("other", Map.of("fleet/groups.yaml", group("west")));
        look();

        assertThat(find(Group.class, "west")).isEmpty();
        assertThat(status().commit()).contains(first);
        assertThat(hub.told()).contains("HistoryRewritten");

        String uid = root().uid();
        hub.fleet.database.write(handle -> hub.checks.accept(handle, uid));
        look();

        assertThat(find(Group.class, "west")).isPresent();
        assertThat(status().commit()).contains(rewritten);
    }

    @Test
    void aSourceThatIsSuspendedDeclaresNothingNewAndStaysSoOverARestart() {
        commit("first", fleet());
        Source suspended = root().resource().suspended(true);
        hub.fleet.database.run(
                handle -> hub.fleet.resources.putOwned(handle, suspended, Owner.HUB_YAML, Optional.empty()));
        open("");
        commit("second", Map.of("fleet/groups.yaml", group("west")));

        assertThat(root().resource().suspend()).isTrue();
        assertThat(find(Group.class, "west")).isEmpty();
    }

    @Test
    void aHubThatNoLongerHasItLeavesAllToPeopleAsItIs() {
        commit("first", fleet());
        configuration = Configuration.open(Optional.empty(), parts(), hub.fleet.clock);
        look();

        assertThat(find(Source.class, "configuration")).isEmpty();
        assertThat(find(Stack.class, "shop").orElseThrow().owner()).isEmpty();
        assertThat(byHand(stack("shop", ", suspend: true"))).isInstanceOf(Put.Changed.class);
        assertThat(hub.fleet.audited()).contains("hub configuration.withdraw Source/configuration");
    }

    @Test
    void aSourceOfItsNameThatAPersonMadeOtherwiseKeepsTheHubFromStarting() {
        configuration = Configuration.open(Optional.empty(), parts(), hub.fleet.clock);
        hub.apply(
                API + "kind: Source\nmetadata: {name: configuration}\nspec: {type: git, url: 'https://git.test/a'}\n");

        assertThatThrownBy(() -> open(""))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a source named configuration exists");
        open("adopt: true\n");
        assertThat(root().owner()).contains(Owner.HUB_YAML);
    }

    @Test
    void itsOwnReferenceIsWatchedWhateverStacksFollow() {
        hub.apply(stack("other", ", ref: {branch: side}, interval: 1h")
                .replace("sourceRef: main", "sourceRef: configuration"));

        assertThat(hub.sync.watches()).singleElement().satisfies(watch -> {
            assertThat(watch.refs()).contains(Source.DEFAULT_REF);
            assertThat(watch.interval()).isEqualTo(Duration.ofMinutes(5));
        });
    }

    private List<Json.Obj> audited(String action) {
        return hub.fleet.audit.list(AuditQuery.ALL, 0, AuditLog.MAX_PAGE).stream()
                .map(record -> JsonReader.object(record.leaf()))
                .filter(leaf -> leaf.string("action").equals(action))
                .toList();
    }
}
