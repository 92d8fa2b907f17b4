package io.wherry.hub.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.policy.Decision.Allowed;
import io.wherry.hub.policy.Decision.Denied;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.ResourceYaml;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PolicyJudgeTest {
    private static final String DIGEST = "@sha256:" + "a".repeat(64);
    private static final Provenance BRANCH = from("branch main", false, false, Set.of("shop"));
    private static final Provenance TAG = from("tag v1", true, true, Set.of("shop"));
    private static final Json.Obj NOTHING = Json.object().build();

    @Test
    void eachRuleRefusesWhatItNamesAndNothingElse() {
        Candidate good = candidate(TAG, "compose", "registry.example.com/team/web" + DIGEST, "{}");
        Object[][] cases = {
            {"require: {pinnedRefs: true}", candidate(BRANCH, "compose", "web:1", "{}"), "branch main, which moves"},
            {
                "require: {signedCommits: true}",
                candidate(BRANCH, "compose", "web:1", "{}"),
                "its source shop asks for no signature of branch main"
            },
            {
                "require: {imageDigests: true}",
                candidate(TAG, "compose", "web:1", "{}"),
                "by no digest: web:1 (write images.resolveDigests: true"
            },
            {
                "require: {imageDigests: true}",
                candidate(TAG, "compose", "web@sha256:${D}", "{}"),
                "by no digest: web@sha256:${D}"
            },
            {
                "allow: {registries: [registry.example.com/team]}",
                candidate(TAG, "compose", "registry.example.com/teams/web" + DIGEST, "{}"),
                "from elsewhere: registry.example.com/teams/web"
            },
            {
                "allow: {registries: [registry.example.com]}",
                candidate(TAG, "compose", "registry.example.com/${NAME}:1", "{}"),
                "from elsewhere: registry.example.com/${NAME}:1"
            },
            {
                "allow: {sources: [shop]}",
                candidate(from("tag v1", true, true, Set.of("shop", "charts")), "helm", "", "{}"),
                "it comes from source charts (take it from one of shop)"
            },
            {
                "allow: {sources: [shop]}",
                new Candidate(
                        new Provenance(
                                "tag v1",
                                true,
                                new TreeSet<>(Set.of("shop")),
                                Optional.of("https://charts.example"),
                                true),
                        "helm",
                        List.of(),
                        NOTHING),
                "its chart comes from https://charts.example and from no source"
            },
            {
                "allow: {formats: [compose]}",
                candidate(TAG, "kustomize", "", "{}"),
                "its format is kustomize (allowed here: compose)"
            },
            {
                "deny: {rawSecrets: true}",
                candidate(TAG, "kubernetes", "", """
                        {"objects":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"stringData":{"a":"b"}}]}"""),
                "values of secrets stand in its files: Secret"
            },
            {"deny: {rawSecrets: true}", candidate(TAG, "helm", "", """
                        {"objects":[],"hooks":[{"object":{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"data":{"a":"Yg=="}}}]}"""), "values of secrets stand in its files: Secret"
            },
            {
                "deny: {privileged: true}",
                candidate(TAG, "compose", "", "{\"services\":{\"web\":{\"privileged\":true}}}"),
                "service web asks to be privileged"
            },
            {
                "deny: {capabilities: true}",
                candidate(TAG, "compose", "", "{\"services\":{\"web\":{\"cap_add\":[\"SYS_ADMIN\"]}}}"),
                "service web adds SYS_ADMIN"
            }
        };
        for (Object[] one : cases) {
            List<Policy> policies = List.of(policy("p", (String) one[0]));
            assertThat(PolicyJudge.decide(policies, good))
                    .as("good by %s", one[0])
                    .isEqualTo(new Allowed());
            Decision decision = PolicyJudge.decide(policies, (Candidate) one[1]);
            assertThat(decision).as("%s", one[0]).isInstanceOf(Denied.class);
            String sentence = ((Denied) decision).sentence("commit 1a2b");
            assertThat(sentence)
                    .startsWith("policy p (" + ((Denied) decision).rule().word() + ") refuses commit 1a2b: ");
            assertThat(sentence).contains((String) one[2]).doesNotContain("agent.yaml");
            String rule = ((Denied) decision).rule().word();
            assertThat((String) one[0]).contains(rule.substring(rule.indexOf('.') + 1));
        }
    }

    @Test
    void aSecretWithoutValuesAndOneOfTheHubsCredentialsAreNoRawSecrets() {
        Candidate sealed = candidate(TAG, "kubernetes", "", """
                {"objects":[{"apiVersion":"v1","kind":"Secret","metadata":{"name":"empty"},"data":{}}],
                 "secrets":[{"name":"db","namespace":"shop","data":{"password":"shop-db"}}]}""");

        assertThat(PolicyJudge.decide(List.of(policy("p", "deny: {rawSecrets: true}")), sealed))
                .isEqualTo(new Allowed());
    }

    @Test
    void allPoliciesHoldAndTheFirstThatRefusesIsNamed() {
        Candidate candidate = candidate(BRANCH, "compose", "web:1", "{}");
        Policy lax = policy("a", "allow: {sources: [shop]}");
        Policy strict = policy("b", "require: {pinnedRefs: true, imageDigests: true}");

        assertThat(PolicyJudge.decide(List.of(lax), candidate)).isEqualTo(new Allowed());
        assertThat(((Denied) PolicyJudge.decide(List.of(lax, strict), candidate)).policy())
                .isEqualTo("b");
        assertThat(((Denied) PolicyJudge.decide(List.of(lax, strict), candidate)).rule())
                .isEqualTo(PolicyRule.PINNED_REFS);
    }

    private static Provenance from(String ref, boolean fixed, boolean signed, Set<String> sources) {
        return new Provenance(ref, fixed, new TreeSet<>(sources), Optional.empty(), signed);
    }

    private static Candidate candidate(Provenance from, String format, String image, String model) {
        return new Candidate(
                from, format, image.isEmpty() ? List.of() : List.of(image), JsonReader.object(model.getBytes(UTF_8)));
    }

    private static Policy policy(String name, String rules) {
        String yaml = "apiVersion: wherry.io/v1alpha1\nkind: Policy\nmetadata: {name: " + name
                + "}\nspec: {agentSelector: a=b, " + rules + "}\n";
        return (Policy) ResourceYaml.parse("p.yaml", yaml.getBytes(UTF_8)).getFirst();
    }
}
