package io.wherry.hub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wherry.base.ExitCode;
import io.wherry.contract.Digest;
import io.wherry.contract.JoinToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That a cluster takes the manifest, and that its rights suffice, KubernetesAgentIT shows. */
class AgentManifestTest {
    @TempDir
    Path temp;

    private Cli.Ran run(String... arguments) {
        return new Cli(temp).run(arguments);
    }

    @Test
    void aStackMayTouchTheNamedNamespacesAndNothingOfTheCluster() {
        Cli.Ran ran = run("agent", "manifest", "north", "--scope", "namespaces=shop,till");

        assertThat(ran.exit()).isZero();
        assertThat(ran.out())
                .contains("kind: Role\nmetadata: {name: wherry-agent-wherry, namespace: shop}\n")
                .contains("kind: Role\nmetadata: {name: wherry-agent-wherry, namespace: till}\n")
                .contains("resourceNames: [kube-system, shop, till]\n    verbs: [get]\n")
                .doesNotContain("wherry-agent-wherry-stacks", "@", "escalate, ");
        assertThat(List.of(ran.out().split("---\n")).stream()
                        .filter(document -> document.contains("kind: ClusterRole\n"))
                        .filter(document -> document.contains("\"*\"")))
                .isEmpty();
    }

    @Test
    void aStackMayTouchTheClusterWhereNothingElseIsSaid() {
        assertThat(run("agent", "manifest", "north").out())
                .contains("kind: ClusterRole\nmetadata: {name: wherry-agent-wherry-stacks}\n")
                .doesNotContain("kind: Role\n", "kind: Secret\n", "storageClassName", "environment:");
    }

    @Test
    void whatTheSiteDecidesStandsInTheSettings() {
        assertThat(run(
                                "agent",
                                "manifest",
                                "north",
                                "--environment",
                                "production",
                                "--storage-class",
                                "fast",
                                "--namespace",
                                "site",
                                "--image",
                                "registry.example.org:5000/agent@sha256:" + "0".repeat(64))
                        .out())
                .contains(
                        "  agent.yaml: |\n    name: \"north\"\n    environment: \"production\"\n    runtime: kubernetes\n")
                .contains("  storageClassName: \"fast\"\n  resources:")
                .contains("image: \"registry.example.org:5000/agent@sha256:000")
                .doesNotContain("namespace: wherry}");
    }

    @Test
    void theTokenStandsInASecretOnlyWhereItWasGiven() throws IOException {
        String token = new JoinToken(
                        "t1",
                        new byte[16],
                        List.of("hub.example.org:8444"),
                        Digest.of(new byte[0]),
                        Digest.of(new byte[1]))
                .encode();
        Path file = Files.writeString(temp.resolve("token"), token + "\n");

        Cli.Ran given = run("agent", "manifest", "north", "--token-file", file.toString());
        assertThat(given.out())
                .contains(
                        "kind: Secret\nmetadata: {name: wherry-agent-join, namespace: wherry}\nstringData:\n  token: \""
                                + token + "\"\n");
        assertThat(given.err()).isEmpty();

        assertThat(run("agent", "manifest", "north").err())
                .contains("wherry token create | kubectl create secret generic wherry-agent-join -n wherry");

        Files.writeString(file, "wjt1.broken");
        Cli.Ran refused = run("agent", "manifest", "north", "--token-file", file.toString());
        assertThat(refused.exit()).isEqualTo(ExitCode.FAILED.code());
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("join token").doesNotContain("wjt1.broken");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "North||NAME: \"North\"",
                "n|--scope=all|--scope: \"all\" (expected: cluster, or namespaces=a,b)",
                "n|--scope=namespaces=|--scope: \"\"",
                "n|--scope=namespaces=a,B|--scope: \"B\"",
                "n|--namespace=kube-system|holds others' pods",
                "n|--namespace=a: b|--namespace: \"a: b\"",
                "n|--image=x\" y|--image: \"x\" y\"",
                "n|--storage-class=A|--storage-class: \"A\"",
                "n|--environment=Prod|--environment: \"Prod\""
            })
    void whatCannotStandThereIsRefusedByName(String name, String option, String words) {
        Cli.Ran ran = option == null ? run("agent", "manifest", name) : run("agent", "manifest", name, option);

        assertThat(ran.exit()).isEqualTo(ExitCode.USAGE.code());
        assertThat(ran.err()).contains(words);
        assertThat(ran.out()).isEmpty();
    }
}
