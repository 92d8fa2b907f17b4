package io.wherry.agent.runtime.kubernetes.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an apply declares of items of a list that are left to others. */
class LeftToOthersTest {
    /** On the cluster a port was put before the stack's two, which have one number, and each was given a port of the node. */
    private static final String LIVE = """
        {'kind':'Service','apiVersion':'v1','metadata':{'name':'dns','managedFields':[{'manager':'wherry-agent','operation':'Apply','fieldsV1':{'f:spec':{
         'f:ports':{'k:{"port":53,"protocol":"TCP"}':{'.':{},'f:port':{},'f:name':{},'f:nodePort':{}},
                    'k:{"port":53,"protocol":"UDP"}':{'.':{},'f:port':{},'f:protocol':{},'f:name':{},'f:nodePort':{}}}}}},
         {'manager':'other','operation':'Update','fieldsV1':{'f:spec':{'f:ports':{'k:{"port":9,"protocol":"TCP"}':{'.':{},'f:port':{}}}}}}]},
         'spec':{'ports':[{'port':9,'protocol':'TCP','name':'more','nodePort':30009},{'port':53,'protocol':'UDP','name':'udp','nodePort':31053},
          {'port':53,'protocol':'TCP','name':'tcp','nodePort':30053}]}}
        """;

    private static String ports(String declared, String pointer) {
        DriftRules rules =
                Recorded.rules("{'ignoreDifferences':[{'kind':'Service','jsonPointers':['" + pointer + "']}]}");
        Json.Obj object = json(
                "{'kind':'Service','apiVersion':'v1','metadata':{'name':'dns'},'spec':{'ports':" + declared + "}}");
        Json.Obj left = LeftToOthers.in(object, json(LIVE), rules);
        return JsonWriter.compact(left.object("spec").find("ports").orElseThrow())
                .replace('"', '\'');
    }

    private static Json.Obj json(String text) {
        String quoted = text.replace("\"", "\\\"").replace('\'', '"');
        return JsonReader.object(quoted.getBytes(UTF_8));
    }

    private static final String BOTH =
            "[{'port':53,'name':'tcp','nodePort':1},{'port':53,'protocol':'UDP','name':'udp','nodePort':2}]";

    @ParameterizedTest
    @ValueSource(strings = {"port=53,protocol=UDP", "name=udp", "1"})
    void ofTwoPortsOfOneNumberTheOneThatTheRuleNamesIsLeft(String step) {
        assertThat(ports(BOTH, "/spec/ports/" + step + "/nodePort"))
                .isEqualTo(BOTH.replace("'nodePort':2", "'nodePort':31053"));
    }

    @Test
    void aProtocolThatIsNotDeclaredIsTheOneThatTheClusterChooses() {
        assertThat(ports(BOTH, "/spec/ports/port=53,protocol=TCP/nodePort"))
                .isEqualTo(BOTH.replace("'nodePort':1", "'nodePort':30053"));
    }

    @Test
    void whatIsNotThereYetGetsNothingOfAnother() {
        String declared = "[{'port':80,'nodePort':4},{'port':53,'nodePort':5}]";

        assertThat(ports(declared, "/spec/ports/*/nodePort"))
                .isEqualTo(declared.replace("'nodePort':5", "'nodePort':30053"));
    }
}
