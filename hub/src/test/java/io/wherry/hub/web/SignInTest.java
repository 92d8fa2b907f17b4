package io.wherry.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a session begins and how it ends, and that a form of somebody else's does nothing. */
class SignInTest {
    @TempDir
    Path folder;

    private TestHub hub;
    private String key;

    @BeforeEach
    void start() {
        hub = TestHub.start(folder);
        key = hub.key("ada", Role.ADMIN, "30d");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static boolean in(Browser browser) {
        return browser.get("/stacks").statusCode() == 200;
    }

    @Test
    void theCookieIsForThisHostAloneAndSaysNothingOfTheKey() {
        Browser browser = new Browser(hub);
        HttpResponse<String> answer = browser.signIn(key);

        List<String> cookies = answer.headers().allValues("Set-Cookie");
        assertThat(cookies)
                .anyMatch(cookie -> cookie.startsWith("__Host-wherry=")
                        && cookie.contains("; Secure")
                        && cookie.contains("; HttpOnly")
                        && cookie.contains("; SameSite=Strict")
                        && cookie.contains("; Path=/")
                        && !cookie.contains("Domain"));
        assertThat(String.join("", cookies)).doesNotContain(key, "wak_");
        assertThat(answer.headers().firstValue("Location")).contains("/");
        assertThat(in(browser)).isTrue();
    }

    @Test
    void aWrongKeyIsRefusedAndNotRepeated() {
        String wrong = "wak_0000000000" + key.substring(14);
        HttpResponse<String> answer = new Browser(hub).signIn(wrong);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("is not one of this hub").doesNotContain(wrong);
        assertThat(new Browser(hub).signIn("").body()).contains("No key was given.");
        assertThat(new Browser(hub).page("/login"))
                .as("a stranger does not learn which hub this is")
                .doesNotContain(Frame.version());
        assertThat(new Browser(hub).signIn("\"><script>").body()).doesNotContain("<script>");
        assertThat(hub.nobody().get("/?key=" + key).headers().firstValue("Set-Cookie"))
                .as("a key in an address is no key")
                .isEmpty();
    }

    @Test
    void whoSignsInComesBackToThePageThatWasAskedForAndNeverToAnotherHost() {
        assertThat(new Browser(hub).get("/stacks/shop?from=1").headers().firstValue("Location"))
                .contains("/login?next=%2Fstacks%2Fshop%3Ffrom%3D1");
        assertThat(after("/stacks/shop?from=1")).isEqualTo("/stacks/shop?from=1");
        for (String elsewhere :
                List.of("https://example.org", "//example.org", "/\\example.org", "javascript:alert(1)", "/a\nb", "")) {
            assertThat(after(elsewhere)).as(elsewhere).isEqualTo("/");
        }
    }

    private String after(String next) {
        Browser browser = new Browser(hub);
        return browser.post("/login", Map.of("key", key, "next", next, "token", browser.token("/login")))
                .headers()
                .firstValue("Location")
                .orElse("");
    }

    @Test
    void aSessionEndsWhenNobodyUsesItAndAtTheLatestAfterADay() {
        Browser idle = Browser.signedIn(hub, key);
        Browser busy = Browser.signedIn(hub, key);
        Duration step = Sessions.IDLE.minusMinutes(1);
        hub.advance(step);
        assertThat(in(busy)).isTrue();
        hub.advance(Duration.ofMinutes(2));
        assertThat(in(busy)).isTrue();
        assertThat(in(idle)).isFalse();
        for (Duration at = step; at.compareTo(Sessions.LONGEST) < 0; at = at.plus(step)) {
            in(busy);
            hub.advance(step);
        }
        assertThat(in(busy)).isFalse();
    }

    @Test
    void aSignOutEndsTheSessionWhateverTheBrowserKeeps() {
        Browser browser = Browser.signedIn(hub, key);
        Map<String, String> kept = Map.copyOf(browser.cookies());
        assertThat(browser.post("/logout", Map.of("token", browser.token("/"))).statusCode())
                .isEqualTo(303);
        assertThat(browser.cookies()).doesNotContainKey("__Host-wherry");
        browser.cookies().putAll(kept);
        assertThat(in(browser)).isFalse();
    }

    @Test
    void aKeyThatIsRevokedOrExpiredEndsItsSessionsAtOnce() {
        String shortKey = hub.key("short", Role.VIEWER, "10m");
        Browser revoked = Browser.signedIn(hub, key);
        Browser expired = Browser.signedIn(hub, shortKey);
        assertThat(in(revoked)).isTrue();
        assertThat(hub.admin().call("DELETE", "/api/v1/apikeys/ada", "").statusCode())
                .isEqualTo(200);
        assertThat(in(revoked)).isFalse();
        hub.advance(Duration.ofMinutes(11));
        assertThat(in(expired)).isFalse();
    }

    @Test
    void oneKeyHasOnlySoManySessionsAndTheOldestGoes() {
        Browser first = Browser.signedIn(hub, key);
        for (int i = 0; i < Sessions.MAX_PER_KEY; i++) {
            hub.advance(Duration.ofSeconds(1));
            Browser.signedIn(hub, key);
        }
        assertThat(in(first)).isFalse();
    }

    @Test
    void aFormThatIsNotOursDoesNothing() {
        Browser browser = Browser.signedIn(hub, key);
        hub.admin().apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: shop}
                spec: {type: git, url: %s}
                """.formatted(folder.resolve("none.git")));
        String token = browser.token("/sources/shop/do/sync");
        String path = "/sources/shop/do/sync";
        String good = Browser.encoded(Map.of("token", token));
        String origin = "https://127.0.0.1:" + hub.port();

        forged(browser.call("POST", path, "x=1", "Sec-Fetch-Site", "same-origin"), "no token");
        forged(browser.call("POST", path, "token=wrong", "Sec-Fetch-Site", "same-origin"), "a wrong token");
        forged(
                browser.call(
                        "POST",
                        path,
                        Browser.encoded(
                                Map.of("token", Browser.signedIn(hub, key).token(path))),
                        "Sec-Fetch-Site",
                        "same-origin"),
                "the token of another session");
        forged(browser.call("POST", path, good), "nothing says where it came from");
        forged(browser.call("POST", path, good, "Sec-Fetch-Site", "cross-site"), "another site");
        forged(browser.call("POST", path, good, "Sec-Fetch-Site", "same-site"), "another port of this host");
        forged(browser.call("POST", path, good, "Origin", "https://example.org"), "another origin");
        forged(browser.call("POST", path, good, "Origin", "null"), "an origin that is not told, and nothing else");
        forged(
                browser.call("POST", path, good, "Origin", "https://example.org", "Sec-Fetch-Site", "same-origin"),
                "two that contradict");
        forged(browser.call("POST", "/logout", "x=1", "Sec-Fetch-Site", "same-origin"), "a sign-out");
        forged(
                new Browser(hub).call("POST", "/login", "key=" + key, "Sec-Fetch-Site", "same-origin"),
                "a sign-in without the page before");
        assertThat(hub.admin()
                        .call("GET", "/api/v1/audit?object=Source/shop", "")
                        .body())
                .doesNotContain("source.sync");

        assertThat(browser.call("POST", path, good, "Origin", origin).statusCode())
                .as("a browser without Sec-Fetch-Site")
                .isIn(303, 409);
        assertThat(browser.call("GET", "/sources/shop/do/sync?token=" + token, "")
                        .statusCode())
                .as("a GET asks and does nothing")
                .isEqualTo(200);
    }

    private static void forged(HttpResponse<String> answer, String how) {
        assertThat(answer.statusCode()).as(how).isEqualTo(403);
        assertThat(answer.body()).as(how).contains("ForgedForm");
    }

    @Test
    void aFormAboveTheLimitIsRefused() {
        Browser browser = Browser.signedIn(hub, key);
        assertThat(browser.post("/logout", Map.of("token", "x".repeat(Form.MAX_BYTES + 1)))
                        .statusCode())
                .isEqualTo(413);
        assertThat(in(browser)).isTrue();
    }
}
