package io.wherry.agent.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.base.Secret;
import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.SecretSeal;
import io.wherry.contract.StackId;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealedLoginsTest {
    private static final Digest DOMAIN = Digest.of("domain".getBytes(UTF_8));
    private static final AgentId AGENT = AgentId.parse("0123456789abcdefghjkmnpqrs");
    private static final StackId SHOP = StackId.parse("sh0p00000000000000000000a1");
    private static final StackId BANK = StackId.parse("ba0k00000000000000000000b2");
    private static final String UID = "cred" + "0".repeat(22);
    private static final RegistryLogin LOGIN =
            new RegistryLogin("registry.example.org:5000", "robot", Secret.of("canary-password"));

    private final KeyPair key = key();
    private final Map<StackId, List<SealedSecret>> assigned = new HashMap<>();
    private final SealedLogins logins =
            new SealedLogins(new SecretOpener(DOMAIN, AGENT, key), stack -> assigned.getOrDefault(stack, List.of()));

    @Test
    void aStacksLoginIsForItsRegistryAlone() {
        assigned.put(SHOP, List.of(sealedFor(SHOP, LOGIN.toBytes())));

        assertThat(logins.find(SHOP, "registry.example.org:5000")).hasValue(LOGIN);
        assertThat(logins.find(SHOP, "Registry.example.org:5000")).hasValue(LOGIN);
        assertThat(logins.find(SHOP, "registry.example.org")).isEmpty();
        assertThat(logins.find(BANK, "registry.example.org:5000")).isEmpty();
        assertThat(LOGIN.toString()).doesNotContain("canary-password");
    }

    @Test
    void thePortOfHttpsIsNoOtherRegistry() {
        RegistryLogin login = new RegistryLogin("registry.example.org", "robot", Secret.of("x"));
        assigned.put(SHOP, List.of(sealedFor(SHOP, login.toBytes())));

        assertThat(logins.find(SHOP, "registry.example.org:443")).hasValue(login);
    }

    @Test
    void oneOfAnotherStackOrOfAnotherFormIsNamedAndNotShown() {
        assigned.put(SHOP, List.of(sealedFor(BANK, LOGIN.toBytes())));
        refused();
        assigned.put(SHOP, List.of(sealedFor(SHOP, "{\"password\":\"canary-password\"}".getBytes(UTF_8))));
        refused();
    }

    private void refused() {
        assertThatThrownBy(() -> logins.find(SHOP, "registry.example.org:5000"))
                .isInstanceOfSatisfying(RuntimeUnavailable.class, e -> {
                    assertThat(e.reason()).isEqualTo(RuntimeReason.SECRET_UNREADABLE);
                    assertThat(e)
                            .hasMessageContaining("login harbor (version 3)")
                            .hasMessageContaining("rotate");
                    assertThat(e.toString() + e.getCause()).doesNotContain("canary-password");
                });
    }

    private SealedSecret sealedFor(StackId stack, byte[] value) {
        byte[] encoded = key.getPublic().getEncoded();
        byte[] raw = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
        return new SecretSeal(DOMAIN, AGENT, stack).seal("harbor", UID, 3, raw, value);
    }

    private static KeyPair key() {
        try {
            return KeyPairGenerator.getInstance("X25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
