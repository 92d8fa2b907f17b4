package io.wherry.hub.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every page and every act with every role, over TLS, as a browser without a script sees them. */
class PagesTest {
    private static final String HOSTILE = "<script>alert(\"1\")</script>'\"&";
    private static final String ESCAPED = "&lt;script&gt;alert";

    private static final List<String> PAGES = List.of(
            "/",
            "/stacks",
            "/stacks/shop",
            "/stacks/shop/rollout",
            "/agents",
            "/agents/oslo-1",
            "/agents/new-1",
            "/sources",
            "/sources/shop",
            "/rollouts",
            "/approvals",
            "/events",
            "/events?severity=alarm&object=stack/shop",
            "/audit",
            "/audit?stream=user");

    @TempDir
    static Path folder;

    private static TestHub hub;
    private static final Map<Role, Browser> BROWSERS = new LinkedHashMap<>();
    private static final Map<Role, String> KEYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        hub = TestHub.start(folder);
        repository();
        TestSites.join(
                hub,
                "oslo-1",
                Json.object()
                        .put("labels", Json.object().put("site", "oslo").build())
                        .build(),
                HOSTILE);
        TestSites.join(hub, "new-1", TestSites.toBeApproved());
        hub.admin().apply("""
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: shop}
                spec: {type: git, url: %s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop, annotations: {note: '%s'}}
                spec: {sourceRef: shop, path: ., format: compose, targets: [{agentSelector: 'site=oslo'}]}
                """.formatted(folder.resolve("shop.git"), HOSTILE.replace("'", "''")));
        for (Role role : Role.values()) {
            String key = hub.key("key-of-" + role.word(), role, "1d");
            KEYS.put(role, key);
            BROWSERS.put(role, Browser.signedIn(hub, key));
        }
        awaitRevision();
    }

    private static void repository() throws Exception {
        Path work = Files.createDirectory(folder.resolve("shop.git"));
        try (Git git =
                Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
            Files.writeString(work.resolve("compose.yaml"), "services: {web: {image: shop:1}}\n");
            git.add().addFilepattern(".").call();
            PersonIdent ada = new PersonIdent("Ada " + HOSTILE.replace("<", "").replace(">", ""), "ada@example.org");
            git.commit()
                    .setMessage("Shop " + HOSTILE)
                    .setAuthor(ada)
                    .setCommitter(ada)
                    .setSign(false)
                    .call();
        }
    }

    /** The hub reads the source by itself; a page that shows no revision yet has nothing to escape. */
    private static void awaitRevision() throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (!hub.admin()
                    .object("/api/v1/stacks/shop/history")
                    .objects("items")
                    .isEmpty()) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no revision of shop: " + hub.admin().object("/api/v1/stacks/shop"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static Browser as(Role role) {
        return requireNonNull(BROWSERS.get(role), "role");
    }

    @Test
    void everyPageIsShownToEveryRoleAndToNobodyElse() {
        for (String path : PAGES) {
            BROWSERS.forEach((role, browser) -> assertThat(browser.get(path).statusCode())
                    .as("%s as %s", path, role)
                    .isEqualTo(200));
            HttpResponse<String> stranger = new Browser(hub).get(path);
            assertThat(stranger.statusCode()).as(path).isEqualTo(303);
            assertThat(stranger.headers().firstValue("Location").orElse(""))
                    .as(path)
                    .startsWith("/login");
            assertThat(stranger.body()).as(path).isEmpty();
        }
    }

    @Test
    void anActIsOfferedAndDoneOnlyWhereTheRoleMay() {
        for (Act act : Act.values()) {
            Set<String> roles = roles(act);
            BROWSERS.forEach((role, browser) -> {
                String address = act.address(name(act));
                boolean may = roles.contains(role.word());
                assertThat(browser.get(address).statusCode())
                        .as("%s as %s", act, role)
                        .isEqualTo(may ? 200 : 403);
                if (!may) {
                    HttpResponse<String> tried =
                            browser.post(address, Map.of("token", browser.token("/"), "fingerprint", "x"));
                    assertThat(tried.statusCode()).as("%s as %s", act, role).isEqualTo(403);
                    assertThat(tried.body()).contains("RoleDenied");
                }
            });
        }
        assertThat(as(Role.VIEWER).page("/stacks/shop")).doesNotContain("/do/");
        assertThat(as(Role.OPERATOR).page("/stacks/shop")).contains("/stacks/shop/do/sync", "/stacks/shop/do/retry");
        assertThat(as(Role.OPERATOR).page("/approvals")).doesNotContain("/do/");
        assertThat(as(Role.APPROVER).page("/approvals"))
                .contains("/agents/new-1/do/approve", "/agents/new-1/do/deny", "Fingerprint");
        assertThat(hub.admin()
                        .call("GET", "/api/v1/audit?stream=policy&limit=500", "")
                        .body())
                .as("who tried is recorded as by the REST")
                .contains("user:key-of-viewer", "Route/stacks/shop/sync");
    }

    private static Set<String> roles(Act act) {
        Json.Obj path = hub.nobody().object("/openapi.json").object("paths").object("/api/v1" + act.route());
        return Set.copyOf(path.object("post").strings("x-wherry-roles"));
    }

    private static String name(Act act) {
        return switch (act) {
            case AGENT_APPROVE, AGENT_DENY, AGENT_REVIEW -> "new-1";
            default -> "shop";
        };
    }

    @Test
    void aSyncIsDoneAndAuditedWithItsActorAndReason() {
        HttpResponse<String> done = as(Role.OPERATOR)
                .confirm("/stacks/shop/do/sync", Map.of("reason", "because of " + HOSTILE, "change", "SHOP-417"));

        assertThat(done.statusCode()).as(done.body()).isEqualTo(303);
        assertThat(done.headers().firstValue("Location")).contains("/stacks/shop");
        assertThat(as(Role.OPERATOR).page("/stacks/shop")).contains("Sync: stack shop", "role=\"status\"");
        assertThat(as(Role.OPERATOR).page("/stacks/shop")).as("told once").doesNotContain("Sync: stack shop");
        assertThat(hub.admin()
                        .object("/api/v1/audit?object=Stack/shop&stream=user&limit=500")
                        .objects("items"))
                .anyMatch(record -> record.string("action").equals("stack.sync")
                        && record.string("actor").equals("user:key-of-operator"));
        assertThat(as(Role.VIEWER).page("/audit?stream=user")).contains("stack.sync", ESCAPED);
    }

    @Test
    void whatTheHubRefusesIsToldOnThePageThatAsked() {
        HttpResponse<String> refused =
                as(Role.APPROVER).confirm("/agents/new-1/do/approve", Map.of("fingerprint", "AAAA-" + HOSTILE));

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("Not done.", "the fingerprint is not the one of new-1", "role=\"alert\"");
        assertThat(hub.admin().object("/api/v1/agents/new-1").object("status").string("reason"))
                .isEqualTo("NotApproved");
    }

    @Test
    void nothingOfWhatOthersWroteIsMarkup() {
        assertThat(as(Role.VIEWER).page("/agents/oslo-1")).contains(ESCAPED).doesNotContain("<script>alert");
        assertThat(as(Role.VIEWER).page("/stacks/shop"))
                .contains(ESCAPED)
                .as("the commit's subject and the YAML")
                .doesNotContain("<script>alert");
        String filter = "/agents?selector=" + Form.encode("site=\"><script>alert(1)</script>");
        assertThat(as(Role.VIEWER).get(filter).body()).doesNotContain("<script>alert");
        assertThat(as(Role.VIEWER)
                        .get("/events?object=" + Form.encode("stack/\"><script>alert(1)</script>"))
                        .body())
                .contains("&lt;script>") // within an attribute
                .doesNotContain("<script>alert");
        assertThat(new Browser(hub)
                        .get("/login?next=" + Form.encode("/\"><script>alert(1)</script>"))
                        .body())
                .doesNotContain("<script>alert");
        assertThat(as(Role.VIEWER)
                        .get("/stacks/" + Form.encode("<script>alert(1)</script>"))
                        .body())
                .doesNotContain("<script>alert");
    }

    @Test
    void everyAnswerForbidsWhatPagesDoNotNeed() {
        for (String path : List.of("/", "/login", "/stacks/none", "/nothing/at/all", "/agents?limit=x")) {
            HttpResponse<String> answer = as(Role.VIEWER).get(path);
            if (path.startsWith("/nothing")) {
                continue; // the REST's to answer
            }
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options"))
                    .as(path)
                    .contains("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).as(path).contains("no-referrer");
            assertThat(answer.headers().firstValue("Cache-Control")).as(path).contains("no-store");
        }
        assertThat(as(Role.VIEWER).page("/stacks/shop")).doesNotContain("style=", "onclick", "http://", "<style");
    }

    @Test
    void whatIsNotThereIsAPageThatSaysSo() {
        for (String path : List.of(
                "/stacks/none",
                "/agents/none",
                "/sources/none",
                "/stacks/shop/nothing",
                "/stacks/shop/do/nothing",
                "/stacks/none/do/sync",
                "/assets/none.css",
                "/stacks/a%2Fb")) {
            HttpResponse<String> answer = as(Role.ADMIN).get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                    .as(path)
                    .startsWith("text/html");
        }
        assertThat(as(Role.ADMIN).call("DELETE", "/stacks/shop", "").statusCode())
                .isEqualTo(405);
        assertThat(hub.nobody().get("/api").statusCode())
                .as("the REST's own answer")
                .isEqualTo(404);
        assertThat(hub.nobody().get("/api").body()).contains("\"code\":\"NotFound\"");
    }

    @Test
    void stylesAndScriptsAreKeptByTheBrowserAndNeedNoSignIn() throws IOException {
        String page = new Browser(hub).get("/login").body();
        assertThat(page).contains(Asset.STYLE.path()).doesNotContain(Asset.SCRIPT.path());
        for (Asset asset : List.of(Asset.STYLE, Asset.SCRIPT, Asset.ICON)) {
            HttpResponse<String> answer = hub.nobody().get(asset.path());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(asset.text());
            assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
            assertThat(answer.headers().firstValue("Content-Type")).contains(asset.contentType());
        }
    }

    @Test
    void theFleetSaysFirstWhatNeedsALookAndAnAgentThatIsSilentHasNotFailed() {
        String fleet = as(Role.VIEWER).page("/");
        int sentence = fleet.indexOf("class=\"headline");
        assertThat(sentence).isPositive().isLessThan(fleet.indexOf("class=\"tiles"));
        assertThat(fleet).contains("1 agent waits to be let in (new-1)", "agents ready.");
        assertThat(as(Role.VIEWER).page("/agents/oslo-1")).contains("Never heard");
        assertThat(fleet.indexOf("class=\"tiles")).isLessThan(fleet.indexOf("<table"));
    }

    @Test
    void aLongListComesInPages() {
        StringBuilder yaml = new StringBuilder();
        for (int i = 100; i < 100 + Visit.PAGE + 5; i++) {
            yaml.append("---\napiVersion: wherry.io/v1alpha1\nkind: Source\nmetadata: {name: src-")
                    .append(i)
                    .append("}\nspec: {type: git, url: ")
                    .append(folder.resolve("shop.git"))
                    .append(", suspend: true}\n");
        }
        hub.admin().apply(yaml.toString());

        String first = as(Role.VIEWER).page("/sources");
        assertThat(first).contains("src-100", "Next page").doesNotContain("src-154", "First page");
        String next = first.replaceAll("(?s).*href=\"(/sources\\?continue=[^\"]+)\".*", "$1");
        assertThat(as(Role.VIEWER).page(next)).contains("src-154", "First page").doesNotContain("src-100", "Next page");
        assertThat(as(Role.VIEWER).get("/sources?continue=%21").statusCode()).isEqualTo(400);
        assertThat(as(Role.VIEWER).page("/audit")).contains("Next page");
        String older = as(Role.VIEWER).page("/audit").replaceAll("(?s).*href=\"(/audit\\?continue=[^\"]+)\".*", "$1");
        assertThat(as(Role.VIEWER).page(older)).contains("First page");
    }

    @Test
    void noPageHoldsAKey() {
        for (String path : PAGES) {
            BROWSERS.forEach((role, browser) -> assertThat(browser.page(path))
                    .as("%s as %s", path, role)
                    .doesNotContain("wak_", requireNonNull(KEYS.get(role))));
        }
    }
}
