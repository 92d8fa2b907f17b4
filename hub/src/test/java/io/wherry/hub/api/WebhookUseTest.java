package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wherry.base.Secret;
import io.wherry.hub.resource.ResourceYaml;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.vault.CredentialValue;
import io.wherry.hub.vault.Use;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a webhook's credential counts as used. */
class WebhookUseTest {
    private static final String SECRET = "canary-of-the-webhook-0123456789";
    private static final Stored<Source> SHOP = new Stored<>(
            (Source) ResourceYaml.parse("shop.yaml", """
                            apiVersion: wherry.io/v1alpha1
                            kind: Source
                            metadata: {name: shop}
                            spec: {type: git, url: /srv/shop, webhook: {credentialRef: hook}}
                            """.getBytes(UTF_8)).getFirst(),
            "uid",
            1,
            1,
            Stored.Applied.BY_HAND,
            new Stored.Times(Instant.EPOCH, Instant.EPOCH, Optional.empty()));

    private final List<String> used = new ArrayList<>();
    private final Webhooks webhooks = new Webhooks(
            name -> Optional.of(SHOP).filter(source -> source.name().equals(name)),
            _ -> new Use.Granted(new CredentialValue.Webhook(Secret.of(SECRET))),
            used::add,
            _ -> true,
            new Sparingly(InstantSource.fixed(Instant.EPOCH)));

    private void call(String source, String shown) {
        webhooks.take(source, new Webhooks.Incoming() {
            @Override
            public String from() {
                return "192.0.2.1";
            }

            @Override
            public Optional<String> header(String name) {
                return name.equals("X-Gitlab-Token") ? Optional.of(shown) : Optional.empty();
            }

            @Override
            public <T> T reading(Webhooks.BodyReader<T> reader) {
                try {
                    return reader.read(new ByteArrayInputStream(new byte[0]));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    @Test
    void onlyWhoHasTheSecretHasUsedIt() {
        assertThatThrownBy(() -> call("shop", "guessed")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> call("nowhere", SECRET)).isInstanceOf(ApiException.class);
        assertThat(used).isEmpty();

        call("shop", SECRET);

        assertThat(used).containsExactly("hook");
    }
}
