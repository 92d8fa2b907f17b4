package io.wherry.agent.runtime.kubernetes.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TakeBackTest {
    static Stream<Recorded> added() throws IOException {
        return Recorded.every().filter(r -> r.all().find("patch").isPresent());
    }

    /** The API server took these patches, and what it made of them is recorded beside them. */
    @ParameterizedTest
    @MethodSource("added")
    void thePatchIsTheOneThatTheServerTook(Recorded recorded) {
        assertThat(TakeBack.patch(recorded.live(), recorded.dryRun(), Recorded.RULES))
                .contains(new Json.Arr(recorded.all().array("patch")));
    }

    @Test
    void whatIsDeclaredStaysAlsoWherePeopleChangedIt() {
        assertThat(removed(Recorded.of("edited"), Recorded.RULES))
                .contains("/metadata/annotations/note", "/spec/template/spec/containers/0")
                .doesNotContain(
                        "/spec/template/spec/containers/1/image", "/metadata/annotations/team", "/spec/replicas");
    }

    /** A port that got another number is another item, which holds the declared one's name. */
    @Test
    void roomIsMadeByBringingWhatIsMissingBesideWhatGoes() {
        Json.Obj live = JsonReader.object("""
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","resourceVersion":"7","managedFields":[
                 {"manager":"wherry-agent","operation":"Apply","fieldsV1":{"f:spec":{"f:ports":{
                  "k:{\\"port\\":81,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{},"f:port":{}}}}}},
                 {"manager":"kubectl-edit","operation":"Update","fieldsV1":{"f:spec":{"f:ports":{
                  "k:{\\"port\\":8088,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{}}}}}}]},
                 "spec":{"ports":[{"name":"http","port":8088,"protocol":"TCP"},{"name":"more","port":81,"protocol":"TCP"}]}}
                """.getBytes(UTF_8));
        Json.Obj declared = JsonReader.object("""
                {"spec":{"ports":[{"name":"http","port":80},{"name":"more","port":81}]}}
                """.getBytes(UTF_8));

        assertThat(TakeBack.makingRoom(declared, live, Recorded.RULES)
                        .map(JsonWriter::compact)
                        .orElse(""))
                .isEqualTo("[{\"op\":\"add\",\"path\":\"/spec/ports/-\",\"value\":{\"name\":\"http\",\"port\":80}},"
                        + "{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"7\"},"
                        + "{\"op\":\"remove\",\"path\":\"/spec/ports/0\"},"
                        + "{\"op\":\"remove\",\"path\":\"/metadata/managedFields/1\"}]");
    }

    @Test
    void roomIsMadeBySettingWhatIsDeclaredInThePlaceOfWhatWouldGo() {
        Json.Obj live = JsonReader.object("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","resourceVersion":"7","managedFields":[
                 {"manager":"wherry-agent","operation":"Apply","fieldsV1":{"f:spec":{"f:replicas":{}}}},
                 {"manager":"kubectl-patch","operation":"Update","fieldsV1":{"f:spec":{"f:strategy":{"f:type":{},"f:rollingUpdate":{".":{},"f:maxSurge":{}}}}}}]},
                 "spec":{"replicas":1,"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":3}}}}
                """.getBytes(UTF_8));
        Json.Obj declared = JsonReader.object(
                "{\"spec\":{\"replicas\":1,\"strategy\":{\"type\":\"Recreate\"},\"minReadySeconds\":3}}"
                        .getBytes(UTF_8));

        assertThat(TakeBack.makingRoom(declared, live, Recorded.RULES)
                        .map(JsonWriter::compact)
                        .orElse(""))
                .contains(
                        "{\"op\":\"add\",\"path\":\"/spec/minReadySeconds\",\"value\":3}",
                        "{\"op\":\"replace\",\"path\":\"/spec/strategy/type\",\"value\":\"Recreate\"}",
                        "{\"op\":\"remove\",\"path\":\"/spec/strategy/rollingUpdate\"}")
                .doesNotContain("replicas", "{\"op\":\"remove\",\"path\":\"/spec/strategy/type\"}");
    }

    /** Nobody declares the replicas; who set them did it with {@code kubectl scale}. */
    private static Json.Obj scaled(String manager) {
        return JsonReader.object("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","resourceVersion":"7","managedFields":[
                 {"manager":"wherry-agent","operation":"Apply","fieldsV1":{"f:spec":{"f:paused":{}}}},
                 {"manager":"MANAGER","operation":"Update","subresource":"scale","fieldsV1":{"f:spec":{"f:replicas":{}}}}]},
                 "spec":{"paused":false,"replicas":2}}
                """.replace("MANAGER", manager).getBytes(UTF_8));
    }

    @Test
    void replicasThatAPersonSetGoUnlessAnAutoscalerHasThem() {
        Json.Obj byHand = scaled("kubectl");
        assertThat(Recorded.RULES.isScaledByHand(byHand)).isTrue();
        assertThat(TakeBack.patch(byHand, byHand, Recorded.RULES)
                        .map(JsonWriter::compact)
                        .orElse(""))
                .isEqualTo("[{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\",\"value\":\"7\"},"
                        + "{\"op\":\"remove\",\"path\":\"/spec/replicas\"},"
                        + "{\"op\":\"remove\",\"path\":\"/metadata/managedFields/1\"}]");
        assertThat(TakeBack.patch(byHand, byHand, Recorded.RULES.whereAutoscaled()))
                .isEmpty();

        Json.Obj byAutoscaler = scaled("kube-controller-manager");
        assertThat(Recorded.RULES.isScaledByHand(byAutoscaler)).isFalse();
        assertThat(TakeBack.patch(byAutoscaler, byAutoscaler, Recorded.RULES)).isEmpty();
    }

    /** As the API server of Kubernetes 1.34 leaves it: of 0 it keeps no owner. */
    @Test
    void replicasOfNoneThatNobodyOwnsGoToo() {
        Json.Obj live = JsonReader.object(JsonWriter.compact(scaled("kubectl"))
                .replace("\"replicas\":2", "\"replicas\":0")
                .replace("\"f:spec\":{\"f:replicas\":{}}", "")
                .getBytes(UTF_8));
        assertThat(Recorded.RULES.isScaledByHand(live)).isTrue();
        assertThat(TakeBack.patch(live, live, Recorded.RULES)
                        .map(JsonWriter::compact)
                        .orElse(""))
                .contains("{\"op\":\"remove\",\"path\":\"/spec/replicas\"}");
        assertThat(TakeBack.patch(live, live, Recorded.RULES.whereAutoscaled())).isEmpty();
        Json.Obj bySomebody = JsonReader.object(JsonWriter.compact(scaled("downscaler"))
                .replace("\"replicas\":2", "\"replicas\":0")
                .getBytes(UTF_8));
        assertThat(TakeBack.patch(bySomebody, bySomebody, Recorded.RULES)).isEmpty();
    }

    @Test
    void laterItemsOfAListGoBeforeEarlierOnes() {
        List<String> removed = removed(Recorded.of("edited"), Recorded.RULES);

        assertThat(removed.stream().filter(p -> p.startsWith("/metadata/managedFields/")))
                .hasSizeGreaterThan(2)
                .isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(removed.stream()
                        .filter(p -> p.startsWith("/spec/template/spec/containers/1"))
                        .map(removed::indexOf))
                .as("the container at 0 goes last")
                .allMatch(at -> at < removed.indexOf("/spec/template/spec/containers/0"));
    }

    @Test
    void whatIsIgnoredStays() {
        DriftRules rules =
                Recorded.rules("{'ignoreDifferences': [{'kind': 'Service', 'jsonPointers': ['/spec/ports/port=99',"
                        + " '/metadata/finalizers/0']}]}");

        assertThat(removed(Recorded.of("service"), rules))
                .noneMatch(p -> p.startsWith("/spec") || p.contains("finalizers"));
        assertThat(removed(Recorded.of("service"), Recorded.RULES)).contains("/metadata/finalizers", "/spec/ports/2");
    }

    @Test
    void aManagerOfOnesOwnIsTakenBackWhereTheStackSaysSo() {
        Recorded service = Recorded.of("service");
        Json.Obj live = renamed(service.live());

        assertThat(TakeBack.patch(live, service.dryRun(), Recorded.RULES)).isEmpty();
        assertThat(TakeBack.patch(live, service.dryRun(), Recorded.rules("{'takeBack': ['night*script']}")))
                .isPresent();
        assertThat(TakeBack.patch(live, service.dryRun(), Recorded.rules("{'takeBack': ['night*scripts']}")))
                .isEmpty();
    }

    private static Json.Obj renamed(Json.Obj live) {
        Json.Obj renamed = live;
        List<Json.Obj> entries = live.object("metadata").objects("managedFields");
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).string("manager").startsWith("kubectl")) {
                renamed = Edits.put(
                        renamed, "night-shift-script", "metadata", "managedFields", String.valueOf(i), "manager");
            }
        }
        return renamed;
    }

    private static List<String> removed(Recorded recorded, DriftRules rules) {
        return TakeBack.patch(recorded.live(), recorded.dryRun(), rules).orElseThrow().items().stream()
                .map(operation -> (Json.Obj) operation)
                .filter(operation -> operation.string("op").equals("remove"))
                .map(operation -> operation.string("path"))
                .toList();
    }
}
