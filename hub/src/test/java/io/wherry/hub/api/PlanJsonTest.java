package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.sync.ModelDiff;
import io.wherry.hub.sync.StackPlan;
import io.wherry.hub.sync.StackPlan.Action;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanJsonTest {
    private static final AgentId SITE = AgentId.parse("0123456789abcdefghjkmnpqrs");

    private static StackPlan plan(Optional<String> problem) {
        return new StackPlan(
                "shop",
                "",
                List.of(),
                List.of(new TargetPlan(
                        SITE,
                        "north",
                        Action.UNCHANGED,
                        problem,
                        ModelDiff.between(ModelDiff.NOTHING, ModelDiff.NOTHING),
                        List.of(),
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty())));
    }

    private static String summary(Map<AgentId, SitePlans.Said> sites) {
        return summary(Optional.empty(), sites);
    }

    private static String summary(Optional<String> problem, Map<AgentId, SitePlans.Said> sites) {
        return PlanJson.of(plan(problem), Map.of(), sites)
                .objects("targets")
                .getFirst()
                .string("summary");
    }

    private static Map<AgentId, SitePlans.Said> said(String answer) {
        return Map.of(SITE, new SitePlans.Said.Known(JsonReader.object(answer.getBytes(UTF_8))));
    }

    @Test
    void nothingIsToDoOnlyWhereSiteAndClusterSayNothingElse() {
        assertThat(summary(Map.of())).isEqualTo("nothing to do");
        assertThat(summary(said("{\"objects\": [], \"notes\": []}"))).isEqualTo("nothing to do");
        assertThat(summary(said("{\"objects\": [], \"notes\": [\"PolicyDenied: hostPath: …\"]}")))
                .isEqualTo("nothing new for it");
        assertThat(summary(said("{\"objects\": [{\"object\": \"ConfigMap/shop/a\"}], \"notes\": []}")))
                .isEqualTo("nothing new for it");
        assertThat(summary(Optional.of("it does not run what it was offered"), Map.of()))
                .isEqualTo("nothing new for it");
    }
}
