package io.wherry.agent.runtime.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way of being wrong is told by its place, and no value is shown. */
class KubeconfigTest {
    private static final String RIGHT = """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:6443"}}]
            users: [{name: u, user: {token: Sesame}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """;

    @TempDir
    Path folder;

    private Kubeconfig read(String text) throws IOException {
        return Kubeconfig.read(Files.writeString(folder.resolve("kubeconfig"), text));
    }

    @Test
    void takesOneThatIsRight() throws IOException {
        assertThat(read(RIGHT).files()).containsExactly(folder.resolve("kubeconfig"));
        assertThat(read(RIGHT).clientCertificate()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "current-context: x | current-context: y | current-context: there is no context y (expected: x)",
                "current-context: x | `` | current-context: not set (expected: x)",
                "context: {cluster: c, | context: {cluster: d, | context x: cluster: there is no cluster d (expected: c)",
                "user: u}} | user: Sesame2}} | context x: user: there is no user Sesame2 (expected: u)",
                "users: [{name: u, user: {token: Sesame}}] | users: [] | expected: one of its users; it has none",
                "https://127.0.0.1:6443 | 127.0.0.1:6443 | cluster c: server: is no address (expected: one such as https://10.0.0.1:6443)",
                "server: \"https://127.0.0.1:6443\" | `` | cluster c: server: not set",
                "server: | certificate-authority-data: '!', server: | cluster c: certificate-authority-data: holds no PEM",
                "server: | certificate-authority-data: U2VzYW1l, server: | cluster c: certificate-authority-data: holds no PEM",
                "server: | certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==, server: | cluster c: certificate-authority: holds no certificate",
                "server: | certificate-authority: ca.crt, server: | ca.crt: no such file",
                "token: Sesame | client-certificate: tls.crt | user u: client-certificate: FOLDER/tls.crt: no such file",
                "token: Sesame | tokenFile: token | user u: tokenFile: FOLDER/token: no such file",
                "token: Sesame | client-key-data: LS0tLS1CRUdJTiBLRVktLS0tLQo= | user u: client-key without client-certificate",
                "token: Sesame | impersonate: joe | user u: no credentials (expected: a client certificate, a token, a tokenFile or exec)",
                "token: Sesame | token: [Sesame | is no YAML: line 4, column",
                "clusters: [ | clusters: 5 # | cannot be read as a kubeconfig: line 3, column 11: clusters is no list",
                "token: Sesame | token: [Sesame] | cannot be read as a kubeconfig: line 4, column 33: token is no text",
                "server: | insecure-skip-tls-verify: maybe, server: | insecure-skip-tls-verify is neither true nor false",
                "user: {token: Sesame} | user: U2VzYW1l | line 4, column 25: user u is no mapping",
            })
    void namesWhatIsWrongAndWhere(String part, String inItsPlace, String words) {
        assertThat(RIGHT).contains(part);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(RIGHT.replace(part, inItsPlace)))
                .withMessageContaining(words.replace("FOLDER", folder.toString()))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("U2VzYW1l"));
    }

    /** What this class does not know is Fabric8's to read: a login by a command, another name for the server. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "token: Sesame | exec: {command: login, apiVersion: client.authentication.k8s.io/v1}",
                "token: Sesame | token: Sesame, as: joe",
                "server: | tls-server-name: other, server:",
            })
    void whatIsMoreThanItKnowsIsSeen(String part, String inItsPlace) throws IOException {
        assertThat(read(RIGHT).isPlain()).isTrue();
        assertThat(read(RIGHT.replace("server:", "extensions: [], server:")).isPlain())
                .isTrue();
        assertThat(read(RIGHT.replace(part, inItsPlace)).isPlain()).isFalse();
    }

    @Test
    void aTokenInAFileWinsOverTheTextBesideIt() throws IOException {
        Files.writeString(folder.resolve("token"), "Fresh\n");
        Kubeconfig read = read(RIGHT.replace("token: Sesame", "token: Sesame, tokenFile: token"));
        assertThat(read.token()).isEqualTo("Fresh");
        assertThat(read.files()).containsExactly(folder.resolve("kubeconfig"), folder.resolve("token"));
        assertThat(read(RIGHT).token()).isEqualTo("Sesame");
    }

    @Test
    void namesAFileThatIsNone() throws IOException {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Kubeconfig.read(folder.resolve("none")))
                .withMessage("no such file");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> Kubeconfig.read(folder))
                .withMessage("is no file");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(""))
                .withMessage("cannot be read as a kubeconfig: it is empty");
    }
}
