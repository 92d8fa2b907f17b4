package io.wherry.contract.verify;

import static io.wherry.contract.verify.Documents.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartVerifierTest {
    private static Optional<VerifyReason> refusal(io.wherry.contract.Entry entry, String clock) {
        return StartVerifier.refusal(SEVENTH, entry, CONTENT, FLOOR, Instant.parse(clock))
                .map(Refusal::reason);
    }

    @Test
    void aGenerationMayBeginWhileTheAssignmentIsValid() {
        assertThat(refusal(SHOP_ENTRY, "2026-03-03T11:59:59Z")).isEmpty();
        assertThat(refusal(SHOP_ENTRY, "2026-03-03T12:00:00Z")).contains(VerifyReason.EXPIRED);
    }

    @Test
    void notAfterOfTheReleaseHoldsToo() {
        var longLived = new io.wherry.contract.Assignment(
                DOMAIN,
                AGENT_ID,
                context().agentKeyHash(),
                1,
                7,
                Optional.empty(),
                NOON,
                NOON.plus(io.wherry.contract.Limits.VALIDITY),
                java.util.List.of(),
                java.util.List.of(SHOP_ENTRY),
                java.util.List.of(),
                java.util.List.of());

        assertThat(StartVerifier.refusal(longLived, SHOP_ENTRY, CONTENT, FLOOR, Instant.parse("2026-12-31T23:59:59Z")))
                .isEmpty();
        assertThat(StartVerifier.refusal(longLived, SHOP_ENTRY, CONTENT, FLOOR, Instant.parse("2027-01-01T00:00:00Z"))
                        .map(Refusal::reason))
                .contains(VerifyReason.EXPIRED);
    }

    @Test
    void startBeforeIsKept() {
        assertThat(refusal(SENSORS_ENTRY, "2026-02-10T01:59:59Z")).isEmpty();
        assertThat(refusal(SENSORS_ENTRY, "2026-02-10T02:00:00Z")).contains(VerifyReason.START_TOO_LATE);
    }
}
