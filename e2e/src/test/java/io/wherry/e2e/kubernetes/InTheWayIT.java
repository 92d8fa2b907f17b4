package io.wherry.e2e.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Difference;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API server filled in, or a person did, is no obstacle to what is declared. */
class InTheWayIT {
    private static final String WORKLOADS = """
            {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':{%1$s'replicas':0,
             'selector':{'matchLabels':{'app':'web'}},'template':{'metadata':{'labels':{'app':'web'}},
             'spec':{'containers':[{'name':'web','image':'none'}]}}}},
            {'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db'},'spec':{%2$s'replicas':0,
             'selector':{'matchLabels':{'app':'db'}},'template':{'metadata':{'labels':{'app':'db'}},
             'spec':{'containers':[{'name':'db','image':'none'}]}}}}
            """;

    @TempDir
    Path folder;

    @Test
    void aWorkloadThatIsToBeUpdatedInAnotherWayIsAndGoesBack() throws Exception {
        try (KubeSite site = new KubeSite("strategy", folder)) {
            Deployment rolling = site.next(WORKLOADS.formatted("", ""));
            site.release(rolling);
            String deployment = site.field("deployment/web", ".spec.strategy");
            String set = site.field("statefulset/db", ".spec.updateStrategy");
            assertThat(deployment).contains("rollingUpdate");

            Deployment other = site.next(WORKLOADS.formatted(
                    "'strategy':{'type':'Recreate'},'minReadySeconds':1,",
                    "'updateStrategy':{'type':'OnDelete'},'minReadySeconds':1,"));
            assertThat(site.runtime.outlook(other).orElseThrow().toString()).contains("Recreate", "OnDelete");
            site.release(other);

            assertThat(site.field("deployment/web", ".spec.strategy")).isEqualTo("{\"type\":\"Recreate\"}");
            assertThat(site.field("deployment/web", ".spec.minReadySeconds")).isEqualTo("1");
            assertThat(site.field("statefulset/db", ".spec.updateStrategy")).isEqualTo("{\"type\":\"OnDelete\"}");
            assertThat(site.runtime.diff(other)).extracting(Difference::field).isEmpty();

            site.rollback(other, Optional.of(rolling));
            assertThat(site.field("deployment/web", ".spec.strategy")).isEqualTo(deployment);
            assertThat(site.field("statefulset/db", ".spec.updateStrategy")).isEqualTo(set);
            assertThat(site.runtime.diff(rolling)).isEmpty();
        }
    }

    @Test
    void whatIsWrongBesideAnotherStrategyIsSaidBeforeAnythingIsWritten() throws Exception {
        try (KubeSite site = new KubeSite("strategy", folder)) {
            site.release(site.next(WORKLOADS.formatted("", "")));
            site.writes.clear();

            Deployment wrong =
                    site.next(WORKLOADS.formatted("'strategy':{'type':'Recreate'},'minReadySeconds':-1,", ""));

            assertThat(site.runtime.apply(wrong, ApplyMode.FULL).toString()).contains("minReadySeconds");
            assertThat(site.writes).isEmpty();
        }
    }

    /** The API server fills in the old name of the field, from which the account would come back. */
    @Test
    void anAccountThatIsDeclaredNoMoreGoes() throws Exception {
        try (KubeSite site = new KubeSite("account", folder)) {
            String accounted =
                    WORKLOADS.formatted("", "").replace("'containers'", "'serviceAccountName':'own','containers'");
            site.release(site.next(accounted));
            assertThat(site.field("deployment/web", ".spec.template.spec.serviceAccountName"))
                    .isEqualTo("own");

            Deployment without = site.next(WORKLOADS.formatted("", ""));
            site.release(without);

            for (String workload : new String[] {"deployment/web", "statefulset/db"}) {
                assertThat(site.field(workload, ".spec.template.spec.serviceAccountName"))
                        .isEmpty();
            }
            assertThat(site.runtime.diff(without)).isEmpty();
        }
    }

    /** Without it there is no container left: it goes and comes in one step. */
    @Test
    void theOnlyContainerThatAPersonRenamedIsPutBack() throws Exception {
        try (KubeSite site = new KubeSite("renamed", folder)) {
            Deployment good = site.next(WORKLOADS.formatted("", ""));
            site.release(good);
            String before = site.field("deployment/web", ".spec");
            site.kubectl(
                    "patch",
                    "deployment/web",
                    "--type=json",
                    "--patch=[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/name\",\"value\":\"other\"}]");

            assertThat(site.runtime.diff(good)).isNotEmpty();
            assertThat(site.runtime.outlook(good).orElseThrow().toString()).contains("other");
            assertThat(site.runtime.apply(good, ApplyMode.CORRECT)).isInstanceOf(Application.Applied.class);

            assertThat(site.field("deployment/web", ".spec")).isEqualTo(before);
            assertThat(site.runtime.diff(good)).isEmpty();
        }
    }
}
