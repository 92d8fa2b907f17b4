package io.wherry.hub.source;

import io.wherry.contract.registry.RegistryException;
import io.wherry.contract.registry.RegistryTrust;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import javax.net.ssl.SSLException;

/** What a registry's failure is called by sources. */
final class ArtifactFailures {
    private ArtifactFailures() {}

    static SourceFailure of(RegistryException e) {
        return new SourceFailure(reason(e), words(e), e.hint().replace("the image's name", "url of the source"), e);
    }

    private static SourceReason reason(RegistryException e) {
        return switch (e.status()) {
            case 401, 403 -> SourceReason.UNAUTHORISED;
            case 404 -> SourceReason.REPOSITORY_NOT_FOUND;
            case 429 -> SourceReason.TOO_MANY_REQUESTS;
            default -> ofCause(e);
        };
    }

    private static SourceReason ofCause(RegistryException e) {
        if (RegistryTrust.hasCause(e, CertPathBuilderException.class)) {
            return SourceReason.UNKNOWN_CERTIFICATE_AUTHORITY;
        }
        if (RegistryTrust.hasCause(e, SocketTimeoutException.class)) {
            return SourceReason.SERVER_TIMED_OUT;
        }
        if (RegistryTrust.hasCause(e, SSLException.class)) {
            return SourceReason.CERTIFICATE_INVALID;
        }
        boolean unreachable = RegistryTrust.hasCause(e, UnknownHostException.class)
                || RegistryTrust.hasCause(e, ConnectException.class);
        return unreachable ? SourceReason.SERVER_UNREACHABLE : SourceReason.SERVER_FAILED;
    }

    /** Registries are spoken of as of images elsewhere; here none is meant. */
    private static String words(RegistryException e) {
        return String.valueOf(e.getMessage()).replaceFirst("^image ", "");
    }
}
