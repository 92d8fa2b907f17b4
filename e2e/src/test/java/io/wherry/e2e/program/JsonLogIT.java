package io.wherry.e2e.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a collector reads of programs that were told to log JSON: nothing else, from the first line to the last. */
class JsonLogIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of();

    @Test
    void aHubWritesJsonLinesOnly() throws Exception {
        RunningHub hub = RunningHub.init(fleet.programs(), fleet.folder(), "json", "log.format=json");
        hub.start();
        try {
            Operator ann = new Operator(fleet.programsWith("ann"), fleet.folder());
            ann.login(hub, "--ca-file", hub.authority().toString()).ok();
        } finally {
            hub.stop();
        }

        assertThatAllIsJson(hub.log());
    }

    @Test
    void anAgentWritesJsonLinesOnly() throws Exception {
        Programs programs = fleet.programs().with("WHERRY_AGENT_LOG_FORMAT", "json");
        RunningAgent agent = new RunningAgent(programs, fleet.folder(), "site");
        agent.join(fleet.operator().token()).ok();
        agent.start();
        try {
            fleet.operator().does("wait", "agent", "site", "--for", "connected", "--timeout", "4m");
        } finally {
            agent.stop();
        }

        assertThatAllIsJson(agent.log());
    }

    private static void assertThatAllIsJson(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        assertThat(lines).isNotEmpty();
        for (String line : lines) {
            assertThat(line).startsWith("{");
            assertThat(JsonReader.object(line.getBytes(UTF_8)).fields())
                    .containsOnlyKeys("time", "level", "logger", "message");
        }
    }
}
