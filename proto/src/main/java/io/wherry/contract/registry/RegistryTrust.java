package io.wherry.contract.registry;

import io.wherry.base.Authorities;
import io.wherry.base.Causes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;

/** Whom the hub, or a command, believes to be a registry, and what to say where it believes nobody. */
public final class RegistryTrust {
    private RegistryTrust() {}

    /**
     * The Java runtime's authorities, or those of a file alone.
     *
     * @param caFile PEM
     * @throws IOException if the file cannot be read, or holds no certificate
     */
    public static SSLSocketFactory of(Optional<Path> caFile) throws IOException {
        return context(caFile).getSocketFactory();
    }

    /** The same, for the client that pushes. */
    public static SSLContext context(Optional<Path> caFile) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, caFile.isEmpty() ? null : Authorities.trust(Files.readAllBytes(caFile.get())), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(caFile.map(Path::toString).orElse("TLS") + ": " + Causes.words(e), e);
        }
    }

    public static RegistryException explain(ImageReference image, RegistryCredentials user, Exception failure) {
        String registry = "registry " + image.registry();
        if (hasCause(failure, CertPathBuilderException.class)) {
            return new RegistryException(
                    registry + ": its certificate was issued by an authority that " + user.owner() + " does not know",
                    user.authorityHint(),
                    failure);
        }
        return switch (failure) {
            case UnknownHostException e ->
                new RegistryException(registry + ": no address is known for it", "check the image's name", e);
            case ConnectException e
            when hasCause(e, UnresolvedAddressException.class) ->
                new RegistryException(registry + ": no address is known for it", "check the image's name", e);
            case HttpTimeoutException e ->
                new RegistryException(
                        registry + ": does not answer in time",
                        "does it run, and may " + user.owner() + " get there?",
                        e);
            case ConnectException e ->
                new RegistryException(
                        registry + ": cannot be reached: "
                                + (e.getMessage() == null ? "connection refused or no route" : e.getMessage()),
                        "does it run, and may " + user.owner() + " get there?",
                        e);
            case SocketTimeoutException e ->
                new RegistryException(
                        registry + ": does not answer in time",
                        "does it run, and may " + user.owner() + " get there?",
                        e);
            case SSLException e ->
                new RegistryException(
                        registry + ": no TLS with it: " + e.getMessage(), "registries must speak https", e);
            default ->
                RegistryException.broken(registry + ": the connection broke off: " + failure.getMessage(), failure);
        };
    }

    public static boolean hasCause(Throwable failure, Class<?> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
