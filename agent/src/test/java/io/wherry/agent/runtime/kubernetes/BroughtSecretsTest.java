package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.runtime.SecretValue;
import io.wherry.base.Secret;
import io.wherry.contract.Digest;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Secrets of a cluster, made of what an entry brings sealed. */
class BroughtSecretsTest {
    private static final String WEB = """
            {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':{'template':{'spec':{'containers':[{'name':'web',
         'env':[{'name':'P','valueFrom':{'secretKeyRef':{'name':'db','key':'password'}}}]}]}}}}\
        """;
    private static final String OTHER =
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'other'},'spec':{'template':{'spec':{'volumes':[{'secret':{'secretName':'dbx'}}]}}}}";

    @Test
    void aSecretHoldsItsValuesAndTellsWhichTheyAre() {
        KubernetesModel model = model(
                "'secrets':[{'name':'db','namespace':'shop','type':'Opaque','data':{'password':'shop-db'}}],'objects':["
                        + WEB + "]",
                value("shop-db", 3, "Sesame"));

        Json.Obj secret = model.objects().getFirst();
        assertThat(JsonWriter.compact(secret).replace('"', '\''))
                .isEqualTo(
                        "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'db','namespace':'shop','annotations':{'wherry.io/credentials':'shop-db:3'}},'type':'Opaque','data':{'password':'U2VzYW1l'}}");
        assertThat(model.objects().getLast()).isEqualTo(json(WEB));
    }

    @Test
    void onlyPodsThatUseItAndOnlyOnDemandAreToldItsVersion() {
        KubernetesModel model = model(
                "'secrets':[{'name':'db','namespace':'shop','type':'Opaque','restart':true,'data':{'password':'shop-db'}}],'objects':["
                        + WEB + "," + OTHER + "," + WEB.replace("'name':'web'}", "'name':'web','namespace':'else'}")
                        + "]",
                value("shop-db", 3, "Sesame"));

        assertThat(Fields.text(
                        model.objects().get(1), "spec", "template", "metadata", "annotations", BroughtSecrets.VERSIONS))
                .isEqualTo("db=shop-db:3");
        assertThat(model.objects().get(2)).isEqualTo(json(OTHER));
        assertThat(JsonWriter.compact(model.objects().get(3))).doesNotContain(BroughtSecrets.VERSIONS);
        assertThat(JsonWriter.compact(model.objects().get(1))).doesNotContain("Sesame", "U2VzYW1l");
    }

    @Test
    void ofACustomKindATemplateWithMarksIsToldAndThatOfAJobIsNot() {
        String rollout = WEB.replace("apps/v1", "argoproj.io/v1alpha1")
                .replace("Deployment", "Rollout")
                .replace("'template':{", "'template':{'metadata':{'labels':{'app':'web'}},");
        String bare = rollout.replace("'labels':{'app':'web'}", "");
        String job = rollout.replace("argoproj.io/v1alpha1", "batch/v1").replace("Rollout", "Job");
        String other = rollout.replace("'containers'", "'steps'");
        KubernetesModel model = model(
                "'secrets':[{'name':'db','namespace':'shop','type':'Opaque','restart':true,'data':{'password':'shop-db'}}],'objects':["
                        + String.join(",", rollout, bare, job, other)
                        + "]",
                value("shop-db", 3, "Sesame"));

        assertThat(Fields.text(
                        model.objects().get(1), "spec", "template", "metadata", "annotations", BroughtSecrets.VERSIONS))
                .isEqualTo("db=shop-db:3");
        assertThat(model.objects().subList(2, 5)).containsExactly(json(bare), json(job), json(other));
    }

    @Test
    void loginsAreWrittenAsDockerWritesThem() {
        byte[] login = new RegistryLogin("registry.example.org", "robot", Secret.of("s3cret")).toBytes();
        KubernetesModel model = model(
                "'secrets':[{'name':'pull','namespace':'shop','type':'kubernetes.io/dockerconfigjson','logins':['harbor']}],'objects':[]",
                value("harbor", 1, new String(login, UTF_8)));

        String config = new String(
                Base64.getDecoder().decode(Fields.text(model.objects().getFirst(), "data", ".dockerconfigjson")),
                UTF_8);
        assertThat(config)
                .isEqualTo(
                        "{\"auths\":{\"registry.example.org\":{\"auth\":\"cm9ib3Q6czNjcmV0\",\"password\":\"s3cret\",\"username\":\"robot\"}}}");
    }

    @Test
    void whatDoesNotOpenIsNamedAndSoIsWhatDidNotCome() {
        String one =
                "'secrets':[{'name':'db','namespace':'shop','type':'Opaque','data':{'password':'shop-db'}}],'objects':[]";

        assertThatThrownBy(() -> model(one)).isInstanceOfSatisfying(ModelException.class, e -> {
            assertThat(e.reason()).isEqualTo(RuntimeReason.SECRET_UNREADABLE);
            assertThat(e.detail()).contains("Secret db: the value of shop-db did not come along");
        });
        assertThatThrownBy(() -> model(one, sealed("shop-db", 1)))
                .isInstanceOfSatisfying(ModelException.class, e -> assertThat(e.detail())
                        .contains("does not open", "rotate the credential"));
        assertThatThrownBy(() -> model(
                        "'secrets':[{'name':'pull','namespace':'shop','type':'t','logins':['shop-db']}],'objects':[]",
                        value("shop-db", 1, "{\"registry\":\"Canary\"}")))
                .isInstanceOfSatisfying(ModelException.class, e -> assertThat(e.detail())
                        .contains("shop-db is no login for a registry")
                        .doesNotContain("Canary"));
    }

    @Test
    void theApiServersWordsLoseTheValuesOfASecret() {
        Json.Obj secret = json(
                "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'db'},'data':{'a':'Q2FuYXJ5T25l'},'stringData':{'b':'Canary\\\\Two'}}");
        String words =
                "{\"message\":\"Secret is invalid: data[a]: Invalid value: Q2FuYXJ5T25l (CanaryOne), [Canary\\\\Two]"
                        + " \\\"Canary\\\\\\\\Two\\\"\",\"details\":{\"causes\":[{\"message\":\"CanaryOne\"}]}}";
        ApiException e = new ApiException(
                new ApiServer.Answer(422, words.getBytes(UTF_8), Optional.empty()),
                "apply Secret/shop/db",
                SecretWords.of(List.of(secret)));

        assertThat(e)
                .hasMessage("apply Secret/shop/db: 422 Secret is invalid: data[a]: Invalid value: *** (***), [***]"
                        + " \"***\"");
        assertThat(new SecretValue("Canary".getBytes(UTF_8)).toString()).doesNotContain("Canary");
    }

    private static SecretFile sealed(String name, long version) {
        SealedSecret sealed = new SealedSecret(
                name,
                "secret00000000000000000001",
                version,
                Digest.of(new byte[0]),
                SealedSecret.SUITE,
                Base64.getEncoder().encodeToString(new byte[32]),
                Base64.getEncoder().encodeToString(new byte[16]));
        return new SecretFile(name, sealed, Path.of("/nowhere"), new TreeSet<>());
    }

    private static SecretFile value(String name, long version, String value) {
        return sealed(name, version).opened(Optional.of(new SecretValue(value.getBytes(UTF_8))));
    }

    private static KubernetesModel model(String fields, SecretFile... brought) {
        return KubernetesModel.of(json("{'namespace':'shop'," + fields + "}"), "shop", List.of(brought));
    }

    private static Json.Obj json(String text) {
        return JsonReader.object(text.replace('\'', '"').getBytes(UTF_8));
    }
}
