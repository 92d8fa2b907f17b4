package io.wherry.agent.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerSpecTest {
    @Test
    void buildsWhatComposeBuilds() {
        ContainerSpec web = only("""
                {'services': {'web': {
                  'image': 'shop:1', 'command': ['serve', '--port', '80'], 'entrypoint': null,
                  'environment': {'MODE': 'live', 'EMPTY': null}, 'restart': 'on-failure:3', 'init': true,
                  'ports': [{'mode': 'ingress', 'target': 80, 'published': '8080', 'protocol': 'tcp', 'host_ip': '127.0.0.1'}],
                  'volumes': [{'type': 'bind', 'source': './etc', 'target': '/etc/shop', 'read_only': true, 'bind': {'create_host_path': true}},
                              {'type': 'volume', 'source': 'data', 'target': '/data', 'volume': {}},
                              {'type': 'volume', 'target': '/cache'},
                              {'type': 'tmpfs', 'target': '/t', 'tmpfs': {'size': '1048576'}}],
                  'tmpfs': ['/run', '/tmp:size=1m'], 'cpus': 0.5, 'mem_limit': '67108864', 'stop_grace_period': '1m30s',
                  'extra_hosts': ['hub=10.0.0.1'], 'ulimits': {'nofile': 1000, 'nproc': {'soft': 10, 'hard': 20}},
                  'healthcheck': {'test': ['CMD', 'true'], 'interval': '1m30s', 'retries': 3},
                  'networks': {'front': {'aliases': ['shop'], 'ipv4_address': '10.1.1.5'}, 'back': {'priority': 10}}}},
                 'networks': {'front': null, 'back': {'name': 'shared', 'external': true}}, 'volumes': {'data': null}}
                """);

        assertThat(web.name()).isEqualTo("p-web-1");
        assertThat(web.endpoints().sequencedKeySet()).as("priority first").containsExactly("shared", "p_front");
        assertThat(JsonWriter.compact(web.endpoint("p_front")))
                .isEqualTo(
                        "{\"Aliases\":[\"p-web-1\",\"web\",\"shop\"],\"IPAMConfig\":{\"IPv4Address\":\"10.1.1.5\"}}");
        assertThat(web.host().strings("Binds")).containsExactly("/srv/p/etc:/etc/shop:ro", "p_data:/data:rw");
        assertThat(web.host().objects("Mounts")).hasSize(2);
        assertThat(web.host().stringMap("Tmpfs")).isEqualTo(Map.of("/run", "", "/tmp", "size=1m"));
        assertThat(web.host().integer("NanoCpus")).isEqualTo(500_000_000L);
        assertThat(web.host().integer("Memory")).isEqualTo(67_108_864L);
        assertThat(web.host().strings("ExtraHosts")).containsExactly("hub:10.0.0.1");
        assertThat(JsonWriter.compact(web.host().object("RestartPolicy")))
                .isEqualTo("{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}");
        assertThat(web.host().string("NetworkMode")).isEqualTo("shared");
        assertThat(web.config().strings("Env")).containsExactly("EMPTY", "MODE=live");
        assertThat(web.config().integer("StopTimeout")).isEqualTo(90);
        assertThat(web.config().find("Entrypoint"))
                .as("null leaves the image's own")
                .isEmpty();
        assertThat(web.config().object("Healthcheck").integer("Interval")).isEqualTo(90_000_000_000L);
        assertThat(web.ports()).containsExactly(new HostPort("127.0.0.1", 8080, "tcp"));
    }

    @Test
    void carriesTheLabelsByWhichComposeKnowsItsContainers() {
        ContainerSpec web = only(
                "{'services': {'web': {'image': 'shop:1', 'labels': {'a': 'b'}, 'depends_on': {'x': {'condition': 'service_healthy', 'required': false}}}}}");

        Map<String, String> labels = web.body(
                        new ContainerSpec.Made("sha256:1", "shop:1"),
                        Map.of(),
                        service -> "id-of-" + service,
                        ApiVersion.OLDEST)
                .stringMap("Labels");

        assertThat(labels)
                .containsEntry("a", "b")
                .containsEntry("com.docker.compose.project", "p")
                .containsEntry("com.docker.compose.service", "web")
                .containsEntry("com.docker.compose.container-number", "1")
                .containsEntry("com.docker.compose.oneoff", "False")
                .containsEntry("com.docker.compose.image", "sha256:1")
                .containsEntry("com.docker.compose.depends_on", "x:service_healthy:false")
                .containsEntry("com.docker.compose.config-hash", web.hash())
                .containsEntry("io.wherry.owner", Models.OWNER)
                .containsEntry("io.wherry.generation", "1");
    }

    @Test
    void hasTheSameHashWhereOnlyNumberOrderOrPullingDiffers() {
        String base = hash("'image': 'shop:1'");

        assertThat(hash("'image': 'shop:1', 'scale': 1, 'pull_policy': 'always', 'profiles': ['a']"))
                .isEqualTo(base);
        assertThat(hash("'image': 'shop:1', 'environment': {'A': '1'}")).isNotEqualTo(base);
        assertThat(hash("'image': 'shop:2'")).isNotEqualTo(base);
    }

    @Test
    void letsAnonymousVolumesMoveAlong() {
        ContainerSpec web =
                only("{'services': {'web': {'image': 'shop:1', 'volumes': [{'type': 'volume', 'target': '/cache'}]}}}");

        Json.Obj host = web.body(
                        new ContainerSpec.Made("sha256:1", "shop:1"),
                        Map.of("/cache", "v1", "/declared/by/image", "v2"),
                        service -> "id-of-" + service,
                        ApiVersion.OLDEST)
                .object("HostConfig");

        assertThat(host.strings("Binds")).isEmpty();
        assertThat(host.objects("Mounts").stream().map(m -> m.string("Source") + ":" + m.string("Target")))
                .containsExactlyInAnyOrder("v1:/cache", "v2:/declared/by/image");
    }

    @Test
    void refusesWhatItDoesNotCarryOutByItsPath() {
        for (String field : List.of(
                "'blkio_config': {'unknown': 1}",
                "'gpus': [{'unknown': 1}]",
                "'deploy': {'resources': {'limits': {'unknown': 1}}}",
                "'post_start': [{'command': ['x'], 'unknown': 1}]",
                "'deploy': {'update_config': {'order': 'both-first'}}",
                "'volumes': [{'type': 'npipe', 'source': 'a', 'target': 'b'}]",
                "'healthcheck': {'test': ['NONE'], 'unknown': 1}")) {
            assertThatThrownBy(() -> only("{'services': {'web': {'image': 'shop:1', " + field + "}}}"))
                    .as(field)
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            e -> assertThat(e.reason().code()).isEqualTo("UnsupportedField"));
        }
    }

    @Test
    void refusesAModelThatContradictsItself() {
        for (String model : List.of(
                "{'services': {'a': {'image': 'x', 'depends_on': {'b': {'condition': 'service_started'}}}, 'b': {'image': 'x', 'depends_on': {'a': {'condition': 'service_started'}}}}}",
                "{'services': {'a': {'image': 'x', 'networks': {'nowhere': null}}}}",
                "{'services': {'a': {'image': 'x', 'volumes': [{'type': 'volume', 'source': 'no', 'target': '/a'}]}}}",
                "{'services': {'a': {'image': 'x', 'volumes': [{'type': 'bind', 'source': '../up', 'target': '/a'}]}}}",
                "{'services': {'a': {'image': 'x', 'scale': 1001}}}",
                "{'services': {'a': {'image': 'x', 'scale': 2, 'container_name': 'one'}}}",
                "{'services': {'a': {'command': ['x']}}}",
                "{'services': {'a': {'image': 'x', 'restart': 'sometimes'}}}",
                "{'services': {'a': {'image': 'x', 'mem_limit': '64m'}}}",
                "{'services': {'a': {'image': 7}}}")) {
            assertThatThrownBy(() -> Models.wanted(1, model))
                    .as(model)
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            e -> assertThat(e.reason().code()).isEqualTo("ModelInvalid"));
        }
    }

    private static ContainerSpec only(String model) {
        return Models.wanted(1, model).containers().getFirst();
    }

    private static String hash(String service) {
        return only("{'services': {'web': {" + service + "}}}").hash();
    }
}
