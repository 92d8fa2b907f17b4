package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kubectl reads the inventory that the agent writes: the convention is theirs. */
class ApplySetIT {
    @TempDir
    Path folder;

    @Test
    void kubectlLeavesTheSetAloneAndCouldTakeItOver() throws Exception {
        try (KubeSite site = new KubeSite("set", folder)) {
            site.release(
                    site.next(settings("a", "1") + "," + settings("b", "1") + "," + workload("web", "sleep", "1000")));
            Path rest = Files.writeString(
                    folder.resolve("a.json"), settings("a", "2").replace('\'', '"'));

            assertThat(prune(site, rest)).contains("managed by tooling \"wherry\" instead of \"kubectl");

            site.kubectl(
                    "annotate", "configmap/wherry-shop", "--overwrite", "applyset.kubernetes.io/tooling=kubectl/v1.34");
            String pruned = prune(site, rest);
            assertThat(pruned)
                    .contains("configmap/a serverside-applied")
                    .contains("configmap/b pruned")
                    .contains("deployment.apps/web pruned");
            assertThat(site.exists("configmap/a")).isTrue();
            assertThat(site.exists("configmap/b")).isFalse();
        }
    }

    private static String prune(KubeSite site, Path file) {
        return site.cluster.kubectlWith(
                "KUBECTL_APPLYSET",
                "true",
                "apply",
                "--server-side",
                "--force-conflicts",
                "--namespace",
                site.namespace,
                "--applyset=configmap/wherry-shop",
                "--prune",
                "-f",
                file.toString());
    }
}
