package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.kubernetes.KubernetesRuntime;
import io.wherry.agent.runtime.kubernetes.WatchedRuntime;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent is killed after every single changing call to the API server, one run for each: whatever it was, it is simply made again. */
class KubernetesKillIT {
    private static final String MORE = "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'NS-more'}},"
            + "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'in','namespace':'NS-more'},'data':{'value':'%1$s'}},";

    @TempDir
    Path folder;

    private KubeSite site;

    @BeforeEach
    void open() {
        site = new KubeSite("kill", folder);
    }

    @AfterEach
    void close() {
        site.cluster.kubectl("delete", "namespace", site.namespace + "-more", "--ignore-not-found", "--wait=false");
        site.close();
    }

    private static String objects(int value) {
        return MORE.formatted(value) + settings("a", "" + value) + "," + settings("b" + value, "1") + ","
                + workload("web", "sleep", "100" + value);
    }

    @Test
    void anApplyThatWasKilledAnywhereIsSimplyRepeated() throws Exception {
        int value = 0;
        int kills = 0;
        boolean died = true;
        for (int calls = 1; died; calls++) {
            value++;
            Deployment next = site.next(objects(value), "ConfigMap/NS/b" + (value - 1));
            died = dies(calls, runtime -> runtime.apply(next, ApplyMode.FULL));

            Settled.Done done = site.release(next);

            assertThat(done.leftovers()).as("after %d calls", calls).isEmpty();
            expect(value, calls);
            kills += died ? 1 : 0;
        }
        assertThat(kills).as("changing calls of one apply").isGreaterThan(3);
    }

    @Test
    void aRollbackThatWasKilledAnywhereIsSimplyRepeated() throws Exception {
        Deployment good = site.next(objects(1));
        site.release(good);
        boolean died = true;
        for (int calls = 1; died; calls++) {
            Deployment broken = site.next(objects(2));
            site.apply(broken);
            died = dies(calls, runtime -> runtime.rollback(broken, Optional.of(good)));

            site.rollback(broken, Optional.of(good));

            expect(1, calls);
            assertThat(site.runtime.diff(good)).as("after %d calls", calls).isEmpty();
        }
    }

    @Test
    void aCommitAndARemovalThatWereKilledAnywhereAreSimplyRepeated() throws Exception {
        String[] all = {
            "ConfigMap/NS/a", "ConfigMap/NS/b1", "Deployment.apps/NS/web", "ConfigMap/NS-more/in", "Namespace//NS-more"
        };
        boolean died = true;
        for (int calls = 1; died; calls++) {
            site.release(site.next(objects(1)));
            Deployment gone = site.next("", all);
            died = dies(calls, runtime -> runtime.remove(gone, false));

            assertThat(site.remove(gone).leftovers())
                    .as("after %d calls", calls)
                    .isEmpty();

            assertThat(site.kubectl("get", "configmap,deployment", "-o", "name"))
                    .as("after %d calls", calls)
                    .isEqualTo("configmap/kube-root-ca.crt");
            assertThat(site.exists("namespace/" + site.namespace + "-more")).isFalse();
        }
    }

    private void expect(int value, int calls) {
        assertThat(site.field("configmap/a", ".data.value"))
                .as("after %d calls", calls)
                .isEqualTo("" + value);
        assertThat(site.kubectl("get", "configmap", "-l", "wherry.io/stack", "-o", "name")
                        .lines())
                .as("after %d calls", calls)
                .containsExactlyInAnyOrder("configmap/a", "configmap/b" + value, "configmap/wherry-shop");
    }

    private boolean dies(int calls, Consumer<KubernetesRuntime> task) {
        try (KubernetesRuntime mortal = WatchedRuntime.mortal(site.settings, calls)) {
            task.accept(mortal);
            return false;
        } catch (WatchedRuntime.Killed e) {
            return true;
        }
    }
}
