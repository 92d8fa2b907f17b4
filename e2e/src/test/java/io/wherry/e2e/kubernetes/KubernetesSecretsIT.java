package io.wherry.e2e.kubernetes;

import static io.wherry.e2e.kubernetes.KubeSite.settings;
import static io.wherry.e2e.kubernetes.KubeSite.workload;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets on a real cluster: made of sealed values, made by others, and told of nowhere. */
class KubernetesSecretsIT {
    @TempDir
    Path folder;

    private KubeSite site;

    @BeforeEach
    void open() {
        site = new KubeSite("secrets", folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aSecretOfSealedValuesIsAMemberThatIsMendedAndPrunedAndNeverTold() throws Exception {
        String web = workload("web", "sh", "-c", "echo word is $WORD; sleep 1000")
                .replace(
                        "'imagePullPolicy'",
                        "'env':[{'name':'WORD','valueFrom':{'secretKeyRef':{'name':'db','key':'word'}}}],'imagePullPolicy'");
        String more =
                "'secrets':[{'name':'db','namespace':'NS','type':'Opaque','restart':true,'data':{'word':'shop-db'}}],";
        Deployment first = site.with(more, web).with(List.of(KubeSite.brought("shop-db", 1, "CanaryOne")));

        assertThat(site.apply(first)).containsExactly("CREATED Secret/NS/db", "CREATED Deployment.apps/NS/web");
        assertThat(site.probe(first)).isInstanceOf(Health.Healthy.class);
        KubeSite.done(site.runtime.commit(first));
        assertThat(site.field("secret/db", ".data.word")).isEqualTo("Q2FuYXJ5T25l");
        assertThat(site.field("deployment/web", ".metadata.annotations")
                        + site.field("deployment/web", ".spec.template.metadata.annotations"))
                .contains("db=shop-db:1")
                .doesNotContain("Canary", "Q2FuYXJ5");

        site.kubectl("patch", "secret/db", "--type=merge", "-p", "{\"stringData\":{\"word\":\"CanaryTheirs\"}}");
        assertThat(site.runtime.diff(first)).singleElement().satisfies(difference -> {
            assertThat(difference.object()).isEqualTo("Secret/" + site.namespace + "/db");
            assertThat(difference.toString()).doesNotContain("Canary", "Q2FuYXJ5");
        });
        assertThat(site.apply(first)).containsExactly("ADJUSTED Secret/NS/db");
        assertThat(site.field("secret/db", ".data.word")).isEqualTo("Q2FuYXJ5T25l");

        Deployment rotated = site.with(more, web).with(List.of(KubeSite.brought("shop-db", 2, "CanaryTwo")));
        assertThat(site.apply(rotated)).containsExactly("ADJUSTED Secret/NS/db", "ADJUSTED Deployment.apps/NS/web");
        assertThat(site.probe(rotated)).isInstanceOf(Health.Healthy.class);
        KubeSite.done(site.runtime.commit(rotated));
        assertThat(site.field("deployment/web", ".spec.template.metadata.annotations"))
                .contains("db=shop-db:2");
        assertThat(KubeSite.until(
                        () -> site.runtime.logs(rotated, 1).stream()
                                .flatMap(log -> log.lines().stream())
                                .toList(),
                        List.of("word is ***")::equals)) // those of the pod before go with it
                .containsExactly("word is ***");
        site.rollback(rotated, Optional.of(first));
        assertThat(site.field("secret/db", ".data.word")).isEqualTo("Q2FuYXJ5T25l");

        assertThat(site.release(site.next(settings("a", "1"), "Secret/NS/db")).leftovers())
                .containsExactly("Deployment.apps/" + site.namespace + "/web");
        assertThat(site.exists("secret/db")).isFalse();
    }

    @Test
    void aSecretThatIsRefusedAndAPodThatDiesTellNoValue() throws Exception {
        Application refused = site.runtime.apply(
                site.next("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'data':{'word':['CanaryOne']}}"),
                ApplyMode.FULL);
        Application notBase64 = site.runtime.apply(
                site.next("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'data':{'word':'Canary%Two'}}"),
                ApplyMode.FULL);

        assertThat(List.of(refused, notBase64)).allSatisfy(each -> assertThat(each)
                .isInstanceOfSatisfying(Application.Refused.class, told -> assertThat(told.detail())
                        .contains("Secret/" + site.namespace + "/s")
                        .doesNotContain("Canary")));
        assertThat(site.writes).isEmpty();

        Deployment dying = site.doomed(
                "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'stringData':{'word':'CanaryThree'}},"
                        + workload("web", "sh", "-c", "echo refused CanaryThree; exit 3"));
        site.apply(dying);
        assertThat(site.probe(dying)).isInstanceOfSatisfying(Health.Unhealthy.class, dead -> {
            assertThat(dead.detail()).contains("refused ***");
            assertThat(dead.toString()).doesNotContain("Canary");
        });
    }

    @Test
    void aSecretThatIsTakenOverIsKeptSealedAndComesBack() throws Exception {
        site.kubectl("create", "secret", "generic", "db", "--from-literal=word=CanaryTheirs");
        String more = "'secrets':[{'name':'db','namespace':'NS','type':'Opaque','data':{'word':'shop-db'}}],";
        Deployment mine = site.with(more, settings("a", "1"))
                .with(List.of(KubeSite.brought("shop-db", 1, "CanaryOne")))
                .adopting(true);

        site.apply(mine);

        assertThat(site.field("secret/db", ".data.word")).isEqualTo(base64("CanaryOne"));
        List<Path> kept = files();
        assertThat(kept)
                .as("what was there before is kept")
                .filteredOn(file -> file.toString().endsWith(".adopted-objects.json"))
                .singleElement()
                .satisfies(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
        assertThat(kept).allSatisfy(file -> assertThat(Files.readString(file, ISO_8859_1))
                .doesNotContain("Canary", base64("CanaryTheirs"), base64("CanaryOne")));

        site.rollback(mine, Optional.empty());
        assertThat(site.field("secret/db", ".data.word")).isEqualTo(base64("CanaryTheirs"));
        assertThat(files())
                .filteredOn(file -> file.toString().contains("adopted"))
                .isEmpty();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /** By a definition whose schema has a template as that of Argo's Rollouts has. */
    @Test
    void podsOfACustomKindAreToldOfAChangedSecret() throws Exception {
        String group = site.namespace + ".example.org";
        String definition = """
            {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'rollouts.GROUP'},
             'spec':{'group':'GROUP','scope':'Namespaced','names':{'kind':'Rollout','plural':'rollouts'},'versions':[{'name':'v1','served':true,'storage':true,
             'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object','properties':{'template':{'type':'object','properties':{
              'metadata':{'type':'object','x-kubernetes-preserve-unknown-fields':true},
              'spec':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}}}}}}}]}}
            """.replace("GROUP", group);
        String rollout = """
            {'apiVersion':'GROUP/v1','kind':'Rollout','metadata':{'name':'web'},'spec':{'template':{'metadata':{'labels':{'app':'web'}},'spec':{
             'containers':[{'name':'web','image':'none','envFrom':[{'secretRef':{'name':'db'}}]}]}}}}
            """.replace("GROUP", group);
        String more =
                "'secrets':[{'name':'db','namespace':'NS','type':'Opaque','restart':true,'data':{'word':'shop-db'}}],";
        String told = ".spec.template.metadata.annotations.wherry\\.io/secret-versions";
        try {
            site.apply(site.with(more, definition + "," + rollout)
                    .with(List.of(KubeSite.brought("shop-db", 1, "CanaryOne"))));
            assertThat(site.field("rollouts." + group + "/web", told)).isEqualTo("db=shop-db:1");
            Deployment rotated = site.with(more, definition + "," + rollout)
                    .with(List.of(KubeSite.brought("shop-db", 2, "CanaryTwo")));

            assertThat(site.apply(rotated))
                    .containsExactly(
                            "ADJUSTED Secret/NS/db",
                            "ADJUSTED Rollout." + group.replace(site.namespace, "NS") + "/NS/web");
            assertThat(site.field("rollouts." + group + "/web", told)).isEqualTo("db=shop-db:2");
            assertThat(site.runtime.diff(rotated)).isEmpty();
        } finally {
            site.cluster.kubectl("delete", "crd", "rollouts." + group, "--ignore-not-found", "--wait=false");
        }
    }

    @Test
    void aPullSecretIsWhatTheClusterTakesForOne() throws Exception {
        String more =
                "'secrets':[{'name':'wherry-shop-pull','namespace':'NS','type':'kubernetes.io/dockerconfigjson','logins':['harbor']}],";
        Deployment first = site.with(more, settings("a", "1"))
                .with(List.of(KubeSite.brought(
                        "harbor",
                        1,
                        "{\"registry\":\"registry.example.org\",\"username\":\"robot\",\"password\":\"CanaryOne\"}")));

        site.release(first);

        assertThat(site.field("secret/wherry-shop-pull", ".type")).isEqualTo("kubernetes.io/dockerconfigjson");
        assertThat(site.runtime.diff(first)).isEmpty();
        assertThat(new String(
                        Base64.getDecoder().decode(site.field("secret/wherry-shop-pull", ".data.\\.dockerconfigjson")),
                        UTF_8))
                .contains("registry.example.org", "CanaryOne");
    }

    @Test
    void whatMakesSecretsIsHealthyByItsCondition() throws Exception {
        String definition = """
                {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{'name':'PLURAL.GROUP'},
                 'spec':{'group':'GROUP','scope':'Namespaced','names':{'kind':'KIND','plural':'PLURAL'},'versions':[{'name':'v1','served':true,'storage':true,
                 'subresources':{'status':{}},'schema':{'openAPIV3Schema':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}]}}
                """;
        String object =
                "{'apiVersion':'GROUP/v1','kind':'KIND','metadata':{'name':'s'},'spec':{'encryptedData':{'a':'b'}}}";
        String sealed = "SealedSecret sealedsecrets bitnami.com Synced";
        String external = "ExternalSecret externalsecrets external-secrets.io Ready";
        StringBuilder objects = new StringBuilder();
        for (String one : List.of(sealed, external)) {
            String[] words = one.split(" ", -1);
            for (String part : List.of(definition, object)) {
                objects.append(objects.isEmpty() ? "" : ",")
                        .append(part.replace("PLURAL", words[1])
                                .replace("GROUP", words[2])
                                .replace("KIND", words[0]));
            }
        }
        Deployment both = site.next(objects.toString());
        try {
            site.apply(both);
            Health waiting = site.runtime.probe(both);
            assertThat(waiting.toString()).contains("no condition Synced", "no condition Ready");
            status(sealed, "False", "no key could decrypt secret");
            status(external, "True", "");
            assertThat(site.runtime.probe(both).toString()).contains("no key could decrypt secret");
            status(sealed, "True", "");

            assertThat(site.probe(both)).isInstanceOf(Health.Healthy.class);
            assertThat(site.runtime.diff(both)).isEmpty();
        } finally {
            site.cluster.kubectl("delete", "crd", "sealedsecrets.bitnami.com", "externalsecrets.external-secrets.io");
        }
    }

    private void status(String one, String value, String message) {
        String[] words = one.split(" ", -1);
        site.kubectl(
                "patch",
                words[1] + "." + words[2] + "/s",
                "--subresource=status",
                "--type=merge",
                "-p",
                "{\"status\":{\"conditions\":[{\"type\":\"" + words[3] + "\",\"status\":\"" + value
                        + "\",\"message\":\"" + message + "\"}]}}");
    }
}
