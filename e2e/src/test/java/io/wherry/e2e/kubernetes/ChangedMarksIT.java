package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Marks are labels and annotations like all others: whoever may change the object can change them. */
class ChangedMarksIT {
    @TempDir
    Path folder;

    @Test
    void arePutBackWhateverPeopleWroteThere() throws Exception {
        try (KubeSite site = new KubeSite("marks", folder)) {
            Deployment shop = site.next(
                    String.join(",", settings("a", "1"), settings("b", "1"), settings("c", "1"), settings("d", "1")));
            site.release(shop);
            String marks = marks(site);

            site.kubectl("label", "--overwrite", "configmap/a", "wherry.io/stack=nobody");
            site.kubectl("label", "--overwrite", "configmap/b", "wherry.io/stack-");
            site.kubectl("annotate", "--overwrite", "configmap/c", "wherry.io/owner=somebody");
            site.kubectl("label", "--overwrite", "configmap/d", "applyset.kubernetes.io/part-of-");

            assertThat(site.runtime.diff(shop))
                    .extracting(difference -> difference.object().replace(site.namespace, "NS"))
                    .contains("ConfigMap/NS/a", "ConfigMap/NS/b", "ConfigMap/NS/c", "ConfigMap/NS/d");
            assertThat(site.runtime.apply(shop, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);
            assertThat(site.runtime.diff(shop)).isEmpty();
            assertThat(marks(site)).isEqualTo(marks);
        }
    }

    @Test
    void whatIsNeverToBeDeletedStaysOnAWayBackToo() throws Exception {
        String kept =
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s','annotations':{'%s':'%s'}},'data':{'value':'%s'}}";
        try (KubeSite site = new KubeSite("kept", folder)) {
            Deployment failing = site.next(String.join(
                    ",",
                    settings("gone", "1"),
                    kept.formatted("a", "wherry.io/prune", "disabled", "1"),
                    kept.formatted("b", "helm.sh/resource-policy", "keep", "1")));
            site.apply(failing);
            site.rollback(failing, Optional.empty());
            assertThat(site.exists("configmap/gone")).isFalse();
            assertThat(site.exists("configmap/a")).isTrue();
            assertThat(site.exists("configmap/b")).isTrue();

            site.release(site.next(kept.formatted("a", "wherry.io/prune", "disabled", "2")));
            assertThat(site.field("configmap/a", ".data.value")).isEqualTo("2");
        }
    }

    private static String marks(KubeSite site) {
        return site.kubectl(
                "get",
                "configmap",
                "-l",
                "wherry.io/stack",
                "-o",
                "jsonpath={range .items[*]}{.metadata.name}{.metadata.labels}{.metadata.annotations.wherry\\.io/owner}{end}");
    }
}
