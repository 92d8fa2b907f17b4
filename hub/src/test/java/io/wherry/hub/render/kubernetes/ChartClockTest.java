package io.wherry.hub.render.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.base.yaml.Problems;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ChartClockTest {
    private static final String LATER = "(now | dateModify \"9491h13m7s\")";

    @Test
    void nowIsLaterWhereverATemplateCallsIt() {
        assertThat(ChartClock.later("now: {{ now | date \"2006\" }}\nb: {{- date \"now\" now -}} now {{now}}"))
                .isEqualTo("now: {{ " + LATER + " | date \"2006\" }}\nb: {{- date \"now\" " + LATER + " -}} now {{"
                        + LATER + "}}");
    }

    @Test
    void namesTextsAndCommentsStayAsTheyAre() {
        for (String same : new String[] {
            "{{ .Values.now }}{{ $now }}{{ nowhere }}{{ .now.x }}{{ know }}",
            "{{ include \"a.now\" . }}{{ print \"a \\\" now\" `now` }}",
            "{{/* now }} */}}",
            "{{ print \"now",
            "now"
        }) {
            assertThat(ChartClock.later(same)).isEqualTo(same);
        }
    }

    @Test
    void packedChartsAreLaterTooAndOtherFilesAreNot() {
        SortedMap<String, byte[]> inner = new TreeMap<>(
                Map.of("Chart.yaml", "a: {{ now }}".getBytes(UTF_8), "templates/a.yaml", "{{ now }}".getBytes(UTF_8)));
        SortedMap<String, byte[]> chart =
                new TreeMap<>(Map.of("charts/a-1.tgz", ChartTar.write(inner), "files/a", "{{ now }}".getBytes(UTF_8)));

        SortedMap<String, byte[]> later = ChartClock.later(chart);

        assertThat(later.get("files/a")).asString(UTF_8).isEqualTo("{{ now }}");
        SortedMap<String, byte[]> packed = ChartTar.read(
                Objects.requireNonNull(later.get("charts/a-1.tgz")), ChartFiles.MAX_BYTES, ChartFiles.MAX_FILES);
        assertThat(packed.get("Chart.yaml")).asString(UTF_8).isEqualTo("a: {{ now }}");
        assertThat(packed.get("templates/a.yaml")).asString(UTF_8).isEqualTo("{{ " + LATER + " }}");
    }

    @Test
    void theOrderOfAMapIsMendedBySorting() {
        assertThat(ChartRandomness.hint("keys in line 6")).contains("sortAlpha");
        assertThat(ChartRandomness.hint("randAlphaNum in line 6")).contains("by values");
    }

    @Test
    void whatIsWrongInWhatHelmWroteIsToldByItsTemplate() {
        Problems found = new Problems();
        found.add(new Position("c (as rendered)", 8, 3), "doubled", "first at c (as rendered):4:1");
        found.add(Position.of("c"), "all of it");
        assertThat(told(found, Optional.of("apps/shop")))
                .containsExactly(
                        "apps/shop/templates/b.yaml (as rendered):2:3: doubled (first at apps/shop/templates/a.yaml (as rendered):2:1)",
                        "c: all of it");
        assertThat(told(found, Optional.of("")).getFirst()).startsWith("templates/b.yaml (as rendered):2:3: ");
        assertThat(told(found, Optional.empty()).getFirst()).startsWith("web/templates/b.yaml (as rendered):2:3: ");
    }

    private static List<String> told(Problems found, Optional<String> folder) {
        Problems told = new Problems();
        String output =
                "---\n# Source: web/templates/a.yaml\na: 1\nb: 1\n---\n# Source: web/templates/b.yaml\na: 1\n  x: 1\n";
        new RenderedPlaces("c (as rendered)", output.getBytes(UTF_8), folder).name(found, told);
        return told.list().stream().map(Problem::toString).toList();
    }
}
