package io.wherry.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.policy.Rule;
import io.wherry.contract.policy.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SitePolicyTest {
    @TempDir
    Path temp;

    @Test
    void followsLinksAndGuardsItsOwnState() throws IOException {
        Path open = Files.createDirectories(temp.toRealPath().resolve("open"));
        Files.createSymbolicLink(open.resolve("escape"), Path.of("/etc"));
        Path state = Files.createDirectories(open.resolve("agent"));
        Path file = Files.writeString(temp.resolve("agent.yaml"), "policy: {hostPaths: [" + open + "]}\n");
        SitePolicy policy = new SitePolicy(AgentConfig.read(file, Map.of()), state);

        assertThat(policy.objection(mounting(open.resolve("data")))).isEmpty();
        assertThat(policy.objection(mounting(open.resolve("escape/passwd"))).map(Violation::rule))
                .isEqualTo(Optional.of(Rule.HOST_PATH));
        assertThat(policy.objection(mounting(state.resolve("identity.key"))).map(Violation::rule))
                .isEqualTo(Optional.of(Rule.AGENT_STATE));
        assertThat(policy.objection(mounting(open)).map(Violation::rule)).isEqualTo(Optional.of(Rule.AGENT_STATE));
    }

    private static Json.Obj mounting(Path source) {
        return JsonReader.object(
                "{\"services\": {\"web\": {\"volumes\": [{\"type\": \"bind\", \"source\": \"%s\", \"target\": \"/x\"}]}}}"
                        .formatted(source)
                        .getBytes(UTF_8));
    }
}
