package io.wherry.hub.render.compose;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.SiteVariables;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.render.Rendering;
import io.wherry.hub.source.ReadSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ComposeRendererTest {
    @Test
    void equalInputsGiveEqualBytesWhateverTheOrderOfKeys() {
        var a = rendered(Map.of("compose.yaml", "services:\n  b: {image: x, labels: {p: 1, q: 2}}\n  a: {image: y}\n"));
        var b = rendered(Map.of("compose.yaml", "services:\n  a: {image: y}\n  b: {labels: [q=2, p=1], image: x}\n"));
        assertThat(JsonWriter.canonical(a.model())).isEqualTo(JsonWriter.canonical(b.model()));
    }

    @Test
    void theReadSetHoldsWhatWasReadAndWhatWasLookedForInVain() {
        var rendered = rendered(Map.of(
                "compose.yml",
                        "services: {web: {image: x, env_file: [{path: e.env, required: false}], volumes: [\"./d:/d\"]}}",
                "d/f", "1",
                "unrelated", "1"));
        assertThat(rendered.readSet().looks().keySet())
                .extracting(ReadSet.Look::path)
                .contains("compose.yaml", "compose.yml", "compose.override.yaml", ".env", "e.env", "d", "d/f")
                .doesNotContain("unrelated");
        assertThat(rendered.readSet().looks())
                .containsEntry(new ReadSet.Look(ReadSet.Look.Kind.FILE, "compose.yaml"), ReadSet.ABSENT);
    }

    @Test
    void theReadSetHoldsTheFilesThatAStackIsMadeOf() {
        var plain = RenderRequest.of(
                MemoryTree.of(Map.of(
                        "app/compose.yaml",
                        "include: [../shared/db.yaml]\n"
                                + "services: {web: {extends: {file: ../common/base.yaml, service: base}}}",
                        "common/base.yaml",
                        "services: {base: {image: x, label_file: l.labels, extends: {file: more.yaml, service: more}}}",
                        "common/more.yaml",
                        "services: {more: {init: true}}",
                        "common/l.labels",
                        "A=1",
                        "shared/db.yaml",
                        "services: {db: {image: x}}")),
                "app",
                "p");
        var rendered = (Rendering.Rendered) ComposeRenderer.render(plain);
        assertThat(rendered.readSet().looks().keySet())
                .extracting(ReadSet.Look::path)
                .contains("common/base.yaml", "common/more.yaml", "common/l.labels", "shared/db.yaml", "shared/.env");
    }

    /** Compose reads such a number as none, and starts the service without a limit. */
    @Test
    void aLimitWithAFractionOfAByteIsRefusedAndNotDropped() {
        for (String attribute : List.of("mem_limit", "memswap_limit", "shm_size")) {
            var invalid = (Rendering.Invalid) ComposeRenderer.render(RenderRequest.of(
                    MemoryTree.of(Map.of("compose.yaml", "services: {web: {image: x, " + attribute + ": 1.5}}")),
                    "",
                    "p"));
            assertThat(invalid.problems().toString()).contains("compose.yaml:1:", attribute, "1.5", "with a unit");
        }
    }

    @Test
    void aKeyWithNothingBehindItAndNothingUnderItIsRefusedAtItsPlace() {
        var invalid = (Rendering.Invalid) ComposeRenderer.render(RenderRequest.of(
                MemoryTree.of(Map.of("compose.yaml", "services:\n  web:\n    image: x\n    environment:\nvolumes:\n")),
                "",
                "p"));
        assertThat(invalid.problems().toString())
                .contains("compose.yaml:4:", "services.web.environment has nothing below it")
                .contains("compose.yaml:5:", "volumes has nothing below it", "leave it out");
    }

    @Test
    void theReadSetHoldsAFileThatIsMissedSoThatItsComingMendsTheStack() {
        var invalid = (Rendering.Invalid) ComposeRenderer.render(RenderRequest.of(
                MemoryTree.of(Map.of("app/compose.yaml", "include: [../db.yaml]\nservices: {web: {image: x}}")),
                "app",
                "p"));
        assertThat(invalid.readSet().looks())
                .containsEntry(new ReadSet.Look(ReadSet.Look.Kind.FILE, "db.yaml"), ReadSet.ABSENT);
    }

    @Test
    void substitutionGivesBackWhatThePersonWrote() {
        var plain = RenderRequest.of(
                MemoryTree.of(Map.of(
                        "compose.yaml", "services: {web: {image: x, command: [\"$$5 ${SITE}\", \"$${SITE}\"]}}")),
                "",
                "p");
        var rendered = (Rendering.Rendered) ComposeRenderer.render(new RenderRequest(
                plain.tree(),
                "",
                List.of(),
                List.of(),
                List.of(),
                new TreeMap<>(),
                "p",
                new TreeSet<>(List.of("SITE"))));
        assertThat(SiteVariables.names(rendered.model()))
                .isEqualTo(rendered.siteVariables())
                .containsExactly("SITE");
        assertThat(SiteVariables.substitute(rendered.model(), Map.of("SITE", "s$1"))
                        .object("services")
                        .object("web")
                        .strings("command"))
                .containsExactly("$5 s$1", "${SITE}");
    }

    private static Rendering.Rendered rendered(Map<String, String> files) {
        return (Rendering.Rendered) ComposeRenderer.render(RenderRequest.of(MemoryTree.of(files), "", "p"));
    }
}
