package io.wherry.contract.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KubernetesPolicyTest {
    private static final WorkloadPolicy BASELINE =
            new WorkloadPolicy(Preset.BASELINE, new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());

    private static List<Violation> judge(String object) {
        Json.Obj model = JsonReader.object(("{'namespace':'shop','objects':[" + object + "]}")
                .replace('\'', '"')
                .getBytes(UTF_8));
        return ModelPolicy.violations(BASELINE, model, ComposePolicy.Site.UNKNOWN);
    }

    private static String deployment(String pod, String container) {
        return "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':{'template':{'spec':{"
                + pod + "'containers':[{'name':'web'" + container + "}]}}}}";
    }

    @Test
    void anOrdinaryPodAsksForNothing() {
        assertThat(judge(deployment(
                        "'volumes':[{'name':'v','emptyDir':{}}],", ",'securityContext':{'privileged':false}")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'hostNetwork':true,|host-network",
                "'hostPID':true,|host-pid",
                "'hostIPC':true,|host-ipc",
                "'volumes':[{'name':'v','hostPath':{'path':'/etc'}}],|host-path",
                "'volumes':[{'name':'v','hostPath':{'path':'/run/containerd/containerd.sock'}}],|docker-socket",
                "'securityContext':{'sysctls':[{'name':'vm.swappiness','value':'1'}]},|sysctl",
                "'securityContext':{'seccompProfile':{'type':'Unconfined'}},|unconfined",
                "'runtimeClassName':'other',|runtime",
                "'initContainers':[{'name':'i','securityContext':{'privileged':true}}],|privileged",
            })
    void whatAPodAsksOfItsNodeIsRefused(String pod, String rule) {
        assertThat(judge(deployment(pod, ""))).extracting(v -> v.rule().word()).contains(rule);
    }

    @Test
    void aContainerIsNamedWithItsObjectAndWhatItAsksFor() {
        assertThat(judge(deployment("", ",'securityContext':{'capabilities':{'add':['SYS_ADMIN']}}")))
                .singleElement()
                .extracting(Violation::sentence)
                .asString()
                .startsWith("capability: Deployment.apps/shop/web container web adds SYS_ADMIN");
    }

    @Test
    void podsOfTemplatesInKindsOfOnesOwnAreFound() {
        assertThat(
                        judge(
                                "{'apiVersion':'argoproj.io/v1alpha1','kind':'Rollout','metadata':{'name':'r'},'spec':{'a':[{'b':{'hostPID':true,'containers':[{'name':'c'}]}}]}}"))
                .extracting(Violation::rule)
                .containsExactly(Rule.HOST_PID);
    }

    @Test
    void aVolumeOfTheClusterThatIsAFolderOfANodeIsRefused() {
        assertThat(
                        judge(
                                "{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'pv'},'spec':{'local':{'path':'/srv'}}}"))
                .extracting(Violation::rule)
                .containsExactly(Rule.HOST_PATH);
    }
}
