package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Durations;
import io.wherry.base.Workers;
import io.wherry.contract.AdoptionQuestion;
import io.wherry.contract.AgentId;
import io.wherry.contract.Features;
import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.sync.StackPlan;
import io.wherry.hub.sync.StackPlan.TakeOver;
import io.wherry.hub.sync.StackPlan.TargetPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Asks the sites of a plan what taking over would do there, while the operator waits. What they answer names fields and no values, and decides nothing. */
final class TakeOvers {
    /** One that holds a poll answers in a second or two; a plan does not wait for one that comes every minute. */
    private static final Duration WAIT = Duration.ofSeconds(15);

    /** A plan of a whole fleet must not take all the places of {@link Exports}. */
    static final int MAX_ASKED = 16;

    /** A project has some dozens of containers; who answers more is not listened to. */
    private static final int MAX_SENTENCES = 200;

    private static final int MAX_SENTENCE_CHARS = 500;

    private final Predicate<AgentId> understands;
    private final Exports exports;
    private final Duration wait;

    TakeOvers(AgentRepository agents, Exports exports) {
        this(
                agent -> agents.find(agent)
                        .filter(found -> found.facts().understands().contains(Features.COMPARE))
                        .isPresent(),
                exports,
                WAIT);
    }

    /** With a patience of its own. */
    TakeOvers(Predicate<AgentId> understands, Exports exports, Duration wait) {
        this.understands = understands;
        this.exports = exports;
        this.wait = wait;
    }

    /** What to say beside the plan, a sentence each, by agent; targets that take nothing over have none. */
    Map<AgentId, List<String>> notes(StackPlan plan) {
        Map<AgentId, List<String>> notes = new TreeMap<>();
        List<TargetPlan> asked = new ArrayList<>();
        for (TargetPlan target :
                plan.targets().stream().filter(t -> t.takeOver().isPresent()).toList()) {
            if (!understands.test(target.agent())) {
                notes.put(
                        target.agent(),
                        List.of(target.agentName() + " does not understand " + Features.COMPARE
                                + " (update wherry-agent there): what taking over would replace is not known before"));
            } else if (asked.size() == MAX_ASKED) {
                notes.put(
                        target.agent(),
                        List.of("not asked what taking over would replace: a plan asks " + MAX_ASKED + " sites"));
            } else {
                asked.add(target);
            }
        }
        List<Callable<List<String>>> questions = new ArrayList<>();
        asked.forEach(
                target -> questions.add(() -> ask(target, target.takeOver().orElseThrow())));
        List<List<String>> answers = Workers.sideBySide(MAX_ASKED, "take-over-plan", questions);
        for (int i = 0; i < asked.size(); i++) {
            notes.put(asked.get(i).agent(), answers.get(i));
        }
        return notes;
    }

    private List<String> ask(TargetPlan target, TakeOver takeOver) {
        byte[] question = JsonWriter.compact(
                        new AdoptionQuestion(takeOver.stack(), takeOver.name(), takeOver.model()).toJson())
                .getBytes(UTF_8);
        if (question.length > Limits.COMPARE_BYTES) {
            return List.of("not asked what taking over would replace: the model has " + question.length
                    + " bytes (at most " + Limits.COMPARE_BYTES + ")");
        }
        String name = target.agentName();
        return switch (exports.ask(target.agent(), takeOver.project(), question, wait)) {
            case Outcome.Answered(byte[] content) -> sentences(name, takeOver.project(), content);
            case Outcome.Refused(String reason, String detail) ->
                List.of(clean(
                        "what taking over would replace is not known: " + name + " answers " + reason + ": " + detail));
            case Outcome.NoAnswer() ->
                List.of("what taking over would replace is not known: " + name + " is away, or did not come within "
                        + Durations.format(wait) + " (wherry get agent " + name + ")");
            case Outcome.Busy(String detail) ->
                List.of("what taking over would replace is not known: " + detail + "; try again in a minute");
        };
    }

    private static List<String> sentences(String agent, String project, byte[] content) {
        try {
            Json.Obj answer = JsonReader.object(content);
            List<String> sentences = new ArrayList<>();
            answer.strings("blocked").forEach(why -> sentences.add("would not be taken over now: " + why));
            answer.objects("comparison").forEach(found -> sentences.add(sentence(found)));
            if (sentences.isEmpty()) {
                sentences.add("nobody runs the project " + project + " there: nothing is taken over");
            }
            return sentences.stream().limit(MAX_SENTENCES).map(TakeOvers::clean).toList();
        } catch (JsonException e) {
            return List.of(
                    "what taking over would replace is not known: " + agent + " answered with what is no answer");
        }
    }

    private static String sentence(Json.Obj found) {
        String name = found.string("name") + " (" + found.string("object") + ")";
        String why = found.string("why");
        return switch (found.string("outcome")) {
            case "Kept" -> "takes over " + name + " as it is: it keeps running";
            case "Adjusted" -> "takes over " + name + " and sets it right: " + why;
            case "Replaced" -> "replaces " + name + ": " + why;
            case "LeftOver" -> "leaves " + name + " as it is: " + why;
            default -> name + ": " + found.string("outcome") + " " + why;
        };
    }

    /** It comes from a site and goes to a terminal. */
    private static String clean(String sentence) {
        String plain = sentence.replaceAll("\\p{Cntrl}", " ");
        return plain.length() <= MAX_SENTENCE_CHARS ? plain : plain.substring(0, MAX_SENTENCE_CHARS - 2) + " …";
    }
}
