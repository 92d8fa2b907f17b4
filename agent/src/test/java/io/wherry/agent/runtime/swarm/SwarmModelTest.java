package io.wherry.agent.runtime.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.contract.Difference;
import io.wherry.contract.Digest;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a model for a swarm, and what is refused of it. */
class SwarmModelTest {
    private static final byte[] KEY = "0123456789abcdef".getBytes(UTF_8);

    static Json.Obj json(String text) {
        return JsonReader.object(text.replace('\'', '"').getBytes(UTF_8));
    }

    static Deployment deployment(String model, long generation) {
        return new Deployment(
                new Deployment.Identity(
                        StackId.parse("0123456789abcdefghjkmnpqrs"),
                        "shop",
                        generation,
                        Digest.of(new byte[0]),
                        "shop",
                        Path.of("/srv/shop")),
                json(model),
                List.of(),
                Deployment.Deletions.NONE,
                Deployment.Timing.DEFAULT);
    }

    static WantedStack wanted(Deployment deployment) {
        return WantedStack.of(deployment, "domain/agent", KEY, (service, reference) -> reference);
    }

    static WantedService service(String attributes) {
        String model = "{'services': {'web': {'image': 'shop:1'" + attributes + "}}}";
        return wanted(deployment(model, 1)).services().getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", 'privileged': true | services.web.privileged",
                ", 'container_name': 'x' | services.web.container_name",
                ", 'restart': 'no' | services.web.restart",
                ", 'deploy': {'mode': 'many'} | services.web.deploy.mode",
                ", 'networks': {'back': {}} | services.web.networks.back: not defined",
                ", 'volumes': [{'type': 'bind', 'source': './etc', 'target': '/etc'}] | ./etc lies on the disk of one"
                        + " node",
                ", 'deploy': {'replicas': 5000} | 5000 replicas",
            })
    void whatASwarmWouldNotDoIsRefusedByName(String attributes, String words) {
        assertThatThrownBy(() -> service(attributes))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(words);
    }

    @Test
    void theSameModelIsTheSameSpecInEachGeneration() {
        String model = "{'services': {'web': {'image': 'shop:1', 'environment': {'A': '1'}}}}";
        WantedService one = wanted(deployment(model, 1)).services().getFirst();
        WantedService other = wanted(deployment(model, 2)).services().getFirst();

        assertThat(one.digest()).isEqualTo(other.digest());
        assertThat(one.task()).isEqualTo(other.task());
        assertThat(service(", 'environment': {'A': '2'}").task()).isNotEqualTo(one.task());
    }

    @Test
    void whatConcernsNoTaskLeavesTheTasksAlone() {
        WantedService one = service("");
        WantedService more =
                service(", 'deploy': {'replicas': 3, 'labels': {'a': 'b'}, 'update_config': {'delay': '1s'}}");

        assertThat(more.task()).isEqualTo(one.task());
        assertThat(more.digest()).isNotEqualTo(one.digest());
    }

    @Test
    void differencesAreNamedAndValuesOfVariablesAreNot() {
        WantedService wanted = service(", 'environment': {'PASSWORD': 'hush'}, 'deploy': {'replicas': 2}");
        Json.Obj changed = json("{'Spec': {'Name': 'shop_web', 'Labels': {'com.docker.stack.namespace': 'shop',"
                + " 'com.docker.stack.image': 'shop:1', 'io.wherry.generation': '1'}, 'Mode': {'Replicated':"
                + " {'Replicas': 5}}, 'TaskTemplate': {'ForceUpdate': 3, 'ContainerSpec': {'Env':"
                + " ['PASSWORD=louder', 'MORE=1']}}}}");

        List<Difference> differences = new SpecDifferences(KEY, Map.of()).of(wanted, changed);

        assertThat(differences)
                .extracting(Difference::field)
                .contains("deploy.replicas", "environment.PASSWORD", "environment.MORE", "image", "networks")
                .doesNotContain("ForceUpdate", "deploy.labels");
        assertThat(differences.toString()).doesNotContain("hush", "louder");
    }

    @Test
    void aSecretsNameSaysItsVersionAndNothingOfItsValue() {
        String model = "{'services': {'web': {'image': 'shop:1', 'secrets': [{'source': 'key'}]}},"
                + " 'secrets': {'key': {'external': true, 'name': 'shop-key'}}}";

        String first = file(model, 1);

        assertThat(first).startsWith("shop_key-").hasSize("shop_key-".length() + 12);
        assertThat(file(model, 1)).isEqualTo(first);
        assertThat(file(model, 2)).isNotEqualTo(first);
        assertThatThrownBy(() -> wanted(deployment(model, 1)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("secrets.key: external, and the entry brings no value");
    }

    private static String file(String model, long version) {
        SealedSecret sealed = new SealedSecret(
                "key",
                "0123456789abcdefghjkmnpqrt",
                version,
                Digest.of(new byte[0]),
                SealedSecret.SUITE,
                java.util.Base64.getEncoder().encodeToString(new byte[32]),
                java.util.Base64.getEncoder().encodeToString(new byte[20]));
        SecretFile brought = new SecretFile("key", sealed, Path.of("/dev/shm/key"), new TreeSet<>(List.of("0444")));
        return wanted(deployment(model, 1).with(List.of(brought)))
                .files()
                .getFirst()
                .name();
    }
}
