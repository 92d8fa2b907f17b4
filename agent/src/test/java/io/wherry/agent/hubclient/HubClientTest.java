package io.wherry.agent.hubclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Metadata;
import io.grpc.Status;
import io.wherry.contract.Digest;
import io.wherry.contract.v1.PollReply;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HubClientTest {
    private static final PollAsk ASK = new PollAsk(
            new PollAsk.Standing(Optional.empty(), Optional.empty(), 1, 0),
            new PollAsk.Reported(Optional.empty(), Optional.empty()),
            Duration.ZERO,
            Optional.empty(),
            List.of());

    private static TestCertificates certificates;
    private static TestCertificates others;
    private TestHubServer server;

    @BeforeAll
    static void make() throws Exception {
        certificates = new TestCertificates();
        others = new TestCertificates();
    }

    @BeforeEach
    void start() throws Exception {
        server = new TestHubServer(certificates.server, certificates.device);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private HubClient client(InstantSource clock, String... addresses) {
        Hubs hubs = new Hubs(Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(Map.of()), clock);
        return new HubClient(hubs.links(() -> List.of(addresses), Optional.of(certificates.device)), 1, new byte[16]);
    }

    private HubClient client(String... addresses) {
        return client(InstantSource.system(), addresses);
    }

    @Test
    void speaksTls13WithItsCertificate() {
        try (HubClient hub = client(server.address())) {
            assertThat(hub.poll(ASK, PollMode.HELD)).isInstanceOf(Polled.UpToDate.class);
            assertThat(server.protocol()).isEqualTo("TLSv1.3");
            assertThat(server.peer()).isEqualTo("CN=device");
        }
    }

    @Test
    void connectsBeforeTheFirstCallWhereItIsTold() throws InterruptedException {
        Hubs hubs =
                new Hubs(Set.of(certificates.pin()), List.of(), EnvironmentProxy.of(Map.of()), InstantSource.system());
        try (Links links = hubs.links(() -> List.of(server.address()), Optional.of(certificates.device))) {
            links.dial();

            assertThat(server.awaitPeer()).isEqualTo("CN=device");
            assertThat(server.heard).isEmpty();
        }
    }

    @Test
    void refusesAnotherHubsCertificate() throws Exception {
        try (TestHubServer other = new TestHubServer(others.server, certificates.device);
                HubClient hub = client(other.address())) {
            assertThat(hub.poll(ASK, PollMode.HELD)).isInstanceOfSatisfying(Polled.Unreachable.class, no -> {
                assertThat(no.trouble()).isEqualTo(Trouble.HUB_NOT_TRUSTED);
                assertThat(no.why()).contains(other.address()).contains("not made by the CA this agent knows");
            });
        }
    }

    @Test
    void refusesAnAgentThatPosesAsTheHub() throws Exception {
        try (TestHubServer agent = new TestHubServer(certificates.device, certificates.device);
                HubClient hub = client(agent.address())) {
            assertThat(hub.poll(ASK, PollMode.HELD)).isInstanceOfSatisfying(Polled.Unreachable.class, no -> {
                assertThat(no.trouble()).isEqualTo(Trouble.HUB_NOT_TRUSTED);
                assertThat(no.why()).contains("not a server certificate");
            });
        }
    }

    @Test
    void aWrongClockTakesNoOffersAndKeepsTheLink() {
        try (HubClient hub = client(() -> Instant.parse("2100-01-01T00:00:00Z"), server.address())) {
            assertThat(hub.poll(ASK, PollMode.HELD)).isInstanceOf(Polled.UpToDate.class);
            server.onPoll = _ -> PollReply.newBuilder()
                    .setAssignment(ByteString.copyFromUtf8("{}"))
                    .build();
            assertThat(hub.poll(ASK, PollMode.HELD))
                    .isInstanceOfSatisfying(
                            Polled.Doubted.class, no -> assertThat(no.why()).contains("2100"));
        }
    }

    @Test
    void tellsAFaultOfTheHubFromALinkThatIsDown() {
        server.onPoll = _ -> {
            throw new AssertionError("what a hub does not expect");
        };
        try (HubClient hub = client(server.address())) {
            assertThat(hub.poll(ASK, PollMode.HELD))
                    .isInstanceOfSatisfying(Polled.Unreachable.class, no -> assertThat(no.why())
                            .contains("it failed at this call", "its log says why"));
        }
    }

    @Test
    void aHeldPollThatIsGivenUpComesBackAtOnceAndTheLinkStays() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        server.onPoll = _ -> {
            held.countDown();
            awaitQuietly(end);
            return PollReply.getDefaultInstance();
        };
        try (HubClient hub = client(server.address(), "127.0.0.1:1");
                ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(hub.giveUpPoll()).as("no poll is open").isFalse();
            Future<Polled> poll = other.submit(() -> hub.poll(() -> ASK, PollMode.HELD));
            held.await();
            assertThat(hub.giveUpPoll()).isTrue();
            assertThat(poll.get()).isInstanceOf(Polled.GivenUp.class);
            end.countDown();
            server.onPoll = _ -> PollReply.getDefaultInstance();
            assertThat(hub.poll(() -> ASK, PollMode.HELD))
                    .as("of the same address, and not the next")
                    .isInstanceOf(Polled.UpToDate.class);
        }
    }

    @Test
    void whatIsNewWhileTheQuestionIsPutTogetherGivesItUpToo() {
        try (HubClient hub = client(server.address())) {
            assertThat(hub.poll(
                            () -> {
                                hub.giveUpPoll();
                                return ASK;
                            },
                            PollMode.HELD))
                    .isInstanceOf(Polled.GivenUp.class);
            assertThat(hub.giveUpPoll()).as("it is over").isFalse();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void goesOnToTheNextAddress() {
        try (HubClient hub = client("127.0.0.1:1", server.address())) {
            assertThat(hub.poll(ASK, PollMode.HELD))
                    .isInstanceOfSatisfying(Polled.Unreachable.class, no -> assertThat(no.trouble())
                            .isEqualTo(Trouble.HUB_UNREACHABLE));
            assertThat(hub.poll(ASK, PollMode.HELD)).isInstanceOf(Polled.UpToDate.class);
        }
    }

    @Test
    void tellsARefusalFromABusyHub() {
        try (HubClient hub = client(server.address())) {
            server.onPoll = _ -> {
                Metadata trailers = new Metadata();
                trailers.put(Failure.REASON, "AgentRetired");
                throw Status.PERMISSION_DENIED.withDescription("retired").asRuntimeException(trailers);
            };
            assertThat(hub.poll(ASK, PollMode.HELD)).isEqualTo(new Polled.Refused("AgentRetired", "retired"));
            server.onPoll = _ -> {
                Metadata trailers = new Metadata();
                trailers.put(Failure.RETRY_AFTER, "30000");
                throw Status.UNAVAILABLE.asRuntimeException(trailers);
            };
            assertThat(hub.poll(ASK, PollMode.HELD)).isInstanceOfSatisfying(Polled.Unreachable.class, busy -> {
                assertThat(busy.trouble()).isEqualTo(Trouble.HUB_BUSY);
                assertThat(busy.retryAfter()).contains(Duration.ofSeconds(30));
            });
        }
    }

    /** R4: at most one chunk is sent again per cut. */
    @Test
    void resumesAFetchWhereItWasCut() {
        byte[] blob = new byte[10_500];
        new Random(4).nextBytes(blob);
        Digest digest = Digest.of(blob);
        server.blobs.put(digest, blob);
        server.cutAfterChunks = 2;
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        int fetches = 0;
        try (HubClient hub = client(server.address())) {
            while (got.size() < blob.length && fetches++ < 20) {
                hub.fetch(
                        List.of(new Fetched.Wanted(digest, got.size(), blob.length - got.size())),
                        (_, offset, data, size) -> {
                            assertThat(offset).isEqualTo(got.size());
                            assertThat(size).isEqualTo(blob.length);
                            got.writeBytes(data);
                            return true;
                        });
            }
        }
        assertThat(Digest.of(got.toByteArray())).isEqualTo(digest);
        assertThat(fetches).isGreaterThan(4);
        assertThat(server.sentBytes.get())
                .isLessThanOrEqualTo(blob.length + (long) fetches * TestHubServer.CHUNK_BYTES);
    }

    @Test
    void saysWhatIsNotAvailableAndBreaksOffWhatDoesNotFit() {
        byte[] blob = new byte[5000];
        Digest digest = Digest.of(blob);
        Digest unknown = Digest.of(new byte[] {1});
        server.blobs.put(digest, blob);
        try (HubClient hub = client(server.address())) {
            assertThat(hub.fetch(List.of(new Fetched.Wanted(unknown, 0, 1)), (_, _, _, _) -> true))
                    .isEqualTo(new Fetched.Complete(Set.of(unknown)));
            assertThat(hub.fetch(List.of(new Fetched.Wanted(digest, 0, 5000)), (_, _, _, _) -> false))
                    .isInstanceOf(Fetched.Cut.class);
        }
    }

    @Test
    void deliversReceiptsAndLearnsWhichAreSafe() {
        byte[] receipt = {1, 2, 3};
        try (HubClient hub = client(server.address())) {
            assertThat(hub.report(List.of(receipt))).isEqualTo(new Delivered.Accepted(Set.of(Digest.of(receipt))));
        }
    }
}
