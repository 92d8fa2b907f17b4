package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.TestHub;
import io.wherry.hub.access.Principal;
import io.wherry.hub.access.Role;
import io.wherry.hub.db.Database;
import io.wherry.hub.status.Event.Severity;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.StatusReason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EventsApiTest {
    @TempDir
    Path folder;

    private TestHub hub;

    @BeforeEach
    void start() {
        hub = TestHub.start(folder);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void theLimitCountsWhatIsWantedAndNotWhatIsLeftOut() {
        try (Database database = Database.open(hub.folder().database())) {
            Events events = new Events(database, InstantSource.system());
            database.run(handle -> {
                events.raise(handle, Severity.ALARM, "Agent", "till", StatusReason.ALL_GOOD, "old alarm", "");
                for (int i = 0; i < 20; i++) {
                    events.raise(handle, Severity.NORMAL, "Stack", "shop", StatusReason.ALL_GOOD, "news " + i, "");
                }
            });
        }

        assertThat(messages("?severity=alarm&limit=5")).containsExactly("old alarm");
        assertThat(messages("?severity=warning&object=agent/till&limit=1")).containsExactly("old alarm");
        assertThat(messages("?limit=2")).containsExactly("news 18", "news 19");
        assertThat(messages("?object=agent/")).containsExactly("old alarm");
    }

    @Test
    void refusesWhatIsNoSeverityAndNoObject() {
        for (String bad : List.of("severity=loud", "object=shop", "object=stak/shop", "follow=1")) {
            ApiTest.problem(hub.admin().get("/api/v1/events?" + bad), 400, "BadRequest");
        }
    }

    @Test
    void oneFollowerTooManyIsToldSoAndThePlaceOfOneThatWentIsFree() {
        try (Database database = Database.open(folder.resolve("events.db"))) {
            EventsApi api = new EventsApi(new Events(database, InstantSource.system()), _ -> true, 1);
            Route route = api.routes().getFirst();
            ApiRequest request = new ApiRequest(
                    new Principal("id", "ann", Role.VIEWER),
                    "192.0.2.1",
                    Map.of(),
                    Map.of("follow", "true"),
                    Json.object().build(),
                    Conditions.NONE);
            for (int i = 0; i < 2; i++) {
                Answer.Lines first = (Answer.Lines) route.handler().handle(request);
                assertThatThrownBy(() -> first.writer().write(new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                assertThatThrownBy(() -> route.handler().handle(request))
                                        .isInstanceOfSatisfying(
                                                ApiException.class, second -> assertThat(second.status())
                                                        .isEqualTo(429));
                                throw new IOException("the reader went away");
                            }
                        }))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    @Timeout(60) // it hung: the stream went on
    void aStreamEndsWithItsKey() throws Exception {
        String key = hub.key("ada", Role.VIEWER, "1d");
        try (HttpClient client = HttpClient.newBuilder().sslContext(hub.tls()).build();
                BufferedReader lines = new BufferedReader(new InputStreamReader(follow(client, key), UTF_8))) {
            assertThat(lines.readLine()).isEmpty();

            assertThat(hub.admin().call("DELETE", "/api/v1/apikeys/ada", "").statusCode())
                    .isEqualTo(200);

            assertThat(lines.lines().filter(line -> !line.isEmpty())).isEmpty();
        }
    }

    private InputStream follow(HttpClient client, String key) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + hub.port() + "/api/v1/events?follow=true"))
                .header("Authorization", "Bearer " + key)
                .timeout(Duration.ofMinutes(1))
                .build();
        return client.send(request, BodyHandlers.ofInputStream()).body();
    }

    private List<String> messages(String query) {
        String body = hub.admin().get("/api/v1/events" + query).body();
        return JsonReader.object(body.getBytes(UTF_8)).objects("items").stream()
                .map((Json.Obj event) -> event.string("message"))
                .toList();
    }
}
