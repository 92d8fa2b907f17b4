package io.wherry.e2e.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.Digest;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The hub's pages in a real browser, by somebody with a keyboard and no mouse; axe-core judges what a program can judge. */
class PagesIT {
    @RegisterExtension
    static final Fleet fleet = Fleet.of("north");

    /** The agent asks every ten seconds whether it was approved. */
    private static final long ASKS_AGAIN_SECONDS = 120;

    /** A network that comes or goes may break off the request with the form. */
    private static final int TRIES = 3;

    private static App shop;
    private static Chrome chrome;

    @BeforeAll
    static void start() throws Exception {
        shop = fleet.app("pages");
        shop.commit(App.web("red"));
        shop.declare();
        chrome = Chrome.start(Files.createDirectory(fleet.folder().resolve("browser")));
        signIn();
        shop.healthy();
    }

    private static void signIn() throws Exception {
        String key = Files.readString(fleet.hub().adminToken()).strip();
        for (int i = 0; i < TRIES; i++) {
            chrome.open(fleet.hub().url() + "/login"); // the one field has the focus
            chrome.type(key + Chrome.ENTER);
            chrome.await("an answer", () -> !chrome.path().equals("/login"));
            if (chrome.path().equals("/")) {
                return;
            }
        }
        throw new AssertionError("not signed in: " + chrome.text());
    }

    @AfterAll
    static void close() throws Exception {
        if (chrome != null) {
            chrome.close();
        }
        assertThat(fleet.hub().log())
                .as("pages that were left are no failure")
                .content()
                .doesNotContain(" ERROR ");
    }

    @Test
    void aStackBecomesHealthyBeforeTheEyesOfWhoLooks() throws Exception {
        chrome.openLive(fleet.hub().url() + "/stacks/" + shop.name());
        chrome.script("window.stayed = 'yes'");

        String blue = shop.push(App.web("blue"));

        chrome.await(
                "healthy at " + blue,
                () -> chrome.text().contains(blue.substring(0, 10))
                        && chrome.script("return document.querySelector('.flow').innerText")
                                .contains("1 of 1 healthy")
                        && chrome.script("return document.querySelector('.standing .state').textContent")
                                .endsWith("Healthy"));
        assertThat(chrome.script("return window.stayed")).as("without a reload").isEqualTo("yes");
        assertThat(chrome.text()).contains("north");
        assertThat(chrome.errors()).isEmpty();
    }

    @Test
    void anAgentIsLetInByTheKeyboardAlone() throws Exception {
        RunningAgent guest = fleet.agent("guest");
        Process joining = guest.startJoin(fleet.operator().token("--approval"));
        fleet.until(
                "guest waits",
                () -> guest.log().toFile().exists() && guest.logEnd().contains("compare this fingerprint"));

        for (int i = 0; i < TRIES && waits(guest); i++) {
            chrome.open(fleet.hub().url() + "/approvals");
            chrome.awaitText("guest");
            String shown = fleet.operator().status("agent", "guest").string("fingerprint");
            assertThat(chrome.text()).contains(shown);
            chrome.tabTo("Let in");
            chrome.type(Chrome.ENTER);
            chrome.awaitText("Fingerprint that the site shows");
            chrome.tabTo("Fingerprint that the site shows");
            chrome.type(shown + Chrome.ENTER);
            chrome.await("an answer", () -> !chrome.path().endsWith("/do/approve"));
        }

        assertThat(joining.waitFor(ASKS_AGAIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(joining.exitValue()).as(guest.logEnd()).isZero();
        chrome.open(fleet.hub().url() + "/audit?stream=user");
        assertThat(chrome.text()).contains("agent.approve", "user:admin", "Agent/guest");
        assertThat(chrome.errors()).isEmpty();
    }

    private static boolean waits(RunningAgent agent) throws Exception {
        return fleet.operator().phase("agent", agent.name()).contains("NotApproved");
    }

    @Test
    void everyPageIsAccessibleInLightAndDarkAndFitsANarrowWindow() throws Exception {
        String axe = axe();
        for (String page : List.of(
                "/",
                "/stacks",
                "/stacks/" + shop.name(),
                "/stacks/" + shop.name() + "/do/sync",
                "/stacks/" + shop.name() + "/rollout",
                "/agents",
                "/agents/north",
                "/sources",
                "/sources/" + shop.name(),
                "/rollouts",
                "/approvals",
                "/events",
                "/audit",
                "/login")) {
            chrome.width(1200);
            chrome.open(fleet.hub().url() + page);
            for (String scheme : List.of("light", "dark")) {
                chrome.scheme(scheme);
                assertThat(judged(axe)).as("%s, %s", page, scheme).isEqualTo("[]");
            }
            chrome.width(320);
            assertThat(chrome.script(
                            "const page = document.documentElement; return page.scrollWidth - page.clientWidth"))
                    .as("%s at 320 pixels: what nobody sees without scrolling sideways", page)
                    .isEqualTo("0");
        }
        chrome.width(1200);
        assertThat(chrome.errors()).isEmpty();
    }

    private static String judged(String axe) {
        return chrome.later(axe + """
                ;axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(
                    found => done(JSON.stringify(found.violations.map(one => one.id + ': '
                        + one.nodes.map(node => node.target + ' ' + node.failureSummary).join('; ')))),
                    problem => done('axe failed: ' + problem));
                """);
    }

    /** As its publisher made it. */
    private static String axe() throws Exception {
        byte[] script = resource("/axe/axe.min.js");
        String digest = new String(resource("/axe/axe.min.js.sha256"), StandardCharsets.UTF_8);
        assertThat(digest).startsWith(Digest.of(script).hex());
        return new String(script, StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = PagesIT.class.getResourceAsStream(name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }
}
