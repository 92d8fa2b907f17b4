package io.wherry.hub.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.wherry.base.Causes;
import io.wherry.contract.registry.RegistryPush;
import io.wherry.contract.registry.RegistryTrust;
import io.wherry.hub.registry.ImageFetch;
import io.wherry.hub.registry.RegistryClient;
import io.wherry.hub.source.GitPeer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How servers are reached: with which logins, and whom to believe.
 *
 * @param caFile PEM; these authorities alone are believed then
 */
public record Access(Logins logins, Optional<Path> caFile) {
    ImageFetch images() {
        return trusting(() -> new ImageFetch(new RegistryClient(RegistryTrust.of(caFile), logins)));
    }

    RegistryPush registry() {
        return trusting(() -> new RegistryPush(RegistryTrust.context(caFile), logins));
    }

    /** @param place an https URL, or a folder */
    GitPeer repository(String place) {
        if (!place.contains("://")) {
            return GitPeer.in(Path.of(place));
        }
        if (place.startsWith("file://")) {
            throw TransferException.usage(
                    "repository " + place + ": is a folder", "name it by its path: " + place.substring(7));
        }
        try {
            String host = String.valueOf(URI.create(place).getRawAuthority());
            Optional<String> authorities = caFile.isEmpty()
                    ? Optional.empty()
                    : Optional.of(trusting(() -> Files.readString(caFile.get(), US_ASCII)));
            return GitPeer.at(place, authorities, logins.git(host).map(login -> login));
        } catch (IllegalArgumentException e) {
            throw TransferException.usage(
                    "repository " + place + ": " + e.getMessage(), "give https://HOST/PATH, or a folder");
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    private <T> T trusting(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw TransferException.failed("--ca-file " + Causes.named(e), "give certificates in PEM", e);
        }
    }
}
