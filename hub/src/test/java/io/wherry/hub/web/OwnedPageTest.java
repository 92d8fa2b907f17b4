package io.wherry.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.hub.TestHub;
import io.wherry.hub.access.Role;
import io.wherry.hub.sync.TestOrigin;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of what a file of the configuration repository declares. */
class OwnedPageTest {
    private static final String STACK =
            "apiVersion: wherry.io/v1alpha1\nkind: Stack\nmetadata: {name: shop}\nspec: {sourceRef: configuration, path: shop}\n";

    @TempDir
    Path folder;

    @Test
    void aPageNamesTheFileThatDeclaresItsObject() throws InterruptedException {
        try (TestOrigin origin = new TestOrigin(folder.resolve("fleet.git"))) {
            String commit = origin.commit("first", Map.of("hub/<b>shop.yaml", STACK));
            try (TestHub hub = TestHub.start(
                    folder, List.of("configuration.url=" + folder.resolve("fleet.git"), "configuration.path=hub"))) {
                Browser viewer = Browser.signedIn(hub, hub.key("viewer", Role.VIEWER, "1d"));
                await(hub, viewer);

                assertThat(viewer.page("/stacks/shop"))
                        .contains("Declared by <code>hub/&lt;b&gt;shop.yaml@" + commit.substring(0, 12) + " of ")
                        .doesNotContain("wherry apply -f FILE", "<b>shop");
                assertThat(viewer.page("/sources/configuration"))
                        .contains("Declared by <code>hub.yaml</code>", "Applied revision", commit);
            }
        }
    }

    /** The hub's own loops take the first commit. */
    private static void await(TestHub hub, Browser viewer) throws InterruptedException {
        for (int i = 0; i < 600 && viewer.get("/stacks/shop").statusCode() != 200; i++) {
            Thread.sleep(100);
        }
        assertThat(hub.admin().object("/api/v1/stacks").objects("items")).hasSize(1);
    }
}
