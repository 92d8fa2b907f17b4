package io.wherry.agent.runtime.kubernetes.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules one by one; whole objects of a real API server are in {@link HealthTableTest}. */
class KStatusTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // generic
                "example.org/v1 | Thing | 'metadata':{'deletionTimestamp':'2026-03-01T11:00:00Z','finalizers':['a/b']}"
                        + " | TERMINATING Terminating",
                "example.org/v1 | Thing | 'metadata':{'generation':3},'status':{'observedGeneration':2} | IN_PROGRESS"
                        + " LatestGenerationNotObserved",
                "example.org/v1 | Thing | 'metadata':{'generation':3},'status':{'observedGeneration':3} | CURRENT"
                        + " Current",
                "example.org/v1 | Thing |"
                        + " 'status':{'conditions':[{'type':'Stalled','status':'True','reason':'BadPath'}]} | FAILED"
                        + " BadPath",
                "example.org/v1 | Thing |"
                        + " 'status':{'conditions':[{'type':'Reconciling','status':'True'},{'type':'Ready','status':'True'}]}"
                        + " | IN_PROGRESS Reconciling",
                "example.org/v1 | Thing | 'status':{'conditions':[{'type':'Ready','status':'True'}]} | CURRENT Current",
                "example.org/v1 | Thing | 'status':{'conditions':[{'type':'Ready','status':'False','reason':'Wait'}]}"
                        + " | IN_PROGRESS Wait",
                "example.org/v1 | Thing | 'status':{'conditions':[{'type':'Ready','status':'Unknown'}]} | IN_PROGRESS"
                        + " NotReady",
                "example.org/v1 | Thing |"
                        + " 'metadata':{'generation':2},'status':{'conditions':[{'type':'Ready','status':'True','observedGeneration':1}]}"
                        + " | IN_PROGRESS LatestGenerationNotObserved",
                "example.org/v1 | Thing | 'status':'odd' | CURRENT Current",
                // what makes Secrets
                "bitnami.com/v1alpha1 | SealedSecret | 'spec':{} | IN_PROGRESS NotObserved",
                "bitnami.com/v1alpha1 | SealedSecret |"
                        + " 'status':{'conditions':[{'type':'Synced','status':'False','message':'no key could decrypt secret'}]}"
                        + " | IN_PROGRESS NotSynced",
                "bitnami.com/v1alpha1 | SealedSecret | 'status':{'conditions':[{'type':'Synced','status':'True'}]} |"
                        + " CURRENT Current",
                "external-secrets.io/v1 | ExternalSecret | 'spec':{} | IN_PROGRESS NotObserved",
                "external-secrets.io/v1 | ExternalSecret |"
                        + " 'status':{'conditions':[{'type':'Ready','status':'False','reason':'SecretSyncedError'}]} |"
                        + " IN_PROGRESS SecretSyncedError",
                "external-secrets.io/v1beta1 | ExternalSecret |"
                        + " 'status':{'conditions':[{'type':'Ready','status':'True','reason':'SecretSynced'}]} | CURRENT"
                        + " Current",
                // of another group
                "example.org/v1 | Deployment | 'status':{} | CURRENT Current",
                // Deployment
                "apps/v1 | Deployment | 'spec':{} | IN_PROGRESS LessReplicas",
                "apps/v1 | Deployment | 'spec':{'replicas':3},'status':{'replicas':3,'updatedReplicas':1} |"
                        + " IN_PROGRESS LessUpdated",
                "apps/v1 | Deployment |"
                        + " 'metadata':{'managedFields':[{'manager':'wherry-agent','fieldsV1':{'f:spec':{'f:paused':{}}}}]},'spec':{'replicas':3,'paused':true},'status':{}"
                        + " | CURRENT Current",
                "apps/v1 | Deployment |"
                        + " 'spec':{'replicas':3,'paused':true},'status':{'replicas':3,'updatedReplicas':1} | IN_PROGRESS"
                        + " Paused", // by somebody else
                "apps/v1 | Deployment |"
                        + " 'metadata':{'annotations':{'deployment.kubernetes.io/revision':'1'},'managedFields':[{'manager':'wherry-agent','fieldsV1':{'f:spec':{'f:paused':{}}}}]},'spec':{'replicas':3,'paused':true},'status':{'replicas':3,'updatedReplicas':1,'availableReplicas':3}"
                        + " | CURRENT Current",
                "apps/v1 | Deployment |"
                        + " 'metadata':{'annotations':{'deployment.kubernetes.io/revision':'1'},'managedFields':[{'manager':'wherry-agent','fieldsV1':{'f:spec':{'f:paused':{}}}}]},'spec':{'replicas':3,'paused':true},'status':{'replicas':3,'updatedReplicas':1,'availableReplicas':2}"
                        + " | IN_PROGRESS LessAvailable",
                "apps/v1 | Deployment | 'spec':{'replicas':1},'status':{'replicas':2,'updatedReplicas':1} |"
                        + " IN_PROGRESS ExtraPods",
                "apps/v1 | Deployment | 'spec':{'replicas':1},'status':{'replicas':1,'updatedReplicas':1} |"
                        + " IN_PROGRESS LessAvailable",
                "apps/v1 | Deployment |"
                        + " 'spec':{'replicas':1},'status':{'replicas':1,'updatedReplicas':1,'availableReplicas':1} |"
                        + " IN_PROGRESS LessReady",
                "apps/v1 | Deployment |"
                        + " 'spec':{'replicas':1,'progressDeadlineSeconds':9},'status':{'replicas':1,'updatedReplicas':1,'availableReplicas':1,'readyReplicas':1}"
                        + " | IN_PROGRESS ReplicaSetNotAvailable",
                "apps/v1 | Deployment |"
                        + " 'spec':{'replicas':1},'status':{'replicas':1,'updatedReplicas':1,'availableReplicas':1,'readyReplicas':1}"
                        + " | IN_PROGRESS DeploymentNotAvailable",
                "apps/v1 | Deployment |"
                        + " 'spec':{'replicas':0},'status':{'conditions':[{'type':'Available','status':'True'}]} | CURRENT"
                        + " Current",
                "apps/v1 | Deployment |"
                        + " 'status':{'conditions':[{'type':'Progressing','status':'False','reason':'ProgressDeadlineExceeded'}]}"
                        + " | FAILED ProgressDeadlineExceeded",
                // StatefulSet
                "apps/v1 | StatefulSet | 'spec':{'replicas':2},'status':{'replicas':2,'readyReplicas':1} | IN_PROGRESS"
                        + " LessReady",
                "apps/v1 | StatefulSet |"
                        + " 'spec':{'replicas':2},'status':{'replicas':2,'readyReplicas':2,'availableReplicas':1} |"
                        + " IN_PROGRESS LessAvailable",
                "apps/v1 | StatefulSet |"
                        + " 'spec':{'replicas':2},'status':{'replicas':2,'readyReplicas':2,'updatedReplicas':1} |"
                        + " IN_PROGRESS LessUpdated",
                "apps/v1 | StatefulSet |"
                        + " 'spec':{'replicas':3,'ordinals':{'start':5},'updateStrategy':{'rollingUpdate':{'partition':2}}},'status':{'replicas':3,'readyReplicas':3,'updatedReplicas':0}"
                        + " | IN_PROGRESS PartitionRollout",
                "apps/v1 | StatefulSet |"
                        + " 'spec':{'replicas':3,'ordinals':{'start':5},'updateStrategy':{'rollingUpdate':{'partition':2}}},'status':{'replicas':3,'readyReplicas':3,'updatedReplicas':1,'currentRevision':'a','updateRevision':'b'}"
                        + " | CURRENT Current",
                "apps/v1 | StatefulSet |"
                        + " 'spec':{'replicas':3,'updateStrategy':{'rollingUpdate':{'partition':9}}},'status':{'replicas':3,'readyReplicas':3}"
                        + " | CURRENT Current",
                "apps/v1 | StatefulSet |"
                        + " 'spec':{'replicas':1},'status':{'replicas':1,'readyReplicas':1,'updatedReplicas':1,'currentRevision':'a','updateRevision':'b'}"
                        + " | IN_PROGRESS RevisionMismatch",
                "apps/v1 | StatefulSet |"
                        + " 'spec':{'replicas':1,'updateStrategy':{'type':'OnDelete'}},'status':{'replicas':1,'readyReplicas':1}"
                        + " | CURRENT Current",
                // DaemonSet, ReplicaSet
                "apps/v1 | DaemonSet | 'spec':{} | IN_PROGRESS NoObservedGeneration",
                "apps/v1 | DaemonSet |"
                        + " 'status':{'observedGeneration':1,'desiredNumberScheduled':2,'currentNumberScheduled':2,'updatedNumberScheduled':1}"
                        + " | IN_PROGRESS LessUpdated",
                "apps/v1 | DaemonSet |"
                        + " 'spec':{'updateStrategy':{'type':'OnDelete'}},'status':{'observedGeneration':1,'desiredNumberScheduled':1,'currentNumberScheduled':1,'numberAvailable':1,'numberReady':1}"
                        + " | CURRENT Current",
                "apps/v1 | DaemonSet | 'status':{'observedGeneration':1,'desiredNumberScheduled':0} | CURRENT Current",
                "apps/v1 | ReplicaSet | 'status':{'conditions':[{'type':'ReplicaFailure','status':'True'}]} |"
                        + " IN_PROGRESS ReplicaFailure",
                "apps/v1 | ReplicaSet | 'status':{'replicas':1} | IN_PROGRESS LessLabelled",
                "v1 | ReplicationController |"
                        + " 'status':{'replicas':1,'fullyLabeledReplicas':1,'availableReplicas':1,'readyReplicas':1} |"
                        + " CURRENT Current",
                // Job
                "batch/v1 | Job | 'spec':{} | IN_PROGRESS JobNotStarted",
                "batch/v1 | Job | 'status':{'startTime':'2026-03-01T11:00:00Z','active':1} | IN_PROGRESS JobRunning",
                // Pod
                "v1 | Pod | 'spec':{} | IN_PROGRESS PodNotObserved",
                "v1 | Pod | 'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]} | CURRENT"
                        + " Current",
                "v1 | Pod |"
                        + " 'status':{'phase':'Running','containerStatuses':[{'name':'a','state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}"
                        + " | FAILED ContainerCrashLooping",
                "v1 | Pod |"
                        + " 'metadata':{'creationTimestamp':'2026-03-01T11:59:50Z'},'status':{'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':'Unschedulable'}]}"
                        + " | IN_PROGRESS PodNotScheduled",
                "v1 | Pod |"
                        + " 'metadata':{'creationTimestamp':'2026-03-01T11:59:40Z'},'status':{'phase':'Pending','conditions':[{'type':'PodScheduled','status':'False','reason':'Unschedulable'}]}"
                        + " | FAILED PodUnschedulable",
                "v1 | Pod | 'status':{'phase':'Odd'} | UNKNOWN UnknownPhase",
                // others
                "v1 | PersistentVolumeClaim | 'status':{'phase':'Lost'} | FAILED ClaimLost",
                "v1 | PersistentVolume | 'status':{'phase':'Failed','message':'no'} | FAILED VolumeFailed",
                "v1 | PersistentVolume | 'status':{'phase':'Pending'} | IN_PROGRESS VolumePending",
                "v1 | Service |"
                        + " 'spec':{'type':'LoadBalancer','clusterIP':'10.0.0.1'},'status':{'loadBalancer':{'ingress':[{'ip':'192.0.2.1'}]}}"
                        + " | CURRENT Current",
                "v1 | Service | 'spec':{'type':'LoadBalancer'} | IN_PROGRESS NoIPAssigned",
                "v1 | Namespace | 'status':{'phase':'Terminating'} | TERMINATING Terminating",
                "autoscaling/v2 | HorizontalPodAutoscaler |"
                        + " 'status':{'conditions':[{'type':'ScalingActive','status':'False','reason':'ScalingDisabled'}]}"
                        + " | CURRENT Current",
                "autoscaling/v2 | HorizontalPodAutoscaler |"
                        + " 'status':{'conditions':[{'type':'ScalingActive','status':'False','reason':'FailedGetExternalMetric'}]}"
                        + " | CURRENT Current",
                "autoscaling/v2 | HorizontalPodAutoscaler |"
                        + " 'status':{'conditions':[{'type':'ScalingActive','status':'False','reason':'AmbiguousSelector'}]}"
                        + " | IN_PROGRESS AmbiguousSelector",
                "autoscaling/v2 | HorizontalPodAutoscaler |"
                        + " 'status':{'conditions':[{'type':'AbleToScale','status':'False','reason':'FailedGetScale'},"
                        + "{'type':'ScalingActive','status':'False','reason':'FailedGetResourceMetric'}]}"
                        + " | IN_PROGRESS FailedGetScale",
                "autoscaling/v2 | HorizontalPodAutoscaler | 'status':{} | IN_PROGRESS NotObserved",
                "policy/v1 | PodDisruptionBudget | 'status':{} | IN_PROGRESS NotObserved",
                "policy/v1 | PodDisruptionBudget |"
                        + " 'status':{'observedGeneration':1,'conditions':[{'type':'DisruptionAllowed','status':'False','reason':'SyncFailed'}]}"
                        + " | IN_PROGRESS SyncFailed",
                "apiextensions.k8s.io/v1 | CustomResourceDefinition |"
                        + " 'status':{'conditions':[{'type':'NamesAccepted','status':'False','reason':'Taken'}]} | FAILED"
                        + " Taken",
                "apiextensions.k8s.io/v1 | CustomResourceDefinition |"
                        + " 'status':{'conditions':[{'type':'Established','status':'False','reason':'Installing'}]} |"
                        + " IN_PROGRESS Installing",
                "apiextensions.k8s.io/v1 | CustomResourceDefinition |"
                        + " 'status':{'conditions':[{'type':'Established','status':'False','reason':'NotAccepted'}]} |"
                        + " FAILED NotAccepted",
                "apiregistration.k8s.io/v1 | APIService |"
                        + " 'status':{'conditions':[{'type':'Available','status':'False','reason':'MissingEndpoints'}]} |"
                        + " IN_PROGRESS NotAvailable",
                "networking.k8s.io/v1 | Ingress | 'status':{} | CURRENT Current",
            })
    void judgesEachKindByItsRule(String apiVersion, String kind, String rest, String want) {
        ObjectStatus status =
                KStatus.of(object("{'apiVersion':'" + apiVersion + "','kind':'" + kind + "'," + rest + "}"), NOW);

        assertThat(status.state() + " " + status.reason()).isEqualTo(want);
    }

    @Test
    void namesTheFieldsThatItGoesBy() {
        assertThat(KStatus.of(
                                object(
                                        "{'apiVersion':'apps/v1','kind':'Deployment','spec':{'replicas':3},'status':{'replicas':3,'updatedReplicas':1}}"),
                                NOW)
                        .message())
                .isEqualTo("has 1 of 3 replicas updated (status.updatedReplicas)");
        assertThat(KStatus.of(
                                object(
                                        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'deletionTimestamp':'2026-03-01T11:00:00Z','finalizers':['a/b']}}"),
                                NOW)
                        .message())
                .isEqualTo("is being deleted since 2026-03-01T11:00:00Z, waits for its finalizers [\"a/b\"]");
    }

    private static Json.Obj object(String json) {
        return JsonReader.object(json.replace('\'', '"').getBytes(UTF_8));
    }
}
