package io.wherry.hub.agentapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.wherry.hub.fleet.TestClock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OverloadTest {
    private final Overload overload = new Overload(new Random(1));

    @Test
    void shedsPollsFirstThenReportsAndRecovers() {
        nested(Overload.POLLS - 1, () -> assertThat(overload.shedsPolls()).isFalse());
        nested(Overload.POLLS, () -> {
            assertThat(overload.shedsPolls()).isTrue();
            assertThat(overload.shedsReports()).isFalse();
        });
        nested(Overload.REPORTS, () -> assertThat(overload.shedsReports()).isTrue());
        assertThat(overload.shedsPolls()).isFalse();
    }

    @Test
    void sendsAgentsAwayWithDelaysThatDiffer() {
        StatusRuntimeException first = overload.refusal();
        StatusRuntimeException second = overload.refusal();

        assertThat(first.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
        assertThat(delay(first)).isBetween(5_000L, 30_000L).isNotEqualTo(delay(second));
    }

    @Test
    void failedEnrolmentsAreCountedPerHostAndPerIpv6Network() {
        var failed = new FailedEnrolments(new TestClock(Instant.parse("2026-11-23T12:00:00Z")));
        for (int i = 0; i < FailedEnrolments.PER_MINUTE; i++) {
            failed.failed(new InetSocketAddress("2001:db8::" + i, 1000 + i));
        }

        assertThat(failed.wait(new InetSocketAddress("2001:db8::ffff", 9))).contains(Duration.ofMinutes(1));
        assertThat(failed.wait(new InetSocketAddress("2001:db8:0:1::1", 9))).isEmpty();
        assertThat(failed.wait(new InetSocketAddress("192.0.2.1", 9))).isEmpty();
    }

    private static long delay(StatusRuntimeException refusal) {
        return Long.parseLong(refusal.getTrailers().get(Refusal.RETRY_AFTER));
    }

    private void nested(int depth, Runnable inside) {
        if (depth == 0) {
            inside.run();
        } else {
            overload.run(() -> nested(depth - 1, inside));
        }
    }
}
