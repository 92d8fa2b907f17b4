package io.wherry.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.verify.VerifyReason;
import org.junit.jupiter.api.Test;

class ReasonTest {
    @Test
    void writesConstantsInCamelCase() {
        assertThat(VerifyReason.AGENT_TOO_OLD.code()).isEqualTo("AgentTooOld");
        assertThat(VerifyReason.EQUIVOCATION.code()).isEqualTo("Equivocation");
        assertThat(Reason.camelCase("PORT_8444_TAKEN")).isEqualTo("Port8444Taken");
    }
}
