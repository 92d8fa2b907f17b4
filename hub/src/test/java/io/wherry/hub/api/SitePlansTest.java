package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.StackId;
import io.wherry.contract.Zipped;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.sync.ModelDiff;
import io.wherry.hub.sync.StackPlan;
import io.wherry.hub.sync.StackPlan.Action;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class SitePlansTest {
    private static final AgentId SITE = AgentId.parse("0123456789abcdefghjkmnpqrs");
    private static final SiteQuestion.Plan QUESTION = new SiteQuestion.Plan(
            StackId.parse("0123456789abcdefghjkmnpqrt"),
            "shop",
            Json.object().put("namespace", "shop").build(),
            false,
            List.of("ConfigMap/shop/old"));

    private final Exports exports = new Exports(new SecureRandom());

    private SitePlans.Said said(Predicate<AgentId> understands, Duration wait) {
        TargetPlan target = new TargetPlan(
                SITE,
                "north",
                Action.CHANGE,
                Optional.empty(),
                ModelDiff.between(ModelDiff.NOTHING, ModelDiff.NOTHING),
                List.of(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.of(QUESTION));
        StackPlan plan = new StackPlan("shop", "", List.of(), List.of(target));
        return requireNonNull(
                new SitePlans(understands, exports, wait).ask(plan).get(SITE));
    }

    private void answers(Outcome outcome) {
        exports.onAsked(agent ->
                exports.answer(agent, exports.wanted(agent).orElseThrow().id(), outcome));
    }

    @Test
    void theClusterIsAskedWithTheModelAndItsAnswerIsGivenOnWithoutWhatIsNotKnown() {
        List<SiteQuestion> questions = new ArrayList<>();
        exports.onAsked(agent -> {
            Exports.Wish wish = exports.wanted(agent).orElseThrow();
            questions.add(SiteQuestion.parse(Zipped.read(wish.ask(), 1 << 20)));
            String answer = """
                {"asOf": "2026-01-01T00:00:00Z", "more": 1, "plan": {"notes": [], "objects": [
                  {"object": "ConfigMap/shop/a", "action": "Changed", "diff": ["@@ -1 +1 @@", "-a: 1", "+a: 2"], "note": "", "x": 1}]}}
                """;
            exports.answer(
                    agent, wish.id(), new Outcome.Answered(Zipped.of(JsonReader.object(answer.getBytes(UTF_8)))));
        });

        assertThat(said(agent -> true, Duration.ofSeconds(20)))
                .isEqualTo(new SitePlans.Said.Known(JsonReader.object("""
                        {"asOf": "2026-01-01T00:00:00Z", "objects": [
                          {"object": "ConfigMap/shop/a", "action": "Changed", "diff": ["@@ -1 +1 @@", "-a: 1", "+a: 2"], "note": ""}],
                         "notes": []}
                        """.getBytes(UTF_8))));
        assertThat(questions).containsExactly(QUESTION);
    }

    @Test
    void whoDoesNotAnswerIsSaidByWhy() {
        assertThat(said(agent -> false, Duration.ofSeconds(20)))
                .isEqualTo(new SitePlans.Said.Unknown("north does not understand plan.v1 (update wherry-agent there)"));
        assertThat(said(agent -> true, Duration.ofMillis(1)))
                .isInstanceOfSatisfying(SitePlans.Said.Unknown.class, unknown -> assertThat(unknown.why())
                        .startsWith("north is away, or did not come within"));
        answers(new Outcome.Refused("RuntimeUnreachable", "nothing answers"));
        assertThat(said(agent -> true, Duration.ofSeconds(20)))
                .isEqualTo(new SitePlans.Said.Unknown("north answers RuntimeUnreachable: nothing answers"));
        answers(new Outcome.Answered(new byte[] {1}));
        assertThat(said(agent -> true, Duration.ofSeconds(20)))
                .isEqualTo(new SitePlans.Said.Unknown("north answered with what is no answer"));
    }
}
