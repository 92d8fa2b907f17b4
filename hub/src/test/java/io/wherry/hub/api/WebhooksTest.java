package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.hub.TestHub;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Git servers that say that there is something new, each in its way. */
class WebhooksTest {
    private static final String SECRET = "canary-of-the-webhook-0123456789";
    private static final String BODY = "{\"ref\":\"refs/heads/main\"}";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private static TestHub hub;
    private static Git git;

    @BeforeAll
    static void start() throws Exception {
        git = Git.init()
                .setInitialBranch("main")
                .setDirectory(folder.resolve("shop").toFile())
                .call();
        commit("1");
        hub = TestHub.start(folder);
        credential("hook", "webhook", SECRET);
        apply("""
                kind: Source
                metadata: {name: shop}
                spec: {type: git, url: %s, interval: 24h, webhook: {credentialRef: hook}}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Stack
                metadata: {name: shop}
                spec: {sourceRef: shop, format: compose, targets: [{name: all, agentSelector: {matchLabels: {a: b}}}]}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: resting}
                spec: {type: git, url: %s, suspend: true, webhook: {credentialRef: hook}}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: silent}
                spec: {type: git, url: %s}
                ---
                apiVersion: wherry.io/v1alpha1
                kind: Source
                metadata: {name: astray}
                spec: {type: git, url: %s, webhook: {credentialRef: nowhere}}
                """.replace("%s", folder.resolve("shop").toString()));
    }

    @AfterAll
    static void stop() {
        hub.close();
        git.close();
    }

    private static String commit(String value) throws Exception {
        Files.writeString(
                folder.resolve("shop/compose.yaml"),
                "services: {web: {image: 'shop:1', environment: {V: '" + value + "'}}}\n");
        git.add().addFilepattern(".").call();
        return git.commit()
                .setMessage(value)
                .setAuthor(new PersonIdent("t", "t@localhost"))
                .setCommitter(new PersonIdent("t", "t@localhost"))
                .setSign(false)
                .call()
                .name();
    }

    private static void apply(String documents) {
        hub.admin()
                .post(
                        "/api/v1/apply",
                        Json.object()
                                .put(
                                        "files",
                                        new Json.Arr(List.of(Json.object()
                                                .put("name", "fleet.yaml")
                                                .put("content", "apiVersion: wherry.io/v1alpha1\n" + documents)
                                                .build())))
                                .build());
    }

    private static void credential(String name, String type, String value) {
        hub.admin()
                .post(
                        "/api/v1/credentials",
                        Json.object()
                                .put("name", name)
                                .put("type", type)
                                .put("value", value)
                                .build());
    }

    private static String hash(String algorithm, String secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
        return HexFormat.of().formatHex(mac.doFinal(BODY.getBytes(UTF_8)));
    }

    private static HttpResponse<String> call(String source, String... headers) {
        return hub.nobody().call("POST", "/webhooks/" + source, BodyPublishers.ofString(BODY), headers);
    }

    private static Json.Obj problem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        Json.Obj problem = JsonReader.object(answer.body().getBytes(UTF_8));
        assertThat(problem.string("code")).isEqualTo(code);
        assertThat(answer.body()).doesNotContain("canary");
        return problem;
    }

    private static String revision() {
        return hub.admin()
                .object("/api/v1/sources/shop")
                .object("status")
                .findString("revision")
                .orElse("");
    }

    private static void await(String commit) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!revision().contains(commit)) {
            assertThat(System.nanoTime()).as("revision %s", revision()).isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void aPushIsFoundLongBeforeTheInterval() throws Exception {
        await(git.getRepository().resolve("HEAD").name()); // the first check comes with the stack
        String commit = commit("2");

        HttpResponse<String> answer = call("shop", "X-Hub-Signature-256", "sha256=" + hash("HmacSHA256", SECRET));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("is being checked", "/api/v1/sources/shop");
        await(commit);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Hub-Signature-256, sha256=HASH", // GitHub, Gitea, Forgejo
        "X-Hub-Signature, sha256=HASH", // Bitbucket
        "X-Gitlab-Token, SECRET", // GitLab
        "Authorization, Basic USER", // Azure DevOps
    })
    void eachServerHasItsProof(String header, String value) throws Exception {
        String user = Base64.getEncoder().encodeToString(("hub:" + SECRET).getBytes(UTF_8));
        String shown = value.replace("HASH", hash("HmacSHA256", SECRET))
                .replace("SECRET", SECRET)
                .replace("USER", user);

        assertThat(call("shop", header, shown).statusCode()).isEqualTo(200);
        problem(call("shop", header, shown.substring(0, shown.length() - 2)), 401, "WebhookRefused");
    }

    @Test
    void anOlderHashOrThatOfAnotherBodyIsNoProof() throws Exception {
        problem(call("shop", "X-Hub-Signature", "sha1=" + hash("HmacSHA1", SECRET)), 401, "WebhookRefused");
        problem(
                hub.nobody()
                        .call(
                                "POST",
                                "/webhooks/shop",
                                BodyPublishers.ofString(BODY + " "),
                                "X-Hub-Signature-256",
                                "sha256=" + hash("HmacSHA256", SECRET)),
                401,
                "WebhookRefused");
    }

    /** Whoever has no secret cannot find out which sources there are. */
    @ParameterizedTest
    @ValueSource(strings = {"shop", "silent", "astray", "nothing", "", "shop/x", "..%2Fshop"})
    void withoutProofAllNamesAreTheSame(String name) {
        Json.Obj problem = problem(call(name), 401, "WebhookRefused");
        Json.Obj other = problem(call("nobody-knows"), 401, "WebhookRefused");

        assertThat(problem.string("detail")).isEqualTo(other.string("detail"));
        assertThat(problem.string("hint")).isEqualTo(other.string("hint"));
    }

    @Test
    void aCallWithoutABodyOrOneThatIsTooLargeIsRefused() {
        problem(hub.nobody().call("POST", "/webhooks/shop", BodyPublishers.noBody()), 401, "WebhookRefused");
        byte[] large = new byte[ApiRequest.MAX_BODY_BYTES + 1];
        problem(hub.nobody().call("POST", "/webhooks/shop", BodyPublishers.ofByteArray(large)), 413, "TooLarge");
    }

    @Test
    void whatNobodyChecksIsToldToWhoHasTheSecret() throws Exception {
        Json.Obj problem = problem(
                call("resting", "X-Hub-Signature-256", "sha256=" + hash("HmacSHA256", SECRET)), 409, "Conflict");

        assertThat(problem.string("detail")).contains("is suspended");
    }

    @Test
    void aSecretThatCanBeGuessedOrIsMeantForAHostIsRefused() {
        String weak = "{\"name\":\"weak\",\"type\":\"webhook\",\"value\":\"canary-short\"}";
        assertThat(problem(hub.admin().call("POST", "/api/v1/credentials", weak), 400, "BadRequest")
                        .string("detail"))
                .contains("shorter than 16 characters", "openssl rand -hex 32");
        String host = "{\"name\":\"h\",\"type\":\"webhook\",\"host\":\"git.example.org\",\"value\":\"" + SECRET + "\"}";
        assertThat(problem(hub.admin().call("POST", "/api/v1/credentials", host), 400, "BadRequest")
                        .string("detail"))
                .contains("never leaves the hub");
    }
}
