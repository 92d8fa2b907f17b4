package io.wherry.hub.resource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a source of Git says of its server's keys and of its signers. */
class SourceRulesTest {
    private static final String KEY =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEWwlqdNL1rIz2P2JLgQXpoMRfl1MtFuEVvrR1FkNm0U";
    private static final SshUrl URL = SshUrl.parse("ssh://git@git.example.org/shop.git");
    private static final SshUrl PORT = SshUrl.parse("ssh://git@git.example.org:2222/shop.git");

    private static Source source(String spec) {
        return (Source) ResourceYaml.parse("shop.yaml", ("""
                        apiVersion: wherry.io/v1alpha1
                        kind: Source
                        metadata: {name: shop}
                        spec:
                          type: git
                        %s""".formatted(spec.indent(2))).getBytes(UTF_8))
                .getFirst();
    }

    @Test
    void hostKeysAreTakenAsFilesOfKnownHostsHoldThem() throws Exception {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(new byte[20], "HmacSHA1"));
        String salt = Base64.getEncoder().encodeToString(new byte[20]);
        String hashed = "|1|" + salt + "|"
                + Base64.getEncoder().encodeToString(mac.doFinal("[git.example.org]:2222".getBytes(UTF_8)));

        assertThat(HostKeys.parse("# ssh-keyscan\n\ngit.example.org " + KEY + "\n" + KEY + " comment\n", URL))
                .hasSize(2)
                .allSatisfy(key -> assertThat(key.type() + " " + key.base64()).isEqualTo(KEY));
        assertThat(HostKeys.parse("10.0.0.7,[git.example.org]:2222 " + KEY, PORT))
                .hasSize(1);
        assertThat(HostKeys.parse(hashed + " " + KEY, PORT)).hasSize(1);
        assertThatThrownBy(() -> HostKeys.parse(hashed + " " + KEY, URL)).hasMessageContaining("another host");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "other.example.org KEY | line 1 is for other.example.org",
                "git.example.org | line 1 is no key",
                "@cert-authority git.example.org KEY | the marker @cert-authority",
                "git.example.org ssh-dss AAAA | \"ssh-dss\", which is not taken",
                "git.example.org ssh-ed25519 AAAA | cannot be read",
                "git.example.org ssh-ed25519 %%%% | is no base64",
                "git.example.org ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIEWwlqdNL1rIz2P2JLgQXpoMRfl1MtFuEVvrR1FkNm0U | another type of key",
                "# nothing | no key"
            })
    void aHostKeyThatWouldNeverMatchIsRefusedByItsLine(String line, String why) {
        assertThatThrownBy(() -> HostKeys.parse(line.replace("KEY", KEY), URL))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("hostKeys: ")
                .hasMessageContaining(why);
    }

    @Test
    void signersAreTakenAsSshKeygenReadsThem() {
        List<AllowedSigner> signers = AllowedSigner.parse("# people\n"
                + "ada@example.org,*@ops.example.org namespaces=\"git,file\",valid-after=\"20260101Z\",valid-before=20270101120000Z "
                + KEY + " ada\n\"Bob B\" " + KEY);

        AllowedSigner ada = signers.getFirst();
        assertThat(ada.principals()).isEqualTo("ada@example.org,*@ops.example.org");
        assertThat(ada.mayFor("git")).isTrue();
        assertThat(ada.mayFor("mail")).isFalse();
        assertThat(ada.validAt(Instant.parse("2025-12-31T23:59:59Z"))).isFalse();
        assertThat(ada.validAt(Instant.parse("2027-01-01T11:59:59Z"))).isTrue();
        assertThat(ada.validAt(Instant.parse("2027-01-01T12:00:00Z"))).isFalse();
        assertThat(signers.getLast().principals()).isEqualTo("Bob B");
        assertThat(signers.getLast().mayFor("git")).isTrue();
        assertThat(AllowedSigner.parse("ada namespaces=\"g?t*\" " + KEY)
                        .getFirst()
                        .mayFor("git@x"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "KEY | names nobody",
                "ada | names nobody",
                "ada cert-authority KEY | authority of certificates",
                "ada sk-ssh-ed25519@openssh.com AAAA | a security device (sk-ssh-ed25519@openssh.com)",
                "ada valid-before=\"20260101\" KEY | expected: YYYYMMDDZ",
                "ada valid-before=\"20261399Z\" KEY | which is none",
                "ada no-touch-required KEY | unknown option or type",
                "ada namespaces=\"!git\" KEY | the namespace \"!git\"",
                "ada ssh-ed25519 AAAA | cannot be read"
            })
    void aLineThatWouldMeanSomethingElseIsRefused(String line, String why) {
        assertThatThrownBy(() -> AllowedSigner.parse("\n" + line.replace("KEY", KEY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("allowedSigners: line 2 ")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "url: 'git@git.example.org:team/shop.git' | write ssh://git@git.example.org/team/shop.git",
                "{url: 'ssh://git@h/p'} | credentialRef: none",
                "{url: 'ssh://git@h/p', credentialRef: k, caBundle: x} | caBundle: given for ssh:",
                "{url: 'https://h/p', hostKeys: x} | hostKeys: given for https:",
                "{url: 'https://h/p', verify: {}} | commitSignatures: neither",
                "{url: 'https://h/p', verify: {commitSignatures: true}} | openpgpKeys: neither",
                "{url: 'https://h/p', verify: {commitSignatures: true, openpgpKeys: x}} | openpgpKeys: not shown",
                "{url: 'https://h/p', verify: {commitSignature: true}} | commitSignatures",
                "{url: 'https://h/p', verify: {cosign: true}} | is not for Git"
            })
    void whatDoesNotFitIsRefusedWithItsPlace(String spec, String why) {
        String lines = spec.startsWith("{")
                ? String.join("\n", spec.substring(1, spec.length() - 1).split(", (?=[a-z]+[A-Z:]|verify)(?![^{]*})"))
                : spec;
        assertThatThrownBy(() -> source(lines))
                .hasMessageContaining("shop.yaml:")
                .hasMessageContaining(why);
    }

    @Test
    void whatIsDeclaredIsShownAgain() {
        Source source = source("""
                url: ssh://git@git.example.org/shop.git
                credentialRef: key
                hostKeys: git.example.org %1$s
                verify:
                  tagSignatures: true
                  allowedSigners: ada@example.org %1$s
                """.formatted(KEY));

        assertThat(source.spec().toString()).contains("git.example.org " + KEY);
        SignatureRules rules = source.repository().rules().signatures().orElseThrow();
        assertThat(rules.tags()).isTrue();
        assertThat(rules.commits()).isFalse();
        assertThat(rules.digest())
                .isNotEqualTo(new SignatureRules(true, true, rules.openpgp(), rules.allowedSigners()).digest());
    }
}
