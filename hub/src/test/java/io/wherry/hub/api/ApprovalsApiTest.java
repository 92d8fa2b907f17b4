package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.TestHub;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before any signature is looked at; the rest is in {@code ReleaseApprovalsTest} and {@code S3TwoKeyTest}. */
class ApprovalsApiTest {
    private static final String STACKS = "/api/v1/stacks/";

    @TempDir
    Path folder;

    @Test
    void aStackOrAnEnvelopeThatIsNoneIsNamed() throws Exception {
        Files.createDirectory(folder.resolve("shop"));
        try (TestHub hub = TestHub.start(folder)) {
            hub.admin().apply("""
                    apiVersion: wherry.io/v1alpha1
                    kind: Source
                    metadata: {name: shop}
                    spec: {type: git, url: %s, ref: {branch: main}}
                    ---
                    apiVersion: wherry.io/v1alpha1
                    kind: Stack
                    metadata: {name: shop}
                    spec:
                      sourceRef: shop
                      format: compose
                      targets: [{agentSelector: site=here}]
                    """.formatted(folder.resolve("shop")));

            assertThat(hub.admin().get(STACKS + "shop/approvals").body()).contains("\"items\":[]");
            refused(hub.admin().get(STACKS + "shpo/approvals"), 404, "shpo does not exist");
            refused(submit(hub, "shpo", envelope()), 404, "shpo does not exist");
            refused(call(hub, "shop", "{}"), 400, "envelope: missing");
            refused(submit(hub, "shop", "?"), 400, "base64");
            refused(submit(hub, "shop", ""), 400, "envelope: empty");
            refused(submit(hub, "shop", base64("{}")), 400, "payloadType: missing");
            refused(submit(hub, "shop", base64("x".repeat(700 * 1024 + 1))), 400, "716801 bytes");
            refused(submit(hub, "shop", envelope()), 409, "ApprovalNotAwaited", "export-unsigned --stack shop");
        }
    }

    private static HttpResponse<String> submit(TestHub hub, String stack, String envelope) {
        return call(hub, stack, "{\"envelope\":\"" + envelope + "\"}");
    }

    private static HttpResponse<String> call(TestHub hub, String stack, String body) {
        return hub.admin().call("POST", STACKS + stack + "/approvals", body);
    }

    private static String envelope() {
        return base64(
                "{\"payloadType\":\"application/vnd.in-toto+json\",\"payload\":\"e30=\",\"signatures\":[{\"sig\":\"AAAA\"}]}");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static void refused(HttpResponse<String> answer, int status, String... words) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(words);
    }
}
