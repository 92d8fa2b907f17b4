package io.wherry.agent.runtime.kubernetes.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against recorded answers of a real API server: what kubectl did to each object stands in the test's name. */
class DriftTest {
    static Stream<Recorded> every() throws IOException {
        return Recorded.every();
    }

    @ParameterizedTest
    @MethodSource("every")
    void anObjectDoesNotDifferFromItself(Recorded recorded) {
        for (Json.Obj object : List.of(recorded.live(), recorded.dryRun())) {
            assertThat(Drift.of("X", recorded.declared(), object, object, Optional.of(object), Recorded.RULES))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("every")
    void afterAnApplyAndATakeBackNothingDiffers(Recorded recorded) {
        if (recorded.name().endsWith("-corrected") || recorded.name().equals("same")) {
            assertThat(recorded.differences(Recorded.RULES)).isEmpty();
            assertThat(TakeBack.patch(recorded.live(), recorded.dryRun(), Recorded.RULES))
                    .isEmpty();
        } else {
            assertThat(recorded.differences(Recorded.RULES)).isNotEmpty();
        }
    }

    @Test
    void kubectlScaleSetLabelAnnotateAndEditAreSeenAndARolloutRestartIsNot() {
        assertThat(Recorded.of("edited").differences(Recorded.RULES))
                .containsExactly(
                        "metadata.annotations.note:  -> by hand, with spaces (added by kubectl-annotate)",
                        "metadata.annotations.team: shop -> other",
                        "metadata.labels.tier:  -> front (added by kubectl-label)",
                        "spec.replicas: 2 -> 3",
                        "spec.template.spec.containers[name=side]:  ->"
                                + " {\"env\":[{\"name\":\"KEY\",\"value\":\"hmac:fc4ab316355a\"}],\"image\":\"wherry.test/busybox:1\",\"imagePullPolicy\":\"IfNotPresent\",\"name\":\"side\",\"resources\":{},\"terminationMessagePath\":\"/dev/termination-log\",\"termi"
                                + " … (added by kubectl-edit)",
                        "spec.template.spec.containers[name=web].env[name=DEBUG]:  ->"
                                + " {\"name\":\"DEBUG\",\"value\":\"hmac:6f51b61a3db9\"} (added by kubectl-set)",
                        "spec.template.spec.containers[name=web].env[name=MODE].value: hmac:584d11bceb56 ->"
                                + " hmac:dc2de0773853",
                        "spec.template.spec.containers[name=web].image: wherry.test/busybox:1 -> wherry.test/pause:1",
                        "spec.template.spec.containers[name=web].ports[containerPort=8080,protocol=UDP]:"
                                + " {\"containerPort\":8080,\"protocol\":\"UDP\"} -> ",
                        "spec.template.spec.nodeSelector:  -> {\"kubernetes.io/os\":\"linux\"} (added by kubectl-edit)",
                        "spec.template.spec.securityContext.runAsUser:  -> 0 (added by kubectl-edit)");
    }

    @Test
    void itemsOfListsAreKnownByTheirKeyFields() {
        assertThat(Recorded.of("service").differences(Recorded.RULES))
                .containsExactly(
                        "metadata.finalizers[\"example.org/held\"]:  -> example.org/held (added by kubectl-edit)",
                        "spec.ports[port=80,protocol=TCP].targetPort: http -> other",
                        "spec.ports[port=99,protocol=TCP]:  ->"
                                + " {\"name\":\"more\",\"port\":99,\"protocol\":\"TCP\",\"targetPort\":99} (added by"
                                + " kubectl-edit)");
    }

    @Test
    void ofATextOfSeveralLinesTheFirstThatDiffersIsShown() {
        assertThat(Recorded.of("config").differences(Recorded.RULES))
                .containsExactly(
                        "data.extra:  -> y (added by kubectl-edit)", "data[\"app.conf\"]: line 2: b=2 -> line 2: b=3");
    }

    @Test
    void aSecretShowsNamesAndHashesAlsoWhereItWasDeclaredAsStringData() {
        assertThat(Recorded.of("secret").differences(Recorded.RULES))
                .containsExactly(
                        "data.added:  -> hmac:c830bc6a6f33 (added by kubectl-edit)",
                        "data.password: hmac:e2f45c8e2aca -> hmac:180a4011671b");
    }

    @ParameterizedTest
    @MethodSource("every")
    void noValueOfASecretOrAnEnvironmentIsShown(Recorded recorded) {
        String shown = String.join("\n", recorded.differences(Recorded.RULES))
                + Drift.of("X", recorded.declared(), recorded.live(), recorded.dryRun(), Recorded.RULES)
                + Drift.of("X", recorded.declared(), recorded.declared(), recorded.dryRun(), Recorded.RULES);
        for (String secret : List.of("hunter2", "letmein", "topsecret", "verysecret", "sekrit-of-side", "production")) {
            assertThat(shown)
                    .doesNotContain(secret)
                    .doesNotContain(Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)));
        }
    }

    @Test
    void whatKubectlOwnsOfTheClustersOwnDefaultsIsNoAddition() {
        Recorded adopted = Recorded.of("adopted");

        assertThat(adopted.differences(Recorded.RULES))
                .containsExactly(
                        "metadata.annotations.owner:  -> anna (added by kubectl-client-side-apply)",
                        "metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"]:  ->"
                                + " hmac:3fdab0dec027 (added by kubectl-client-side-apply)");
        assertThat(Drift.of("X", adopted.declared(), adopted.live(), adopted.dryRun(), Recorded.RULES))
                .as("without the second dry run all of it is told")
                .hasSize(18);
    }

    @Test
    void ignoredPointersTakeEscapesPlacesKeysAndStars() {
        DriftRules rules = Recorded.rules("""
            {'ignoreDifferences': [
              {'group': 'apps', 'kind': 'Deployment', 'jsonPointers': ['/metadata/annotations/note', '/spec/replicas',
                 '/spec/template/spec/containers/name=web/env/*/value', '/spec/template/spec/containers/1/image',
                 '/spec/template/spec/containers/*/ports', '/spec/template/spec/nodeSelector/kubernetes.io~1os',
                 '/spec/template/spec/securityContext']},
              {'group': 'apps', 'kind': 'Deployment', 'name': 'other', 'jsonPointers': ['/metadata/labels']},
              {'group': 'apps', 'kind': 'Deployment', 'namespace': 'other', 'jsonPointers': ['/metadata/labels']},
              {'kind': 'Deployment', 'jsonPointers': ['/metadata/labels']}]}\
            """);

        assertThat(Recorded.of("edited").differences(rules).stream().map(d -> d.substring(0, d.indexOf(": "))))
                .as("a pointer below what a person set whole does not cover the whole")
                .containsExactly(
                        "metadata.annotations.team",
                        "metadata.labels.tier",
                        "spec.template.spec.containers[name=side]",
                        "spec.template.spec.containers[name=web].env[name=DEBUG]",
                        "spec.template.spec.nodeSelector");
    }

    @Test
    void ourMarksOfTheGenerationAreNoDrift() {
        Recorded same = Recorded.of("same");
        Json.Obj older = Edits.put(same.live(), "older", "metadata", "annotations", "wherry.io/generation");
        Json.Obj other = Edits.put(older, "z", "metadata", "annotations", "team");

        assertThat(Drift.of("X", same.declared(), older, same.dryRun(), Recorded.RULES))
                .isEmpty();
        assertThat(Drift.of("X", same.declared(), other, same.dryRun(), Recorded.RULES))
                .extracting(Recorded::line)
                .containsExactly("metadata.annotations.team: shop -> z");
    }

    @Test
    void aFieldThatIsNotDeclaredAnyMoreDiffers() {
        Recorded same = Recorded.of("same");
        Json.Obj without = Edits.remove(
                Edits.remove(same.dryRun(), "metadata", "annotations", "team"),
                "metadata",
                "managedFields",
                "0",
                "fieldsV1",
                "f:metadata",
                "f:annotations",
                "f:team");

        assertThat(Drift.of("X", same.declared(), same.live(), without, Recorded.RULES))
                .extracting(Recorded::line)
                .containsExactly("metadata.annotations.team:  -> shop");
    }

    @Test
    void anApiThatKeepsNoOwnersIsComparedByWhatIsDeclared() {
        Recorded edited = Recorded.of("edited");
        Json.Obj live = Edits.remove(edited.live(), "metadata", "managedFields");
        Json.Obj dryRun = Edits.remove(edited.dryRun(), "metadata", "managedFields");

        assertThat(Drift.of("X", edited.declared(), live, dryRun, Recorded.RULES))
                .extracting(Difference::field)
                .containsExactly("metadata.annotations.team", "spec.replicas", "spec.template.spec.containers");
    }

    @Test
    void aDifferenceNamesTheObject() {
        assertThat(Drift.missing("Deployment.apps/shop/web"))
                .isEqualTo(new Difference("Deployment.apps/shop/web", "state", "present", "missing"));
    }

    @Test
    void badRulesAreRefusedByPlace() {
        assertThatThrownBy(() -> Recorded.rules("{'ignoreDifferences': [{'kind': 'A', 'jsonPointers': ['spec']}]}"))
                .isInstanceOf(JsonException.class)
                .hasMessage("ignoreDifferences[0].pointer: spec (expected: / before each step, like /spec/replicas)");
        assertThatThrownBy(() ->
                        Recorded.rules("{'ignoreDifferences': [{'kind': 'A', 'jsonPointers': ['/a'], 'paths': 1}]}"))
                .hasMessageStartingWith("ignoreDifferences[0].paths: unknown field");
        assertThatThrownBy(() -> Recorded.rules("{'ignoreDifferences': [{'kind': 'A'}]}"))
                .hasMessageStartingWith("ignoreDifferences[0].jsonPointers: none");
        assertThatThrownBy(() -> Recorded.rules("{'takeBack': ['*']}"))
                .hasMessageStartingWith("takeBack: * matches wherry-agent");
    }
}
