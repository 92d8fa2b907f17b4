package io.wherry.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.lib.PersonIdent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan is approved by a page, over TLS, as a browser without a script does it. */
class PlanPageTest {
    @TempDir
    Path folder;

    @Test
    void whoSeesAPlanApprovesThisVeryPlan() throws Exception {
        try (TestHub hub = TestHub.start(folder)) {
            commit("shop:1");
            TestSites.join(
                    hub,
                    "oslo-1",
                    Json.object()
                            .put("labels", Json.object().put("site", "oslo").build())
                            .build());
            hub.admin().apply("""
                    apiVersion: wherry.io/v1alpha1
                    kind: Policy
                    metadata: {name: careful}
                    spec: {agentSelector: site=oslo, require: {approvals: 2}}
                    ---
                    apiVersion: wherry.io/v1alpha1
                    kind: Source
                    metadata: {name: shop}
                    spec: {type: git, url: %s}
                    ---
                    apiVersion: wherry.io/v1alpha1
                    kind: Stack
                    metadata: {name: shop}
                    spec: {sourceRef: shop, path: ., format: compose, targets: [{agentSelector: site=oslo}]}
                    """.formatted(folder.resolve("shop.git")));
            String plan = awaited(hub);
            Browser bob = Browser.signedIn(hub, hub.key("bob", Role.APPROVER, "1d"));
            Browser carol = Browser.signedIn(hub, hub.key("carol", Role.APPROVER, "1d"));
            Browser ada = Browser.signedIn(hub, hub.key("ada", Role.ADMIN, "1d"));

            assertThat(bob.page("/approvals"))
                    .contains(
                            "Plans that wait for approval",
                            "Ada &lt;ada@example.org&gt;, admin",
                            "0 of 2 approvals",
                            "oslo-1")
                    .contains("policy careful (require.approvals)", "/stacks/shop/do/approve");
            assertThat(bob.page("/stacks/shop/do/approve")).contains(plan);

            HttpResponse<String> own = ada.confirm("/stacks/shop/do/approve", Map.of("plan", plan));
            assertThat(own.statusCode()).isEqualTo(409);
            assertThat(own.body()).contains("Not done.", "ada is one of its authors");
            HttpResponse<String> other =
                    bob.confirm("/stacks/shop/do/approve", Map.of("plan", "sha256:" + "0".repeat(64)));
            assertThat(other.body()).contains("the plan is another one by now", plan);
            assertThat(bob.confirm("/stacks/shop/do/reject", Map.of("plan", plan))
                            .body())
                    .contains("reason");

            assertThat(bob.confirm("/stacks/shop/do/reject", Map.of("plan", plan, "reason", "<b>no</b>"))
                            .statusCode())
                    .isEqualTo(303);
            assertThat(carol.page("/approvals")).contains("rejected", "bob rejects: &lt;b&gt;no&lt;/b&gt;");
            bob.confirm("/stacks/shop/do/approve", Map.of("plan", plan));
            HttpResponse<String> done = carol.confirm("/stacks/shop/do/approve", Map.of("plan", plan));

            assertThat(done.statusCode()).as(done.body()).isEqualTo(303);
            assertThat(carol.page("/stacks/shop")).contains("Approve plan: stack shop", "offered to 1 of 1 target");
            assertThat(carol.page("/approvals")).doesNotContain("Plans that wait for approval");
            assertThat(carol.page("/stacks/shop/do/approve")).contains("No plan of it waits for approval.");
        }
    }

    private void commit(String image) throws Exception {
        Path work = Files.createDirectory(folder.resolve("shop.git"));
        try (Git git =
                Git.init().setDirectory(work.toFile()).setInitialBranch("main").call()) {
            Files.writeString(work.resolve("compose.yaml"), "services: {web: {image: '" + image + "'}}\n");
            git.add().addFilepattern(".").call();
            PersonIdent ada = new PersonIdent("Ada", "ada@example.org");
            git.commit()
                    .setMessage("Shop")
                    .setAuthor(ada)
                    .setCommitter(ada)
                    .setSign(false)
                    .call();
        }
    }

    /** The hub reads the source by itself. */
    private static String awaited(TestHub hub) throws InterruptedException {
        for (int i = 0; i < 600; i++) {
            List<Json.Obj> plans = hub.admin().object("/api/v1/approvals").objects("items");
            if (!plans.isEmpty()) {
                return plans.getFirst().string("plan");
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no plan waits: " + hub.admin().object("/api/v1/stacks/shop"));
    }
}
