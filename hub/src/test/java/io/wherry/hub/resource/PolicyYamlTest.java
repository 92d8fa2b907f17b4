package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.YamlException;
import io.wherry.contract.SyncWindows;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.registry.ImageReference;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies as people write them. */
class PolicyYamlTest {
    @Test
    void readsAPolicy() {
        Policy policy = (Policy) one("""
                {agentSelector: environment=production,
                 require: {pinnedRefs: true, changeRecord: true, imageDigests: true},
                 allow: {registries: [registry.example.com/team, docker.io], sources: [shop], formats: [compose, helm]},
                 deny: {rawSecrets: true, hostPaths: true}}""");

        assertThat(policy.agentSelector()).hasToString("environment=production");
        assertThat(policy.require()).isEqualTo(new Policy.Require(true, false, true, false, true, 0));
        assertThat(policy.waitsForPerson()).isTrue();
        assertThat(policy.allow().registries())
                .extracting(ImagePrefix::toString)
                .containsExactly("registry.example.com/team", "docker.io");
        assertThat(policy.allow().formats()).containsExactly("compose", "helm");
        assertThat(policy.deny()).isEqualTo(new Policy.Deny(true, false, true, false));
        assertThat(ResourceYaml.fromJson(policy.toJson())).isEqualTo(policy);
        Policy small = (Policy) one("{agentSelector: {matchLabels: {tier: till}}, deny: {privileged: true}}");
        assertThat(small.waitsForPerson()).isFalse();
        assertThat(ResourceYaml.fromJson(small.toJson())).isEqualTo(small);
    }

    @Test
    void readsWindowsAsTheyAreWritten() {
        Policy policy = (Policy) one("""
                {agentSelector: environment=production,
                 syncWindows: [{kind: allow, days: [fri, mon], start: 22:00, end: 04:00, timeZone: Europe/Berlin},
                   {kind: allow, days: [sat, sun]}, {kind: deny, from: 2026-12-19, to: 2027-01-05}]}""");

        SyncWindows windows = policy.syncWindows().orElseThrow();
        assertThat(windows.policy()).isEqualTo("it");
        assertThat(windows.windows())
                .extracting(window -> JsonWriter.compact(window.toJson()))
                .containsExactly(
                        "{\"kind\":\"allow\",\"days\":[\"mon\",\"fri\"],\"start\":\"22:00\",\"end\":\"04:00\",\"timeZone\":\"Europe/Berlin\"}",
                        "{\"kind\":\"allow\",\"days\":[\"sat\",\"sun\"],\"start\":\"00:00\",\"end\":\"24:00\"}",
                        "{\"kind\":\"deny\",\"days\":[],\"from\":\"2026-12-19\",\"to\":\"2027-01-05\",\"start\":\"00:00\",\"end\":\"24:00\"}");
        assertThat(ResourceYaml.fromJson(policy.toJson())).isEqualTo(policy);
    }

    @Test
    void aRegistryCoversWhatIsBelowItByWholeSegments() {
        ImagePrefix team = ImagePrefix.parse("registry.example.com:5000/team");

        assertThat(team.covers(ImageReference.parse("registry.example.com:5000/team/shop:1")))
                .isTrue();
        assertThat(team.covers(ImageReference.parse("registry.example.com:5000/team:1")))
                .isTrue();
        assertThat(team.covers(ImageReference.parse("registry.example.com:5000/teams/shop:1")))
                .isFalse();
        assertThat(team.covers(ImageReference.parse("registry.example.com/team/shop:1")))
                .isFalse();
        assertThat(ImagePrefix.parse("docker.io/library").covers(ImageReference.parse("redis:7")))
                .isTrue();
    }

    @Test
    void refusesAPolicyThatCannotBeMeant() {
        for (String[] wrong : new String[][] {
            {"deny: {privileged: true}", "agentSelector is missing"},
            {"agentSelector: a=b", "policy: says no rule"},
            {"agentSelector: a=b, require: {pinnedRefs: false}", "policy: says no rule"},
            {"agentSelector: a=b, require: {pinedRefs: true}", "did you mean \"pinnedRefs\""},
            {"agentSelector: a=b, require: {pinnedRefs: yes please}", "pinnedRefs"},
            {
                "agentSelector: a=b, allow: {formats: [compos]}",
                "formats: \"compos\" is not known (did you mean \"compose\"?)"
            },
            {"agentSelector: a=b, allow: {sources: []}", "sources: names none"},
            {"agentSelector: a=b, allow: {sources: [No Name]}", "sources: No Name"},
            {"agentSelector: a=b, allow: {registries: [team]}", "registries: team (expected: a registry like"},
            {"agentSelector: a=b, allow: {registries: ['https://r.example.com']}", "registries: https://r.example.com"},
            {"agentSelector: a=b, allow: {registries: ['r.example.com/shop:1']}", "registries: r.example.com/shop:1"},
            {"agentSelector: a=b, allow: {registries: ['r.example.com/']}", "registries: r.example.com/"},
            {"agentSelector: a=b, deny: {rawSecret: true}", "did you mean \"rawSecrets\""},
            {"agentSelector: a=b, requires: {pinnedRefs: true}", "did you mean \"require\""},
            {"agentSelector: '=b', deny: {privileged: true}", "agentSelector"},
            {"agentSelector: a=b, syncWindows: []", "syncWindows: none (expected: one window or more)"},
            {"agentSelector: a=b, syncWindows: nights", "syncWindows: \"nights\" (expected: a list)"},
            {"agentSelector: a=b, syncWindows: [{start: '22:00'}]", "kind is missing"},
            {"agentSelector: a=b, syncWindows: [{kind: open}]", "kind: \"open\" is not known"},
            {"agentSelector: a=b, syncWindows: [{kind: allow, days: [monday]}]", "days: \"monday\" is not known"},
            {"agentSelector: a=b, syncWindows: [{kind: allow, start: 10pm}]", "start: 10pm (expected: a time of day"},
            {"agentSelector: a=b, syncWindows: [{kind: allow, duration: 6h}]", "duration"},
            {"agentSelector: a=b, syncWindows: [{kind: deny, from: 2026-02-30}]", "from: 2026-02-30 (expected: a day"},
            {"agentSelector: a=b, syncWindows: [{kind: deny, from: 2026-02-03, to: 2026-02-02}]", "to: 2026-02-02"},
            {"agentSelector: a=b, syncWindows: [{kind: allow, timeZone: Berlin}]", "timeZone: Berlin (expected: a time"}
        }) {
            assertThat(problems(text("{" + wrong[0] + "}")))
                    .as(wrong[0])
                    .anyMatch(p -> p.startsWith("f.yaml:4:") && p.contains(wrong[1]));
        }
    }

    @Test
    void saysWhatIsNotInThisVersion() {}

    private static String text(String spec) {
        return "apiVersion: wherry.io/v1alpha1\nkind: Policy\nmetadata: {name: it}\nspec: " + spec + "\n";
    }

    private static Resource one(String spec) {
        return ResourceYaml.parse("f.yaml", text(spec).getBytes(UTF_8)).getFirst();
    }

    private static List<String> problems(String text) {
        YamlException e =
                catchThrowableOfType(YamlException.class, () -> ResourceYaml.parse("f.yaml", text.getBytes(UTF_8)));
        return e.problems().stream().map(Problem::toString).toList();
    }
}
