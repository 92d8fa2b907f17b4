package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SiteQuestionTest {
    private static final StackId SHOP = StackId.parse("0123456789abcdefghjkmnpqrs");

    static List<SiteQuestion> questions() {
        return List.of(
                new SiteQuestion.Logs(SHOP, "Deployment.apps/shop/web", 100),
                new SiteQuestion.Tree(SHOP),
                new SiteQuestion.Objects("shop"),
                new SiteQuestion.Plan(
                        SHOP,
                        "shop",
                        Json.object().put("namespace", "shop").build(),
                        true,
                        List.of("ConfigMap/shop/a")));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void arrivesAsItWasAskedAndItsFeatureIsUnderstoodBySomeAgent(SiteQuestion question) {
        byte[] packed = Zipped.of(question.toJson());

        assertThat(SiteQuestion.parse(Zipped.read(packed, 1 << 20))).isEqualTo(question);
        assertThat(Features.UNDERSTOOD_ON_KUBERNETES).contains(question.feature());
    }

    @Test
    void anUnknownWordAFurtherFieldAndTooManyLinesAreRefusedByName() {
        Json.Builder other = Json.object().put("ask", "shell").put("stack", SHOP.value());
        assertThatThrownBy(() -> SiteQuestion.parse(other.build()))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("ask: shell");
        Json.Builder more =
                Json.object().put("ask", "tree").put("stack", SHOP.value()).put("follow", true);
        assertThatThrownBy(() -> SiteQuestion.parse(more.build())).hasMessageContaining("expected: ask, stack");
        assertThatThrownBy(() -> new SiteQuestion.Logs(SHOP, "", 1001)).hasMessageContaining("lines: 1001");
    }

    @Test
    void whatUnpacksToMoreThanItMayIsRefused() {
        byte[] bomb = Zipped.of(Json.object().put("a", "0".repeat(1 << 20)).build());

        assertThat(bomb).hasSizeLessThan(8192);
        assertThatThrownBy(() -> Zipped.read(bomb, 1 << 16))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("more than 65536");
        assertThatThrownBy(() -> Zipped.read(new byte[] {1, 2, 3}, 10)).isInstanceOf(JsonException.class);
    }
}
