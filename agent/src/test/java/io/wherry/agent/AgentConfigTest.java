package io.wherry.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.hubclient.PollMode;
import io.wherry.agent.runtime.docker.Pulling;
import io.wherry.agent.runtime.kubernetes.images.RegistryPlace;
import io.wherry.base.yaml.YamlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentConfigTest {
    private static final Path PAGE = Path.of("../docs/reference/agent-configuration.md");

    @TempDir
    Path temp;

    @Test
    void needsNoFile() {
        AgentConfig config = AgentConfig.read(temp.resolve("none.yaml"), Map.of());
        assertThat(config.hub().mode()).isEqualTo(PollMode.HELD);
        assertThat(config.hub().interval()).isEqualTo(Duration.ofSeconds(60));
        assertThat(config.hub().holdMax()).isEqualTo(Duration.ofMinutes(4));
        assertThat(config.site().docker().host()).isEqualTo("unix:///var/run/docker.sock");
        assertThat(config.site().environment()).isEmpty();
    }

    @Test
    void theEnvironmentWinsOverTheFile() throws IOException {
        Path file = write("""
                environment: production
                hub:
                  mode: interval
                  interval: 5m
                """);
        AgentConfig config = AgentConfig.read(file, Map.of("WHERRY_AGENT_HUB_INTERVAL", "90s"));
        assertThat(config.site().environment()).isEqualTo("production");
        assertThat(config.hub().mode()).isEqualTo(PollMode.INTERVAL);
        assertThat(config.hub().interval()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void namesEveryMistakeWithItsPlaceAndTheNearestKnownWord() throws IOException {
        Path file = write("""
                enviroment: production
                hub:
                  mode: heldd
                  holdMax: 1h
                docker:
                  host: tcp://elsewhere
                  formerAgents: [nobody]
                kubernetes:
                  formerAgents: [a/b, "a b/c"]
                """);
        assertThatThrownBy(() -> AgentConfig.read(file, Map.of("WHERRY_AGENT_NAME", "No Name")))
                .isInstanceOf(YamlException.class)
                .hasMessageContaining(file + ":1:1: unknown field \"enviroment\" (did you mean \"environment\"?)")
                .hasMessageContaining(file + ":3:9: hub.mode: \"heldd\" is not known; did you mean \"held\"?")
                .hasMessageContaining(file + ":4:12: hub.holdMax: \"1h\" (expected: 10s to 10m)")
                .hasMessageContaining(file + ":6:9: docker.host: \"tcp://elsewhere\" (expected: unix:///PATH)")
                .hasMessageContaining(
                        file + ":7:17: docker.formerAgents: \"nobody\" (expected: DOMAIN/AGENT, as messages name it)")
                .hasMessageContaining(file
                        + ":9:17: kubernetes.formerAgents: \"a b/c\" (expected: DOMAIN/AGENT, as messages name it)")
                .hasMessageContaining("WHERRY_AGENT_NAME: name: \"No Name\"");
    }

    @Test
    void mirrorsStandByTheRegistryThatTheyReplace() throws IOException {
        Path file = write("registryMirror: {docker.io: 'mirror.example.org:5000', ghcr.io: mirror.example.org/ghcr}\n");
        assertThat(AgentConfig.read(file, Map.of()).site().mirrors().byRegistry())
                .containsOnly(
                        Map.entry("docker.io", "mirror.example.org:5000"),
                        Map.entry("ghcr.io", "mirror.example.org/ghcr"));
        Map<String, String> environment =
                Map.of("WHERRY_AGENT_REGISTRY_MIRROR", "docker.io=10.0.0.5:5000, quay.io=localhost");
        assertThat(AgentConfig.read(file, environment).site().mirrors().byRegistry())
                .containsOnly(Map.entry("docker.io", "10.0.0.5:5000"), Map.entry("quay.io", "localhost"));
        assertThat(AgentConfig.read(temp.resolve("none.yaml"), Map.of())
                        .site()
                        .mirrors()
                        .byRegistry())
                .isEmpty();
    }

    @Test
    void imagesForANodeGoToOnePlace() throws IOException {
        AgentConfig.Cluster k3s = AgentConfig.read(
                        write("kubernetes: {containerd: 'unix:///run/k3s/containerd/containerd.sock'}\n"), Map.of())
                .site()
                .cluster();
        assertThat(k3s.containerd()).hasValue(Path.of("/run/k3s/containerd/containerd.sock"));
        assertThat(k3s.imagesFolder()).isEmpty();
        Path both = write("kubernetes:\n  imagesFolder: /srv/images\n  containerd: unix:///run/c.sock\n");
        assertThatThrownBy(() -> AgentConfig.read(both, Map.of()))
                .hasMessageContaining(both + ":3:15: kubernetes.containerd", "kubernetes.imagesFolder is set too");
        assertThatThrownBy(() -> AgentConfig.read(write("kubernetes: {imagesFolder: images}\n"), Map.of()))
                .hasMessageContaining("kubernetes.imagesFolder: \"images\" (expected: an absolute path");
    }

    @Test
    void aRegistryOfTheSiteIsOnePlaceWithWhatBelongsToIt() throws IOException {
        RegistryPlace place = AgentConfig.read(write("""
                                kubernetes:
                                  imagesRegistry: registry.site:5000/carried
                                  imagesRegistryCaFile: /etc/site/ca.pem
                                  imagesRegistryLoginFile: /etc/site/auth.json
                                """), Map.of())
                .site()
                .cluster()
                .registry()
                .orElseThrow();
        assertThat(place.toString()).isEqualTo("registry.site:5000/carried");
        assertThat(place.caFile()).hasValue(Path.of("/etc/site/ca.pem"));
        assertThat(place.loginFile()).hasValue(Path.of("/etc/site/auth.json"));
        Path both = write("kubernetes:\n  imagesRegistry: registry.site\n  containerd: unix:///run/c.sock\n");
        assertThatThrownBy(() -> AgentConfig.read(both, Map.of()))
                .hasMessageContaining(both + ":2:19: kubernetes.imagesRegistry", "kubernetes.containerd is set too");
        assertThatThrownBy(() -> AgentConfig.read(
                        write("kubernetes: {imagesRegistryLoginFile: /etc/site/auth.json}\n"), Map.of()))
                .hasMessageContaining("kubernetes.imagesRegistryLoginFile: is for a registry, and there is none");
        assertThatThrownBy(() -> AgentConfig.read(
                        write("kubernetes: {imagesRegistry: 'robot:canary@registry.site'}\n"), Map.of()))
                .hasMessageContaining("kubernetes.imagesRegistry: \"…@registry.site\"")
                .hasMessageNotContaining("canary");
    }

    @Test
    void aMirrorThatIsNoneIsNamedWithItsPlace() throws IOException {
        Path file = write("""
                registryMirror:
                  docker.io: https://mirror.example.org
                  ghcr: mirror
                """);
        assertThatThrownBy(() -> AgentConfig.read(file, Map.of("WHERRY_AGENT_NAME", "a")))
                .hasMessageContaining(
                        file
                                + ":2:3: registryMirror: \"https://mirror.example.org\" (expected: HOST, HOST:PORT or HOST:PORT/PATH of the mirror of docker.io, without https://)")
                .hasMessageContaining("registryMirror: \"mirror\" (expected: HOST");
        assertThatThrownBy(() -> AgentConfig.read(
                        write("registryMirror: {docker.io: \"https://robot:canary@mirror.example.org\"}\n"), Map.of()))
                .hasMessageContaining("registryMirror: \"…@mirror.example.org\"")
                .hasMessageNotContaining("canary");
        assertThatThrownBy(() -> AgentConfig.read(
                        temp.resolve("none.yaml"), Map.of("WHERRY_AGENT_REGISTRY_MIRROR", "mirror.example.org")))
                .hasMessageContaining("WHERRY_AGENT_REGISTRY_MIRROR")
                .hasMessageContaining("(expected: REGISTRY=MIRROR)");
        assertThatThrownBy(() -> AgentConfig.read(write("registryMirror: mirror.example.org\n"), Map.of()))
                .hasMessageContaining(":1:17: \"mirror.example.org\" (expected: fields");
    }

    /** The page is made from the table of settings. Rewrite with {@code -Dgolden.update=true}. */
    @Test
    void theReferencePageShowsEveryKey() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Agent configuration

                <!-- Made from the agent's table of settings; a test compares. Rewrite with -Dgolden.update=true. -->

                `agent.yaml` in the state folder, or `/etc/wherry/agent.yaml`. `wherry-agent join` writes one where there is none. Reading is strict: an unknown key is an
                error with file, line and column. An environment variable wins over the file, a flag over both. A key `a.b` is `b` below `a`.

                | Key | Default | Environment variable | Meaning |
                |---|---|---|---|
                """);
        for (Setting setting : Setting.values()) {
            String absent = setting.absent().isEmpty() ? "none" : setting.absent();
            page.append("| `")
                    .append(setting.key())
                    .append("` | ")
                    .append(absent.contains(" ") ? absent : "`" + absent + "`")
                    .append(" | `")
                    .append(setting.variable())
                    .append("` | ")
                    .append(setting.meaning())
                    .append(" |\n");
        }
        page.append("""

                `HTTPS_PROXY` and `NO_PROXY` are honoured as curl reads them (`http://[user:password@]host:port`; names, domains and address ranges). A hub that goes by an IPv6 address is asked for without brackets (`CONNECT ::1:8444`), which not every proxy takes: give it a name. `WHERRY_AGENT_DATA` names the
                state folder.
                """);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE, UTF_8)).isEqualTo(page.toString());
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(temp.resolve("agent.yaml"), yaml);
    }

    @Test
    void saysHowManyOldImagesStayAndForHowLong() throws IOException {
        Path file = temp.resolve("agent.yaml");
        Files.writeString(file, "images: {keep: 5, keepFor: 0s}\n");
        assertThat(AgentConfig.read(file, Map.of()).site().images()).isEqualTo(new Pulling.Keep(5, Duration.ZERO));
        Files.writeString(file, "");
        assertThat(AgentConfig.read(file, Map.of()).site().images()).isEqualTo(Pulling.Keep.DEFAULT);
        for (String wrong : List.of("keep: 0", "keep: many", "keepFor: -1h", "keepFor: 2y", "kept: 1")) {
            Files.writeString(file, "images: {" + wrong + "}\n");
            assertThatThrownBy(() -> AgentConfig.read(file, Map.of()))
                    .isInstanceOf(YamlException.class)
                    .hasMessageContaining(wrong.startsWith("kept") ? "kept" : "images." + wrong.split(":")[0]);
        }
    }
}
