package io.wherry.contract.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.Secret;
import io.wherry.contract.Entry;
import io.wherry.contract.Limits;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistryLoginTest {
    private static final RegistryLogin LOGIN =
            new RegistryLogin("registry.example.org:5000", "robot", Secret.of("a\"b\u00e4"));

    @Test
    void whatIsSealedIsCanonicalAndReadAgain() {
        assertThat(new String(LOGIN.toBytes(), UTF_8))
                .isEqualTo(
                        "{\"password\":\"a\\\"b\u00e4\",\"registry\":\"registry.example.org:5000\",\"username\":\"robot\"}");
        assertThat(RegistryLogin.parse(LOGIN.toBytes())).isEqualTo(LOGIN);
    }

    @Test
    void anotherFormIsNamedByFieldAndNeverByValue() {
        assertThatThrownBy(() -> RegistryLogin.parse("{\"password\":\"canary\",\"registry\":\"r\"}".getBytes(UTF_8)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("username")
                .message()
                .doesNotContain("canary");
        assertThatThrownBy(() -> RegistryLogin.parse(
                        "{\"password\":\"canary\",\"registry\":\"\",\"username\":\"u\"}".getBytes(UTF_8)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("registry");
    }

    @Test
    void anEntryHasThemOnlyWhereThereAreSome() {
        Entry without = Documents.SHOP_ENTRY;
        SealedSecret login = new SealedSecret(
                "harbor",
                "sh0p00000000000000000000a1",
                2,
                io.wherry.contract.Digest.of(new byte[1]),
                SealedSecret.SUITE,
                java.util.Base64.getEncoder().encodeToString(new byte[32]),
                java.util.Base64.getEncoder().encodeToString(new byte[16]));
        Entry with = with(without, List.of(login));

        assertThat(((Json.Obj) without.toJson()).find("registryLogins")).isEmpty();
        assertThat(Entry.parse((Json.Obj) without.toJson())).isEqualTo(without);
        assertThat(Entry.parse((Json.Obj) with.toJson())).isEqualTo(with);
        assertThatThrownBy(() -> with(without, List.of(login, login))).hasMessageContaining("registryLogins");
        assertThatThrownBy(() -> with(without, Collections.nCopies(Limits.REGISTRY_LOGINS + 1, login)))
                .hasMessageContaining("registryLogins");
    }

    private static Entry with(Entry entry, List<SealedSecret> logins) {
        return new Entry(
                entry.stack(),
                entry.name(),
                entry.generation(),
                entry.state(),
                entry.release(),
                entry.bundle(),
                entry.variables(),
                entry.sealedSecrets(),
                logins,
                entry.proof(),
                entry.options());
    }
}
