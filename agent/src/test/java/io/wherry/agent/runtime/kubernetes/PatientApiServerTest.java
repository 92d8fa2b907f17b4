package io.wherry.agent.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.kubernetes.ApiServer.Answer;
import io.wherry.agent.runtime.kubernetes.ApiServer.Call;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatientApiServerTest {
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<Duration> waited = new ArrayList<>();

    private int status(Answer... inOrder) {
        answers.addAll(List.of(inOrder));
        ApiServer server = new ApiServer() {
            @Override
            public Answer call(Call call) {
                return answers.size() > 1 ? answers.removeFirst() : answers.getFirst(); // the last one again and again
            }

            @Override
            public Following follow(Call call, Follower follower) {
                throw new AssertionError("nothing is followed here");
            }

            @Override
            public void close() {}
        };
        try (PatientApiServer patient = new PatientApiServer(server, waited::add)) {
            return patient.call(new Call("GET", "/", "", "", "", Optional.empty(), Duration.ofSeconds(30)))
                    .status();
        }
    }

    private static Answer of(int status, Long... after) {
        return new Answer(
                status,
                new byte[0],
                List.of(after).stream().map(Duration::ofSeconds).findFirst());
    }

    @Test
    void comesBackWhenABusyServerAsksForIt() {
        assertThat(status(of(429, 1L), of(503, 7L), of(429, 0L), of(200))).isEqualTo(200);
        assertThat(waited).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(1));
    }

    @Test
    void waitsNoLongerThanItsLimitInAllForOneCall() {
        assertThat(status(of(429, 8L))).isEqualTo(429);
        assertThat(waited).hasSize(3);
        waited.clear();
        answers.clear();
        assertThat(status(of(429, 31L))).isEqualTo(429);
        assertThat(waited).isEmpty();
    }

    @Test
    void whatDoesNotAskForItIsAskedOnce() {
        for (Answer answer : List.of(of(429), of(500), of(404, 1L), of(200, 1L))) {
            answers.clear();
            assertThat(status(answer)).isEqualTo(answer.status());
        }
        assertThat(waited).isEmpty();
    }
}
