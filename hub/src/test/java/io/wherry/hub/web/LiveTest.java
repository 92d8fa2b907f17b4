package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that are kept up to date, over TLS, as the script in a browser follows them. */
class LiveTest {
    /** A stream that is alive says something every two seconds: this is minutes. */
    private static final int MAX_LINES = 20_000;

    @TempDir
    Path folder;

    private TestHub hub;
    private Browser browser;
    private HttpClient client;

    @BeforeEach
    void start() {
        hub = TestHub.start(folder);
        browser = Browser.signedIn(hub, hub.key("ada", Role.VIEWER, "1d"));
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(hub.tls())
                .build();
    }

    @AfterEach
    void stop() {
        hub.close();
        client.close();
    }

    private HttpResponse<InputStream> follow(String page) throws IOException, InterruptedException {
        String cookie = "__Host-wherry=" + browser.cookies().get("__Host-wherry");
        return client.send(
                HttpRequest.newBuilder(
                                URI.create("https://127.0.0.1:" + hub.port() + "/live?page=" + Form.encode(page)))
                        .header("Cookie", cookie)
                        .build(),
                BodyHandlers.ofInputStream());
    }

    private static BufferedReader lines(HttpResponse<InputStream> stream) {
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new BufferedReader(new InputStreamReader(stream.body(), UTF_8));
    }

    private static void awaits(BufferedReader lines, String text) throws IOException {
        for (int i = 0; i < MAX_LINES; i++) {
            String line = lines.readLine();
            assertThat(line).as("the stream ended before it said " + text).isNotNull();
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("not said: " + text);
    }

    @Test
    void whatIsNewComesByItselfUntilTheSessionIsOver() throws Exception {
        try (BufferedReader lines = lines(follow("/sources"))) {
            awaits(lines, "No source is declared yet");
            hub.admin().apply("""
                    apiVersion: wherry.io/v1alpha1
                    kind: Source
                    metadata: {name: shop}
                    spec: {type: git, url: %s, suspend: true}
                    """.formatted(folder.resolve("none.git")));
            awaits(lines, "href=\"/sources/shop\"");
            awaits(lines, "event: same");
            assertThat(browser.post("/logout", Map.of("token", browser.token("/")))
                            .statusCode())
                    .isEqualTo(303);
            awaits(lines, "event: over");
        }
    }

    @Test
    void aKeyThatIsRevokedEndsItsStreams() throws Exception {
        try (BufferedReader lines = lines(follow("/"))) {
            awaits(lines, "event: page");
            assertThat(hub.admin().call("DELETE", "/api/v1/apikeys/ada", "").statusCode())
                    .isEqualTo(200);
            awaits(lines, "event: over");
        }
    }

    @Test
    void aPageThatIsLeftOpenDoesNotKeepItsSessionFromEnding() throws Exception {
        try (BufferedReader lines = lines(follow("/"))) {
            awaits(lines, "event: page");
            hub.advance(Sessions.IDLE.plusSeconds(1));
            awaits(lines, "event: over");
        }
    }

    @Test
    void onlyPagesAreFollowedAndOnlyBySomebodySignedIn() throws Exception {
        for (String page :
                List.of("https://example.org/", "//example.org", "/live", "/api/v1/stacks", "", "/assets/x")) {
            try (InputStream body = follow(page).body()) {
                assertThat(new String(body.readAllBytes(), UTF_8)).as(page).contains("there is no such page");
            }
        }
        assertThat(hub.nobody().get("/live?page=/").statusCode()).isEqualTo(401);
    }
}
