package io.wherry.hub.api;

import io.wherry.base.Durations;
import io.wherry.base.Workers;
import io.wherry.contract.AgentId;
import io.wherry.contract.Limits;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.Zipped;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.sync.StackPlan;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Asks the clusters of a plan what applying would change there, while the operator waits. What they answer is shown, and decides nothing. */
final class SitePlans {
    /** One that holds a poll answers in some seconds; a plan does not wait for one that comes every minute. */
    private static final Duration WAIT = Duration.ofSeconds(15);

    /** A plan of a whole fleet must not take all the places of {@link Exports}. */
    static final int MAX_ASKED = 16;

    private final Predicate<AgentId> understands;
    private final Exports exports;
    private final Duration wait;

    SitePlans(AgentRepository agents, Exports exports) {
        this(
                agent -> agents.find(agent)
                        .filter(found -> found.served()
                                && found.facts().understands().contains(io.wherry.contract.Features.PLAN))
                        .isPresent(),
                exports,
                WAIT);
    }

    /** With a patience of its own. */
    SitePlans(Predicate<AgentId> understands, Exports exports, Duration wait) {
        this.understands = understands;
        this.exports = exports;
        this.wait = wait;
    }

    /** What a site said. */
    sealed interface Said {
        /** @param answer with {@code asOf}, and {@code plan} as the agent wrote it */
        record Known(Json.Obj answer) implements Said {}

        /** One sentence on why nothing is known. */
        record Unknown(String why) implements Said {}
    }

    /** The agents that would be asked. */
    static List<TargetPlan> asked(StackPlan plan) {
        return plan.targets().stream()
                .filter(target -> target.question().isPresent())
                .toList();
    }

    /** What each of them said; targets that are not asked are not in it. */
    Map<AgentId, Said> ask(StackPlan plan) {
        Map<AgentId, Said> said = new TreeMap<>();
        List<TargetPlan> asked = new ArrayList<>();
        for (TargetPlan target : asked(plan)) {
            if (!understands.test(target.agent())) {
                said.put(
                        target.agent(),
                        new Said.Unknown(target.agentName() + " does not understand " + io.wherry.contract.Features.PLAN
                                + " (update wherry-agent there)"));
            } else if (asked.size() == MAX_ASKED) {
                said.put(
                        target.agent(),
                        new Said.Unknown("a plan asks " + MAX_ASKED + " sites (wherry stack plan " + plan.stack()
                                + " --agent " + target.agentName() + ")"));
            } else {
                asked.add(target);
            }
        }
        List<Callable<Said>> questions = new ArrayList<>();
        asked.forEach(
                target -> questions.add(() -> ask(target, target.question().orElseThrow())));
        List<Said> answers = Workers.sideBySide(MAX_ASKED, "site-plan", questions);
        for (int i = 0; i < asked.size(); i++) {
            said.put(asked.get(i).agent(), answers.get(i));
        }
        return said;
    }

    private Said ask(TargetPlan target, SiteQuestion.Plan question) {
        byte[] packed = Zipped.of(question.toJson());
        if (packed.length > Limits.QUESTION_BYTES) {
            return new Said.Unknown(
                    "the model has " + packed.length + " bytes packed (at most " + Limits.QUESTION_BYTES + ")");
        }
        String name = target.agentName();
        return switch (exports.ask(target.agent(), packed, wait)) {
            case Outcome.Answered(byte[] content) -> read(name, content);
            case Outcome.Refused(String reason, String detail) ->
                new Said.Unknown(name + " answers " + reason + ": " + detail);
            case Outcome.NoAnswer() ->
                new Said.Unknown(name + " is away, or did not come within " + Durations.format(wait)
                        + " (wherry get agent " + name + ")");
            case Outcome.Busy(String detail) -> new Said.Unknown(detail + "; try again in a minute");
        };
    }

    /** Only what is known of an answer goes on. */
    private static Said read(String agent, byte[] content) {
        try {
            Json.Obj answer = Zipped.read(content, Limits.ANSWER_PLAIN_BYTES);
            List<Json> objects = new ArrayList<>();
            for (Json.Obj object : answer.object("plan").objects("objects")) {
                objects.add(Json.object()
                        .put("object", object.string("object"))
                        .put("action", object.string("action"))
                        .put("diff", object.strings("diff"))
                        .put("note", object.string("note"))
                        .build());
            }
            return new Said.Known(Json.object()
                    .put("asOf", answer.string("asOf"))
                    .put("objects", new Json.Arr(objects))
                    .put("notes", answer.object("plan").strings("notes"))
                    .build());
        } catch (JsonException e) {
            return new Said.Unknown(agent + " answered with what is no answer");
        }
    }
}
