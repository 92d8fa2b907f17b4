package io.wherry.agent.runtime.kubernetes.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogSourceTest {
    private static List<LogSource> of(String phase, String statuses) {
        return LogSource.all(JsonReader.object("""
                {"kind": "Pod", "metadata": {"name": "web-1", "namespace": "shop"},
                 "spec": {"initContainers": [{"name": "migrate"}], "containers": [{"name": "web"}]},
                 "status": {"phase": "%s", %s}}
                """.formatted(phase, statuses).getBytes(UTF_8)));
    }

    private static LogSource source(String container, boolean previous) {
        return new LogSource("shop", "web-1", container, previous);
    }

    private static final String MIGRATED =
            "\"initContainerStatuses\": [{\"name\": \"migrate\", \"state\": {\"terminated\": {\"exitCode\": 0}}}], ";

    @Test
    void ofAPodThatRunsTheContainersAreRead() {
        assertThat(of("Running", MIGRATED + """
                "containerStatuses": [{"name": "web", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}]
                """)).containsExactly(source("web", false));
    }

    @Test
    void ofOneThatCrashedAndRunsAgainItsRunBeforeComesFirst() {
        assertThat(of("Running", MIGRATED + """
                "containerStatuses": [{"name": "web", "restartCount": 1,
                  "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}},
                  "lastState": {"terminated": {"exitCode": 3}}}]
                """)).containsExactly(source("web", true), source("web", false));
    }

    @Test
    void ofOneThatWaitsInCrashLoopBackOffOnlyItsRunBeforeTellsSomething() {
        assertThat(of("Running", MIGRATED + """
                "containerStatuses": [{"name": "web", "restartCount": 4,
                  "state": {"waiting": {"reason": "CrashLoopBackOff"}},
                  "lastState": {"terminated": {"exitCode": 3}}}]
                """)).containsExactly(source("web", true));
    }

    @Test
    void whatRunsBeforeTheOthersIsReadWhileThePodWaitsForIt() {
        assertThat(of("Pending", """
                "initContainerStatuses": [{"name": "migrate", "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}],
                "containerStatuses": [{"name": "web", "state": {"waiting": {"reason": "PodInitializing"}}}]
                """)).contains(source("migrate", false));
    }
}
