package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.hubclient.ExportAnswer;
import io.wherry.agent.hubclient.Polled.ExportWish;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.AdoptionQuestion;
import io.wherry.contract.Limits;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.StackId;
import io.wherry.contract.Zipped;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ExportsTest {
    private static final ExportWish SHOP =
            new ExportWish("00112233445566778899aabbccddeeff", "shop", new byte[0], new byte[0]);

    private static final Exports.Questions NO_OTHERS = question -> {
        throw new AssertionError("asked " + question);
    };

    private static final Comparison NOTHING = new Comparison(List.of(), List.of());

    private final List<ExportAnswer> answers = new ArrayList<>();

    private ExportAnswer answer(boolean allowed, Function<String, Exported> runtime) {
        new Exports(runtime, (project, question) -> NOTHING, allowed, NO_OTHERS, sent -> {
                    answers.add(sent);
                    return Optional.empty();
                })
                .serve(SHOP);
        return answers.getLast();
    }

    private static Exported model(String value) {
        return new Exported.Model(Json.object().put("name", value).build(), List.of("a note"));
    }

    @Test
    void answersUnderTheQuestionsIdAndItsTextShowsNoContent() {
        ExportAnswer answer = answer(true, project -> model(project + "-hunter2"));

        assertThat(answer.id()).isEqualTo(SHOP.id());
        assertThat(new String(answer.content(), UTF_8))
                .isEqualTo("{\"model\":{\"name\":\"shop-hunter2\"},\"notes\":[\"a note\"]}");
        assertThat(answer.toString()).doesNotContain("hunter2");
    }

    @Test
    void aSiteThatDoesNotAllowItDoesNotEvenLook() {
        ExportAnswer answer = answer(false, project -> {
            throw new AssertionError("looked at " + project);
        });

        assertThat(answer.reason()).isEqualTo("ExportRefused");
        assertThat(answer.detail()).contains("export: allow");
        assertThat(answer.content()).isEmpty();
    }

    @Test
    void whatIsLargerThanAnAnswerMayBeIsRefusedWithItsSize() {
        ExportAnswer answer = answer(true, project -> model("x".repeat(Limits.EXPORT_BYTES)));

        assertThat(answer.reason()).isEqualTo("ExportRefused");
        assertThat(answer.detail()).contains("(at most " + Limits.EXPORT_BYTES + ")");
    }

    @Test
    void anEngineThatCannotBeReachedIsNamed() {
        ExportAnswer answer = answer(true, project -> {
            throw new RuntimeUnavailable(RuntimeReason.RUNTIME_UNREACHABLE, "nothing answers", null);
        });

        assertThat(answer.reason()).isEqualTo("RuntimeUnreachable");
        assertThat(answer.detail()).isEqualTo("nothing answers");
    }

    private ExportAnswer compared(byte[] question, BiFunction<String, AdoptionQuestion, Comparison> takeOver) {
        new Exports(
                        project -> {
                            throw new AssertionError("read " + project);
                        },
                        takeOver,
                        false,
                        NO_OTHERS,
                        sent -> {
                            answers.add(sent);
                            return Optional.empty();
                        })
                .serve(new ExportWish(SHOP.id(), "shop", question, new byte[0]));
        return answers.getLast();
    }

    @Test
    void aPlanNeedsNoConsentAndHearsNamesOnly() {
        Json.Obj model = Json.object().put("services", Json.object().build()).build();
        StackId stack = StackId.parse("0123456789abcdefghjkmnpqrs");
        byte[] question = JsonWriter.compact(new AdoptionQuestion(stack, "shop", model).toJson())
                .getBytes(UTF_8);

        ExportAnswer answer = compared(question, (project, asked) -> {
            assertThat(project).isEqualTo("shop");
            assertThat(asked).isEqualTo(new AdoptionQuestion(stack, "shop", model));
            return new Comparison(
                    List.of(new Comparison.Found(
                            "service/web", "shop-web-1", Comparison.Outcome.REPLACED, "differs in environment.MODE")),
                    List.of());
        });

        assertThat(new String(answer.content(), UTF_8))
                .isEqualTo(
                        "{\"comparison\":[{\"object\":\"service/web\",\"name\":\"shop-web-1\",\"outcome\":\"Replaced\","
                                + "\"why\":\"differs in environment.MODE\"}],\"blocked\":[]}");
    }

    @Test
    void aQuestionThatIsNoneIsRefused() {
        for (String question : List.of("{", "{}", "{\"stack\":\"x\",\"name\":\"shop\",\"model\":{}}")) {
            assertThat(compared(question.getBytes(UTF_8), (project, asked) -> NOTHING)
                            .reason())
                    .as(question)
                    .isEqualTo("ModelInvalid");
        }
    }

    private ExportAnswer asked(byte[] packed, Exports.Questions questions) {
        new Exports(
                        project -> {
                            throw new AssertionError("read " + project);
                        },
                        (project, question) -> NOTHING,
                        false,
                        questions,
                        sent -> {
                            answers.add(sent);
                            return Optional.empty();
                        })
                .serve(new ExportWish(SHOP.id(), "", new byte[0], packed));
        return answers.getLast();
    }

    private static final SiteQuestion TREE = new SiteQuestion.Tree(StackId.parse("0123456789abcdefghjkmnpqrt"));

    @Test
    void anotherQuestionIsAnsweredPackedAndARefusalIsSaidByName() {
        byte[] packed = Zipped.of(TREE.toJson());
        ExportAnswer answer = asked(packed, question -> {
            assertThat(question).isEqualTo(TREE);
            return new Exports.Answer.Given(Json.object().put("generation", 3).build());
        });
        assertThat(Zipped.read(answer.content(), 1 << 10).integer("generation")).isEqualTo(3);

        ExportAnswer refused =
                asked(packed, question -> new Exports.Answer.Refused(RuntimeReason.LOGS_REFUSED, "not here"));
        assertThat(refused.reason()).isEqualTo("LogsRefused");
        assertThat(refused.content()).isEmpty();
    }

    @Test
    void whatIsNoQuestionOrWhoseAnswerIsTooLargeIsRefused() {
        assertThat(asked(new byte[] {1}, NO_OTHERS).reason()).isEqualTo("ModelInvalid");
        ExportAnswer large = asked(
                Zipped.of(TREE.toJson()),
                question -> new Exports.Answer.Given(Json.object()
                        .put("a", "x".repeat(Limits.ANSWER_PLAIN_BYTES))
                        .build()));
        assertThat(large.reason()).isEqualTo("ExportRefused");
        assertThat(large.detail()).contains("(at most " + Limits.ANSWER_PLAIN_BYTES);
    }
}
