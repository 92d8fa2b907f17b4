package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words as the API server of Kubernetes 1.34 gives them. */
class ApiExceptionTest {
    private static ApiException of(int status, String message) {
        byte[] body = JsonWriter.compact(Json.object()
                        .put("kind", "Status")
                        .put("message", message)
                        .build())
                .getBytes(UTF_8);
        return new ApiException(new ApiServer.Answer(status, body, Optional.empty()), "try Deployment.apps/shop/web");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "403 | configmaps \"a\" is forbidden: exceeded quota: few, requested: configmaps=1, used: configmaps=1, limited: configmaps=1 | QUOTA_EXCEEDED | false",
                "403 | deployments.apps \"web\" is forbidden: User \"system:serviceaccount:shop:d\" cannot patch resource \"deployments\" in API group \"apps\" in the namespace \"shop\" | RUNTIME_FORBIDDEN | false",
                "403 | pods \"web\" is forbidden: violates PodSecurity \"restricted:latest\": privileged | ADMISSION_DENIED | true",
                "403 | configmaps \"a\" is forbidden: unable to create new content in namespace shop because it is being terminated | RUNTIME_ERROR | false",
                "403 | configmaps \"a\" is forbidden: status unknown for quota: few, resources: configmaps | RUNTIME_ERROR | false",
                "403 | pods \"web\" is forbidden: error looking up service account shop/default: serviceaccount \"default\" not found | RUNTIME_ERROR | false",
                "400 | admission webhook \"policy.example.org\" denied the request: no latest tags | ADMISSION_DENIED | true",
                "422 | deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: at most 5 replicas | ADMISSION_DENIED | true",
                "500 | Internal error occurred: failed calling webhook \"policy.example.org\": connection refused | RUNTIME_ERROR | false",
                "500 | failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema | REFUSED_BY_RUNTIME | true",
                "500 | failed to convert new object (shop/s; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 6 | REFUSED_BY_RUNTIME | true",
                "422 | Job.batch \"m\" is invalid: spec.template: Invalid value: {}: field is immutable | FIELD_IMMUTABLE | true",
                "422 | StatefulSet.apps \"db\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas' are forbidden | FIELD_IMMUTABLE | true",
                "422 | Service \"s\" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535 | REFUSED_BY_RUNTIME | true",
                "404 | namespaces \"shop\" not found | EXTERNAL_MISSING | true",
                "404 | the server could not find the requested resource | KIND_UNKNOWN | true",
                "409 | Operation cannot be fulfilled: the object has been modified | RUNTIME_ERROR | false",
                "429 | the server has received too many requests | API_BUSY | false",
                "503 | apiserver is shutting down | RUNTIME_ERROR | false",
                "500 | etcdserver: mvcc: database space exceeded | RUNTIME_ERROR | false",
                "500 | etcdserver: request is too large | REFUSED_BY_RUNTIME | true",
                "413 | Request entity too large: limit is 3145728 | REFUSED_BY_RUNTIME | true",
                "403 | forbidden: User \"joe\" cannot get path \"/version\" | RUNTIME_FORBIDDEN | false",
            })
    void tellsSurroundingsFromVerdicts(int status, String words, RuntimeReason reason, boolean verdict) {
        ApiException e = of(status, words);

        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e.isVerdict()).isEqualTo(verdict);
        assertThat(e).hasMessageStartingWith("try Deployment.apps/shop/web: ");
    }

    @Test
    void namesTheRuleThatIsMissing() {
        assertThat(
                        of(
                                403,
                                "clusterroles.rbac.authorization.k8s.io is forbidden: User \"joe\" cannot list resource \"clusterroles\" in API group \"rbac.authorization.k8s.io\" at the cluster scope"))
                .hasMessageContaining(
                        "joe may not list clusterroles of the whole cluster. Let an administrator of the cluster add the rule {apiGroups: [\"rbac.authorization.k8s.io\"], resources: [\"clusterroles\"], verbs: [\"list\"]} to a ClusterRole of it: kubectl create clusterrole wherry-list-clusterroles-rbac-authorization-k8s-io --verb=list --resource=clusterroles.rbac.authorization.k8s.io && kubectl create clusterrolebinding wherry-list-clusterroles-rbac-authorization-k8s-io --clusterrole=wherry-list-clusterroles-rbac-authorization-k8s-io --user=joe");
        assertThat(
                        of(
                                403,
                                "pods \"web\" is forbidden: User \"system:serviceaccount:shop:d\" cannot get resource \"pods/log\" in API group \"\" in the namespace \"shop\""))
                .hasMessageEndingWith(
                        "kubectl create role wherry-get-pods-log --verb=get --resource=pods/log --namespace=shop && kubectl create rolebinding wherry-get-pods-log --role=wherry-get-pods-log --serviceaccount=shop:d --namespace=shop");
    }

    @Test
    void namesWhatMayNotBeGivenAway() {
        assertThat(
                        of(
                                403,
                                "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"joe\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}"))
                .hasMessageContaining(
                        "joe may not give permissions that it does not have itself: {APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}. Let an administrator");
    }

    @Test
    void namesTheWebhookAndTheFullStoreWithTheirCure() {
        assertThat(
                        of(
                                500,
                                "Internal error occurred: failed calling webhook \"policy.example.org\": failed to call webhook: connection refused"))
                .hasMessageContaining(
                        "The admission webhook policy.example.org does not answer, and its failurePolicy is Fail");
        assertThat(of(500, "etcdserver: mvcc: database space exceeded"))
                .hasMessageContaining("store (etcd) is full")
                .hasMessageContaining("tried again");
    }

    @Test
    void anAnswerThatIsNoneOfTheApiServersIsToldAsItIs() {
        ApiException e = new ApiException(
                new ApiServer.Answer(502, "<html>Bad Gateway</html>\n".getBytes(UTF_8), Optional.empty()), "get");

        assertThat(e).hasMessage("get: 502 <html>Bad Gateway</html>");
        assertThat(e.isVerdict()).isFalse();
    }
}
