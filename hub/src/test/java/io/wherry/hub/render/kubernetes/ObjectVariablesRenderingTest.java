package io.wherry.hub.render.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Problem;
import io.wherry.contract.ObjectVariables;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.render.compose.MemoryTree;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Variables of a stack in its objects: put in here, left for the agent, or refused with file and line. */
class ObjectVariablesRenderingTest {
    private static final ObjectValues VALUES = new ObjectValues(
            new TreeMap<>(Map.of("TAG", "1.10", "REPLICAS", "3", "PRICE", "$5 ${CITY}")),
            new TreeMap<>(Map.of("CITY", "[A-Za-z]*", "COUNT", "[0-9]{1,3}")));

    private static final String MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  a: %s\n";

    @Test
    void withoutTheOptInADollarSignMeansNothing() {
        var rendered = (Rendering.Rendered) KubernetesRenderer.render(
                request(Map.of("app/a.yaml", MAP.formatted("'${TAG} $$'")), ClusterOptions.of("shop")));

        assertThat(JsonWriter.compact(rendered.model())).contains("\"${TAG} $$\"");
        assertThat(rendered.siteVariables()).isEmpty();
    }

    @Test
    void earlyOnesArePutInAndNothingElseIsTouched() {
        Json.Obj model = rendered(
                        MAP.formatted(
                                "'${TAG} ${PRICE} $HOME $(pwd) $${TAG} $$ $'\n  b: '${TAG}'\n  ${not}: x\n"
                                        + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: \"web-${TAG}\"}\nspec: {replicas: \"${REPLICAS:int}\", image: \"x:${TAG}\"}"))
                .model();

        assertThat(JsonWriter.compact(model))
                .contains("\"1.10 $5 ${CITY} $HOME $(pwd) ${TAG} $$ $\"")
                .contains("\"b\":\"1.10\"", "\"${not}\":\"x\"", "\"replicas\":3", "\"x:1.10\"", "web-1.10")
                .doesNotContain("\"variables\"");
    }

    @Test
    void lateOnesStayForTheAgentInOneModelForAllSites() {
        Rendering.Rendered rendered = rendered(MAP.formatted("'in ${CITY} for ${PRICE}, $HOME'\n  b: '${COUNT:int}'"));

        assertThat(rendered.siteVariables()).containsExactly("CITY", "COUNT");
        assertThat(ObjectVariables.isAsked(rendered.model())).isTrue();
        Json.Obj atSite = ObjectVariables.substitute(rendered.model(), Map.of("CITY", "Bonn", "COUNT", "2"));
        assertThat(JsonWriter.compact(atSite))
                .contains("{\"a\":\"in Bonn for $5 ${CITY}, $HOME\",\"b\":2}")
                .contains("\"namespace\":\"shop\"");
    }

    @Test
    void anObjectCanBeLeftAlone() {
        String script = """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: s, annotations: {wherry.io/substitute: disabled}}
                data: {run: 'echo ${HOME} ${X:-y} $$'}
                ---
                """;

        assertThat(JsonWriter.compact(rendered(script + MAP.formatted("x")).model()))
                .contains("echo ${HOME} ${X:-y} $$");
        Rendering.Rendered late = rendered(script + MAP.formatted("'${CITY}'"));
        assertThat(JsonWriter.compact(ObjectVariables.substitute(late.model(), Map.of("CITY", "Bonn"))))
                .contains("echo ${HOME} ${X:-y} $$", "\"a\":\"Bonn\"");
    }

    @Test
    void whatIsUnknownOrNoVariableIsNamedWithItsPlace() {
        assertThat(problems(MAP.formatted("'x ${NOBODY}'")))
                .containsExactly(
                        "app/a.yaml:5:6: ConfigMap m: data.a: variable NOBODY is not known (give it in variables or siteVariables of the stack; write $${NOBODY} for a text that shall stay)");
        assertThat(problems(MAP.formatted("'${X:-y}'")))
                .singleElement()
                .asString()
                .contains("data.a: ${X:-y} is no variable", "written $${");
        assertThat(problems(MAP.formatted("'${X#y}'")))
                .singleElement()
                .asString()
                .contains("${X#y} is no variable");
        assertThat(problems(MAP.formatted("'${open'")))
                .singleElement()
                .asString()
                .contains("${open is no variable");
        assertThat(problems(MAP.formatted("x\n  ${TAG}: y")))
                .singleElement()
                .asString()
                .contains("name of a field");
    }

    @Test
    void aNumberMustSurelyBeOne() {
        assertThat(problems(MAP.formatted("'${TAG:int}'")))
                .singleElement()
                .asString()
                .contains("TAG: the value is no int");
        assertThat(problems(MAP.formatted("'${CITY:int}'")))
                .singleElement()
                .asString()
                .contains("site variable CITY may have values that are no int", "[0-9]{1,9}");
        assertThat(problems(MAP.formatted("'x${COUNT:int}'")))
                .singleElement()
                .asString()
                .contains("beside other text");
        assertThat(problems(MAP.formatted("'${COUNT:text}'")))
                .singleElement()
                .asString()
                .contains("int or bool");
    }

    @Test
    void aLateOneCannotStandWhereAllSitesMustBeTheSame() {
        for (String object : List.of(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'm-${CITY}'}",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: '${CITY}'}",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: m}\nspec: {containers: [{name: a, image: 'a:${CITY}'}]}",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: m}\ndata: {a: '${CITY}'}",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, annotations: {wherry.io/adopt: '${CITY}'}}")) {
            assertThat(problems(object))
                    .as(object)
                    .singleElement()
                    .asString()
                    .contains("site variable CITY cannot stand here", "early: true");
        }
    }

    @Test
    void aPlaceholderThatWasEncodedIsRefusedRatherThanShipped() {
        assertThat(problems("apiVersion: v1\nkind: Secret\nmetadata: {name: m}\ndata: {a: JHtDSVRZfQ==}")) // ${CITY}
                .singleElement()
                .asString()
                .contains("Secret m: data.a: a variable was encoded (base64)", "stringData");
    }

    @Test
    void dataThatIsNoBase64IsRefusedWithoutItsValue() {
        String secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: m}\ndata:\n  a: %s\n";

        assertThat(problems(secret.formatted("Canary-word")))
                .containsExactly("app/a.yaml:5:3: Secret/shop/m: data.a is not in base64 (write it in stringData)");
        assertThat(problems(secret.formatted("eA"))).singleElement().asString().contains("is not in base64");
        assertThat(rendered(secret.formatted("|\n    Q2FuYXJ5\n    eA==\n")).objects())
                .hasSize(1);
    }

    @Test
    void aBillionOfPutInCharactersIsRefused() {
        ObjectValues large = new ObjectValues(new TreeMap<>(Map.of("A", "v".repeat(4096))), new TreeMap<>());
        Rendering rendering = KubernetesRenderer.render(request(
                Map.of("app/a.yaml", MAP.formatted("\"" + "${A}".repeat(20_000) + "\"")),
                ClusterOptions.of("shop").with(large)));

        assertThat(((Rendering.Invalid) rendering).problems().toString()).contains("too long with their variables");
    }

    @Test
    void valuesOfAChartTakeEarlyOnesAlone() {
        Json.Obj values = Json.object()
                .put("tag", "${TAG}")
                .put(
                        "web",
                        Json.object()
                                .put("replicas", "${REPLICAS:int}")
                                .put("cost", "$5")
                                .build())
                .build();
        assertThat(JsonWriter.compact(ChartValues.fill(values, VALUES).values()))
                .isEqualTo("{\"tag\":\"1.10\",\"web\":{\"replicas\":3,\"cost\":\"$5\"}}");

        Json.Obj late = Json.object()
                .put("web", Json.object().put("city", "${CITY}").build())
                .build();
        assertThat(ChartValues.fill(late, VALUES).problems().toString())
                .contains("helm.values.web.city: site variable CITY cannot stand here: a chart may encode or compare");
    }

    private static Rendering.Rendered rendered(String yaml) {
        Rendering rendering = render(yaml);
        assertThat(rendering).isInstanceOf(Rendering.Rendered.class);
        return (Rendering.Rendered) rendering;
    }

    private static List<String> problems(String yaml) {
        return ((Rendering.Invalid) render(yaml))
                .problems().stream().map(Problem::toString).toList();
    }

    private static Rendering render(String yaml) {
        return KubernetesRenderer.render(
                request(Map.of("app/a.yaml", yaml), ClusterOptions.of("shop").with(VALUES)));
    }

    private static KubernetesRequest request(Map<String, String> files, ClusterOptions options) {
        return new KubernetesRequest(MemoryTree.of(files), "app", List.of(), List.of(), options);
    }
}
