package io.wherry.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.cli.ReferencePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/wherry-hub.md} says what the program does. Rewrite it with {@code -Dgolden.update=true}. */
class ReferenceTest {
    @Test
    void wherryHubIsAsItsPageSays() throws IOException {
        Path page = Path.of("../docs/reference/wherry-hub.md");
        String wanted = ReferencePage.of(HubMain.line(new HubMain(Clock.systemUTC(), Map.of())), """
                The hub. Its configuration: [hub-configuration.md](hub-configuration.md). Exit codes: [exit-codes.md](exit-codes.md).
                """);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(page, wanted);
        }
        assertThat(page).content(UTF_8).isEqualTo(wanted);
    }
}
