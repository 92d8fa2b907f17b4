package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AdoptionQuestion;
import io.wherry.contract.AgentId;
import io.wherry.contract.Limits;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.sync.ModelDiff;
import io.wherry.hub.sync.StackPlan;
import io.wherry.hub.sync.StackPlan.Action;
import io.wherry.hub.sync.StackPlan.TakeOver;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class TakeOversTest {
    private static final AgentId SITE = AgentId.parse("0123456789abcdefghjkmnpqrs");
    private static final StackId STACK = StackId.parse("0123456789abcdefghjkmnpqrt");
    private static final Json.Obj MODEL =
            Json.object().put("services", Json.object().build()).build();

    private final Exports exports = new Exports(new SecureRandom());

    private static TargetPlan target(AgentId agent, String name, Optional<TakeOver> takeOver) {
        return new TargetPlan(
                agent,
                name,
                Action.CREATE,
                Optional.empty(),
                diff(),
                List.of(),
                Instant.EPOCH,
                takeOver,
                Optional.empty());
    }

    private static ModelDiff diff() {
        return ModelDiff.between(MODEL, MODEL);
    }

    private List<String> notes(Predicate<AgentId> understands, Duration wait, Json.Obj model) {
        Optional<TakeOver> takeOver = Optional.of(new TakeOver(STACK, "shop", "shop-prod", model));
        StackPlan plan = new StackPlan("shop", "", List.of(), List.of(target(SITE, "north", takeOver)));
        return new TakeOvers(understands, exports, wait).notes(plan).getOrDefault(SITE, List.of());
    }

    private void answers(Outcome outcome) {
        exports.onAsked(agent ->
                exports.answer(agent, exports.wanted(agent).orElseThrow().id(), outcome));
    }

    @Test
    void theSiteIsAskedWithTheModelAndItsAnswerBecomesSentences() {
        List<AdoptionQuestion> questions = new ArrayList<>();
        exports.onAsked(agent -> {
            Exports.Wish wish = exports.wanted(agent).orElseThrow();
            assertThat(wish.project()).isEqualTo("shop-prod");
            questions.add(AdoptionQuestion.parse(JsonReader.object(wish.compare())));
            String answer = """
                {"comparison": [
                  {"object": "service/db", "name": "shop-prod-db-1", "outcome": "Kept", "why": ""},
                  {"object": "service/web", "name": "shop-prod-web-1", "outcome": "Replaced", "why": "differs in user\\u001b[2J"},
                  {"object": "service/old", "name": "shop-prod-old-1", "outcome": "LeftOver", "why": "the files have no such service"}],
                 "blocked": []}
                """;
            exports.answer(agent, wish.id(), new Outcome.Answered(answer.getBytes(UTF_8)));
        });

        assertThat(notes(agent -> true, Duration.ofSeconds(20), MODEL))
                .containsExactly(
                        "takes over shop-prod-db-1 (service/db) as it is: it keeps running",
                        "replaces shop-prod-web-1 (service/web): differs in user [2J",
                        "leaves shop-prod-old-1 (service/old) as it is: the files have no such service");
        assertThat(questions).containsExactly(new AdoptionQuestion(STACK, "shop", MODEL));
    }

    @Test
    void whatIsInTheWayIsSaidBeforehand() {
        answers(new Outcome.Answered(
                "{\"comparison\": [], \"blocked\": [\"DataAtRisk: volume/data is there\"]}".getBytes(UTF_8)));

        assertThat(notes(agent -> true, Duration.ofSeconds(20), MODEL))
                .containsExactly("would not be taken over now: DataAtRisk: volume/data is there");
    }

    @Test
    void aSiteThatIsAwayOrRefusesOrTellsNonsenseIsNamedAndThePlanGoesOn() {
        assertThat(notes(agent -> true, Duration.ofMillis(1), MODEL))
                .singleElement()
                .asString()
                .contains("north is away");
        answers(new Outcome.Refused("RuntimeUnreachable", "nothing answers"));
        assertThat(notes(agent -> true, Duration.ofSeconds(20), MODEL))
                .singleElement()
                .asString()
                .contains("north answers RuntimeUnreachable: nothing answers");
        answers(new Outcome.Answered("[]".getBytes(UTF_8)));
        assertThat(notes(agent -> true, Duration.ofSeconds(20), MODEL))
                .singleElement()
                .asString()
                .contains("no answer");
    }

    @Test
    void oneThatDoesNotUnderstandTheQuestionIsNotAsked() {
        exports.onAsked(agent -> {
            throw new AssertionError("asked");
        });

        assertThat(notes(agent -> false, Duration.ofSeconds(20), MODEL))
                .singleElement()
                .asString()
                .contains("north does not understand compare.v1");
        Json.Obj large =
                Json.object().put("x", "x".repeat(Limits.COMPARE_BYTES)).build();
        assertThat(notes(agent -> true, Duration.ofSeconds(20), large))
                .singleElement()
                .asString()
                .contains("(at most 262144)");
    }

    @Test
    void aPlanOfManySitesAsksSomeAndNamesTheOthers() {
        answers(new Outcome.Answered("{\"comparison\": [], \"blocked\": []}".getBytes(UTF_8)));
        List<TargetPlan> targets = new ArrayList<>();
        for (int i = 0; i < TakeOvers.MAX_ASKED + 2; i++) {
            AgentId agent = AgentId.parse("0123456789abcdefghjkmnpq" + (char) ('a' + i / 8) + (char) ('0' + i % 8));
            targets.add(target(agent, "n" + i, Optional.of(new TakeOver(STACK, "shop", "shop", MODEL))));
        }
        targets.add(target(SITE, "plain", Optional.empty()));

        var notes = new TakeOvers(agent -> true, exports, Duration.ofSeconds(20))
                .notes(new StackPlan("shop", "", List.of(), targets));

        assertThat(notes).hasSize(TakeOvers.MAX_ASKED + 2).doesNotContainKey(SITE);
        assertThat(notes.values().stream().filter(of -> of.getFirst().startsWith("nobody runs the project shop")))
                .hasSize(TakeOvers.MAX_ASKED);
        assertThat(notes.values().stream().filter(of -> of.getFirst().startsWith("not asked")))
                .hasSize(2);
    }
}
