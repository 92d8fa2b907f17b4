package io.wherry.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.fleet.AgentState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/reference/metrics.md against what a running hub tells. */
class MetricsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/metrics.md");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern ROW = Pattern.compile("\\| `(wherry_\\w+)` \\| (\\w+) \\|.*");

    @TempDir
    Path folder;

    @Test
    void thePageNamesEveryMetricWithItsTypeAndNoOther() throws IOException {
        try (TestHub hub = TestHub.start(folder)) {
            String told = hub.health().get("/metrics").body();
            assertThat(types(told.lines(), TYPE))
                    .isEqualTo(types(Files.readString(PAGE).lines(), ROW));
        }
    }

    @Test
    void thePageNamesEveryStateOfAnAgent() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains(Arrays.stream(AgentState.values())
                        .map(state -> "`" + state.text() + "`")
                        .toList());
    }

    private static Map<String, String> types(Stream<String> lines, Pattern pattern) {
        Map<String, String> types = new TreeMap<>();
        lines.map(pattern::matcher).filter(Matcher::matches).forEach(line -> types.put(line.group(1), line.group(2)));
        return types;
    }
}
