package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.hubclient.ExportAnswer;
import io.wherry.agent.hubclient.Polled.ExportWish;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ExportsTest {
    private static final ExportWish SHOP = new ExportWish("00112233445566778899aabbccddeeff", "shop");

    private final List<ExportAnswer> answers = new ArrayList<>();

    private ExportAnswer answer(boolean allowed, Function<String, Exported> runtime) {
        new Exports(runtime, allowed, sent -> {
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
}
