package io.wherry.agent.secrets;

import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.SealedSecret;
import io.wherry.contract.StackId;
import io.wherry.contract.json.JsonException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens the logins that the newest assignment brings sealed, for one pull at a time: a rotated one counts from the next pull on, also for what was released
 * before it.
 *
 * @param assigned a stack's logins as they are assigned now
 */
public record SealedLogins(SecretOpener opener, Function<StackId, List<SealedSecret>> assigned)
        implements RegistryLogins {
    private static final String HTTPS = ":443";

    @Override
    public Optional<RegistryLogin> find(StackId stack, String registry) {
        String host = registry.toLowerCase(Locale.ROOT);
        String normal = host.endsWith(HTTPS) ? host.substring(0, host.length() - HTTPS.length()) : host;
        return assigned.apply(stack).stream()
                .map(brought -> open(stack, brought))
                .filter(login -> login.registry().equals(normal))
                .findFirst();
    }

    private RegistryLogin open(StackId stack, SealedSecret sealed) {
        byte[] value = opener.open(stack, sealed).orElseThrow(() -> unreadable(sealed, null));
        try {
            return RegistryLogin.parse(value);
        } catch (JsonException e) {
            throw unreadable(sealed, e);
        } finally {
            SecretFolder.forget(value);
        }
    }

    private static RuntimeUnavailable unreadable(SealedSecret sealed, @Nullable JsonException cause) {
        return new RuntimeUnavailable(
                RuntimeReason.SECRET_UNREADABLE,
                "login " + sealed.name() + " (version " + sealed.version()
                        + ") for a registry: does not open with this agent's key for this stack; rotate its credential at the hub, which seals it anew",
                cause);
    }
}
