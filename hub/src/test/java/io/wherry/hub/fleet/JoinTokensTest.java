package io.wherry.hub.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.JoinToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinTokensTest {
    @TempDir
    Path folder;

    private TestFleet fleet;

    @BeforeEach
    void open() {
        fleet = new TestFleet(folder);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    /** S12. */
    @Test
    void ofAHundredDevicesAtOnceWithOneTokenExactlyOneJoins() throws Exception {
        byte[] secret = fleet.token(JoinTokenSpec.of(Map.of()));
        List<Callable<EnrolOutcome>> attempts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            EnrolRequest request = TestDevice.create().request(secret);
            attempts.add(() -> fleet.enrolment.enrol(request));
        }

        List<EnrolOutcome> outcomes = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<EnrolOutcome> outcome : executor.invokeAll(attempts)) {
                outcomes.add(outcome.get());
            }
        }

        assertThat(outcomes.stream().filter(EnrolOutcome.Enrolled.class::isInstance))
                .hasSize(1);
        assertThat(outcomes.stream()
                        .filter(outcome -> outcome instanceof EnrolOutcome.Refused refused
                                && refused.reason() == EnrolReason.TOKEN_USED))
                .hasSize(99);
        assertThat(fleet.agents.list()).hasSize(1);
    }

    @Test
    void theSecretIsNowhereInTheDatabase() throws Exception {
        JoinToken token = fleet.tokens.create(JoinTokenSpec.of(Map.of()), TestFleet.ACTOR);

        String text;
        try (Stream<Path> files = Files.list(folder)) {
            text = files.map(JoinTokensTest::bytes).collect(Collectors.joining());
        }

        assertThat(text).contains(token.id());
        assertThat(text).doesNotContain(new String(token.secret(), StandardCharsets.ISO_8859_1));
        assertThat(text).doesNotContain(HexFormat.of().formatHex(token.secret()));
    }

    private static String bytes(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void listsTokensWithTheirState() {
        JoinToken open = fleet.tokens.create(JoinTokenSpec.of(Map.of("site", "oslo")), TestFleet.ACTOR);
        JoinToken revoked = fleet.tokens.create(JoinTokenSpec.of(Map.of()), TestFleet.ACTOR);
        JoinToken used = fleet.tokens.create(JoinTokenSpec.of(Map.of()), TestFleet.ACTOR);
        fleet.tokens.revoke(revoked.id(), TestFleet.ACTOR);
        fleet.enrolment.enrol(TestDevice.create().request(used.secret()));

        assertThat(fleet.tokens.list())
                .extracting(token -> token.id() + " " + token.state(TestFleet.NOW))
                .containsExactlyInAnyOrder(open.id() + " open", revoked.id() + " revoked", used.id() + " used");
        fleet.clock.advance(Duration.ofHours(1));
        assertThat(fleet.tokens.find(open.id()).orElseThrow().state(fleet.clock.instant()))
                .isEqualTo("expired");
    }

    @Test
    void revokingATokenThatIsNotThereSaysSo() {
        assertThat(fleet.tokens.revoke("jt-nothing", TestFleet.ACTOR)).isFalse();
    }

    @Test
    void refusesLivesThatMakeNoSense() {
        assertThatThrownBy(() -> new JoinTokenSpec(new TreeMap<>(), "", Duration.ofSeconds(59), false))
                .hasMessageContaining("ttl");
        assertThatThrownBy(() -> new JoinTokenSpec(new TreeMap<>(), "", Duration.ofDays(31), false))
                .hasMessageContaining("ttl");
        assertThatThrownBy(() -> new JoinTokenSpec(new TreeMap<>(Map.of("a b", "c")), "", Duration.ofHours(1), false))
                .as("the site that joins would be the first to hear of it")
                .hasMessageContaining("label: a b (expected: ");
        assertThatThrownBy(() -> new JoinTokenSpec(new TreeMap<>(), "Not A Name", Duration.ofHours(1), false))
                .hasMessageContaining("environment");
    }
}
