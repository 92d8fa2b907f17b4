package io.wherry.hub.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.AgentId;
import io.wherry.hub.fleet.Exports.Outcome;
import io.wherry.hub.fleet.Exports.Wish;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExportsTest {
    private static final AgentId SITE = AgentId.parse("0123456789abcdefghjkmnpqrs");
    private static final AgentId OTHER = AgentId.parse("0123456789abcdefghjkmnpqrt");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Exports exports = new Exports(new SecureRandom());

    @Test
    void theAnswerOfTheAgentThatWasAskedComesToWhoAsked() {
        List<Outcome> busy = new ArrayList<>();
        exports.onAsked(agent -> {
            Wish wish = exports.wanted(SITE).orElseThrow();
            assertThat(wish.project()).isEqualTo("shop");
            assertThat(exports.wanted(OTHER)).isEmpty();
            busy.add(exports.ask(SITE, "till", LONG));
            exports.answer(OTHER, wish.id(), new Outcome.Refused("Wrong", "another agent's"));
            exports.answer(SITE, "00".repeat(16), new Outcome.Refused("Wrong", "an older question's"));
            exports.answer(SITE, wish.id(), new Outcome.Answered("{}".getBytes(UTF_8)));
        });

        assertThat(exports.ask(SITE, "shop", LONG)).isInstanceOf(Outcome.Answered.class);
        assertThat(busy).hasSize(1).allMatch(Outcome.Busy.class::isInstance);
        assertThat(exports.wanted(SITE)).isEmpty();
    }

    @Test
    void anAgentThatDoesNotComeIsNotWaitedForForEver() {
        assertThat(exports.ask(SITE, "", Duration.ofMillis(1))).isEqualTo(new Outcome.NoAnswer());
        assertThat(exports.wanted(SITE)).isEmpty();
    }

    @Test
    void aHubThatStopsLetsWhoWaitsGo() {
        exports.onAsked(agent -> exports.close());

        assertThat(exports.ask(SITE, "", LONG)).isEqualTo(new Outcome.NoAnswer());
    }
}
