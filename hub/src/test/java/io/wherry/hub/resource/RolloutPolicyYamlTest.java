package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.YamlException;
import io.wherry.hub.resource.RolloutPolicy.OnFailure;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rollout policies as people write them. */
class RolloutPolicyYamlTest {
    @Test
    void readsARolloutPolicy() {
        RolloutPolicy policy = (RolloutPolicy) one("RolloutPolicy", """
                {waves: [{name: lab, agentSelector: ring=lab}, {name: one, targets: 1}, {name: half, percent: 50, gate: manual}],
                 maxInFlight: 7, maxFailures: 3, minAttempted: 90%, soak: 0s, timeLimit: 2h,
                 groupBy: example.org/site, maxUnavailable: 2, onFailure: revertAll}""");
        assertThat(policy.onFailure()).isEqualTo(OnFailure.REVERT_ALL);

        assertThat(policy.waves()).extracting(Wave::name).containsExactly("lab", "one", "half");
        assertThat(policy.gated(1)).isFalse();
        assertThat(policy.gated(2)).isTrue();
        assertThat(policy.waveName(3)).isEqualTo("rest");
        assertThat(policy.maxFailures().of(1000)).isEqualTo(3);
        assertThat(policy.minAttempted().of(50)).isEqualTo(45);
        assertThat(ResourceYaml.fromJson(policy.toJson())).isEqualTo(policy);
        assertThat(policy.budget()).contains(new GroupBudget("example.org/site", 2));
        assertThat(((RolloutPolicy) one("RolloutPolicy", "{groupBy: site}")).budget())
                .contains(new GroupBudget("site", 1));
        RolloutPolicy plain = (RolloutPolicy) one("RolloutPolicy", "{}");
        assertThat(plain.waves()).isEqualTo(RolloutPolicy.DEFAULT_WAVES);
        assertThat(plain.budget()).isEmpty();
        assertThat(plain.onFailure()).isEqualTo(OnFailure.PAUSE);
        assertThat(plain.maxFailures().of(10)).isEqualTo(1);
        assertThat(plain.maxFailures().of(1000)).isEqualTo(50);
    }

    @Test
    void refusesARolloutPolicyThatCannotBeMeant() {
        for (String[] wrong : new String[][] {
            {"waves: [{name: a}]", "wave: says not which targets (write one of targets, percent, agentSelector)"},
            {"waves: [{name: a, targets: 1, percent: 5}]", "wave: says targets and percent"},
            {"waves: [{name: rest, targets: 1}]", "name: rest (expected: another, that is what the last wave is called)"
            },
            {"waves: [{name: a, targets: 1}, {name: a, targets: 2}]", "waves: a twice (expected: each name once)"},
            {"waves: [{name: a, percent: 101}]", "percent: \"101\" (expected: a whole number from 1 to 100)"},
            {"waves: [{name: a, targets: 1, gate: never}]", "gate: \"never\" is not known"},
            {"maxFailures: 0", "maxFailures: 0 (expected: a number like 3, or a part like 5%)"},
            {"maxFailures: 101%", "maxFailures: 101% (expected: 1 to 10000, or 1% to 100%)"},
            {"soak: 8d", "soak"},
            {"timeLimit: 1s", "timeLimit"},
            {
                "maxUnavailable: 1",
                "maxUnavailable: counts the targets of a group, and no groupBy says which these are (add groupBy"
            },
            {"groupBy: site, maxUnavailable: 0", "maxUnavailable: \"0\" (expected: a whole number from 1 to 10000)"},
            {"groupBy: 'the site'", "groupBy: the site (expected: 1 to 63 letters, digits, . _ -"},
            {"maxInflight: 3", "did you mean \"maxInFlight\""}
        }) {
            assertThat(problems(text("RolloutPolicy", "{" + wrong[0] + "}")))
                    .as(wrong[0])
                    .anyMatch(p -> p.startsWith("f.yaml:4:") && p.contains(wrong[1]));
        }
    }

    @Test
    void saysWhatIsNotInThisVersion() {
        assertThat(problems(text("RolloutPolicy", "{windows: []}")))
                .containsExactly(
                        "f.yaml:4:17: windows: are the sites' and not a rollout's (write syncWindows into a Policy)");
        assertThat(problems(text("RolloutPolicy", "{onFailure: revertWave}")))
                .containsExactly(
                        "f.yaml:4:19: onFailure: \"revertWave\" is not in this version (this version has pause, revertAll)");
        assertThat(problems(text("Rollout", "{}"))).anyMatch(p -> p.contains("Rollout is read-only"));
    }

    @Test
    void asksForSoManyApprovals() {
        RolloutPolicy policy = (RolloutPolicy) one("RolloutPolicy", "{approvals: 2}");

        assertThat(policy.approvals()).isEqualTo(2);
        assertThat(policy.spec().integer("approvals")).isEqualTo(2);
        assertThat(problems(text("RolloutPolicy", "{approvals: many}")))
                .containsExactly("f.yaml:4:19: approvals: \"many\" (expected: a whole number from 0 to 10)");
    }

    private static String text(String kind, String spec) {
        return "apiVersion: wherry.io/v1alpha1\nkind: " + kind + "\nmetadata: {name: it}\nspec: " + spec + "\n";
    }

    private static Resource one(String kind, String spec) {
        return ResourceYaml.parse("f.yaml", text(kind, spec).getBytes(UTF_8)).getFirst();
    }

    private static List<String> problems(String text) {
        YamlException e =
                catchThrowableOfType(YamlException.class, () -> ResourceYaml.parse("f.yaml", text.getBytes(UTF_8)));
        return e.problems().stream().map(Problem::toString).toList();
    }
}
