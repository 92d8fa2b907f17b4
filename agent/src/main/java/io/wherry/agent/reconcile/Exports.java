package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.hubclient.ExportAnswer;
import io.wherry.agent.hubclient.Polled.ExportWish;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.AdoptionQuestion;
import io.wherry.contract.Limits;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.Zipped;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Answers operators who ask what runs here, where the site lets them. What is answered goes to the hub and is neither logged nor kept.
 *
 * <p>A question whose answer did not arrive is asked again by the next poll.
 */
public final class Exports {
    private static final Logger LOG = System.getLogger(Exports.class.getName());

    private final Function<String, Exported> runtime;
    private final BiFunction<String, AdoptionQuestion, Comparison> takeOver;
    private final boolean allowed;
    private final Questions questions;
    private final Function<ExportAnswer, Optional<String>> hub;

    /** Answers all questions but those two. */
    @FunctionalInterface
    public interface Questions {
        /** @throws RuntimeUnavailable if the runtime cannot be asked */
        Answer answer(SiteQuestion question);
    }

    /** What became of a question. */
    public sealed interface Answer {
        record Given(Json.Obj content) implements Answer {}

        record Refused(RuntimeReason reason, String detail) implements Answer {}
    }

    /**
     * @param runtime  what runs of a project
     * @param takeOver what taking a project over would do; it says no values, so no consent is asked for
     * @param allowed  whether the site lets be read what runs
     * @param questions answers all others
     * @param hub     brings an answer home; answers why it did not arrive
     */
    public Exports(
            Function<String, Exported> runtime,
            BiFunction<String, AdoptionQuestion, Comparison> takeOver,
            boolean allowed,
            Questions questions,
            Function<ExportAnswer, Optional<String>> hub) {
        this.runtime = runtime;
        this.takeOver = takeOver;
        this.allowed = allowed;
        this.questions = questions;
        this.hub = hub;
    }

    void serve(ExportWish wish) {
        if (wish.ask().length > 0) {
            send(wish, asked(wish));
            return;
        }
        boolean compares = wish.compare().length > 0;
        ExportAnswer answer = compares ? comparison(wish) : answer(wish);
        LOG.log(
                Level.INFO,
                () -> "an operator asked " + (compares ? "what taking over would do" : "what runs here") + " ("
                        + (wish.project().isEmpty() ? "projects" : wish.project()) + "): "
                        + (answer.reason().isEmpty() ? "answered" : answer.reason()));
        send(wish, answer);
    }

    private void send(ExportWish wish, ExportAnswer answer) {
        hub.apply(answer)
                .ifPresent(why -> LOG.log(
                        Level.WARNING, () -> "the answer to an operator did not arrive (" + wish.id() + "): " + why));
    }

    private ExportAnswer asked(ExportWish wish) {
        ExportAnswer answer;
        String word = "what is no question";
        try {
            SiteQuestion question = SiteQuestion.parse(Zipped.read(wish.ask(), Limits.QUESTION_PLAIN_BYTES));
            word = question.word();
            answer = switch (questions.answer(question)) {
                case Answer.Given(Json.Obj content) -> packed(wish, content);
                case Answer.Refused(RuntimeReason reason, String detail) -> refused(wish, reason, detail);
            };
        } catch (RuntimeUnavailable e) {
            answer = refused(wish, e.reason(), String.valueOf(e.getMessage()));
        } catch (JsonException | IllegalArgumentException e) {
            answer = refused(wish, RuntimeReason.MODEL_INVALID, String.valueOf(e.getMessage()));
        }
        String told =
                "an operator asked for " + word + ": " + (answer.reason().isEmpty() ? "answered" : answer.reason());
        LOG.log(Level.INFO, told);
        return answer;
    }

    private static ExportAnswer packed(ExportWish wish, Json.Obj content) {
        int plain = JsonWriter.compact(content).getBytes(UTF_8).length;
        byte[] bytes = Zipped.of(content);
        return plain > Limits.ANSWER_PLAIN_BYTES || bytes.length > Limits.EXPORT_BYTES
                ? refused(
                        wish,
                        RuntimeReason.EXPORT_REFUSED,
                        "the answer has " + plain + " bytes, " + bytes.length + " packed (at most "
                                + Limits.ANSWER_PLAIN_BYTES + ", " + Limits.EXPORT_BYTES + ")")
                : new ExportAnswer(wish.id(), bytes, "", "");
    }

    private ExportAnswer answer(ExportWish wish) {
        if (!allowed) {
            return refused(
                    wish,
                    RuntimeReason.EXPORT_REFUSED,
                    "this site does not let what runs there be read (a technician allows it: export: allow in its"
                            + " agent.yaml)");
        }
        try {
            return switch (runtime.apply(wish.project())) {
                case Exported.Projects(List<Exported.Project> projects) -> content(wish, projects(projects));
                case Exported.Model(Json.Obj model, List<String> notes) ->
                    content(
                            wish,
                            Json.object()
                                    .put("model", model)
                                    .put("notes", notes)
                                    .build());
                case Exported.Objects _ ->
                    refused(
                            wish,
                            RuntimeReason.NOT_EXPORTABLE,
                            "a Kubernetes cluster cannot be read as a Compose file (expected: a namespace)");
                case Exported.Refused(RuntimeReason reason, String detail) -> refused(wish, reason, detail);
            };
        } catch (RuntimeUnavailable e) {
            return refused(wish, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private ExportAnswer comparison(ExportWish wish) {
        try {
            AdoptionQuestion question = AdoptionQuestion.parse(JsonReader.object(wish.compare()));
            Comparison comparison = takeOver.apply(wish.project(), question);
            return content(
                    wish,
                    Json.object()
                            .put(
                                    "comparison",
                                    new Json.Arr(comparison.found().stream()
                                            .map(Exports::found)
                                            .toList()))
                            .put("blocked", comparison.blocked())
                            .build());
        } catch (RuntimeUnavailable e) {
            return refused(wish, e.reason(), String.valueOf(e.getMessage()));
        } catch (JsonException | IllegalArgumentException e) {
            return refused(wish, RuntimeReason.MODEL_INVALID, String.valueOf(e.getMessage()));
        }
    }

    private static Json found(Comparison.Found found) {
        return Json.object()
                .put("object", found.object())
                .put("name", found.name())
                .put("outcome", found.outcome().code())
                .put("why", found.why())
                .build();
    }

    private static Json.Obj projects(List<Exported.Project> projects) {
        return Json.object()
                .put(
                        "projects",
                        new Json.Arr(projects.stream()
                                .map(project -> (Json) Json.object()
                                        .put("name", project.name())
                                        .put("containers", project.containers())
                                        .put("running", project.running())
                                        .put("owner", project.owner())
                                        .build())
                                .toList()))
                .build();
    }

    private static ExportAnswer content(ExportWish wish, Json.Obj content) {
        byte[] bytes = JsonWriter.compact(content).getBytes(UTF_8);
        return bytes.length > Limits.EXPORT_BYTES
                ? refused(
                        wish,
                        RuntimeReason.EXPORT_REFUSED,
                        "the answer has " + bytes.length + " bytes (at most " + Limits.EXPORT_BYTES + ")")
                : new ExportAnswer(wish.id(), bytes, "", "");
    }

    private static ExportAnswer refused(ExportWish wish, RuntimeReason reason, String detail) {
        return new ExportAnswer(wish.id(), new byte[0], reason.code(), detail);
    }
}
