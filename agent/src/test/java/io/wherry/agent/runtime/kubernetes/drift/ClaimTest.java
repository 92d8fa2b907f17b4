package io.wherry.agent.runtime.kubernetes.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimTest {
    private static final String LIVE =
            "{'kind':'Deployment','metadata':{'resourceVersion':'7','managedFields':[%s{'manager':'wherry-agent','operation':'%s','fieldsV1':%s}]}}";
    private static final String OTHER = "{'manager':'kubectl','operation':'Update','fieldsV1':{}},";

    private static Optional<String> patch(String other, String operation, String fields) {
        Json.Obj live = JsonReader.object(
                LIVE.formatted(other, operation, fields).replace('\'', '"').getBytes(UTF_8));
        return Claim.patch(live, List.of("spec", "strategy", "rollingUpdate"))
                .map(patch -> JsonWriter.compact(patch).replace('"', '\''));
    }

    @Test
    void isAddedBelowWhatIsOwnedOnTheWay() {
        assertThat(patch("", "Apply", "{'f:spec':{'f:strategy':{'f:type':{}}}}"))
                .hasValue(
                        "[{'op':'replace','path':'/metadata/resourceVersion','value':'7'},"
                                + "{'op':'add','path':'/metadata/managedFields/0/fieldsV1/f:spec/f:strategy/f:rollingUpdate','value':{}}]");
        assertThat(patch(OTHER, "Apply", "{'f:spec':{'f:replicas':{}}}")).hasValueSatisfying(patch -> assertThat(patch)
                .contains("'/metadata/managedFields/1/fieldsV1/f:spec/f:strategy','value':{'f:rollingUpdate':{}}"));
    }

    @Test
    void whoHasDeclaredNothingClaimsNothing() {
        assertThat(patch(OTHER, "Update", "{'f:spec':{}}")).isEmpty();
    }
}
