package io.wherry.agent.hubclient;

import java.security.cert.X509Certificate;
import java.util.List;

/** What a renewal came to. */
public sealed interface Renewed {

    /** @param chain the agent's new certificate, then the CA's */
    record Issued(List<X509Certificate> chain) implements Renewed {
        public Issued {
            chain = List.copyOf(chain);
        }
    }

    record Unreachable(Trouble trouble, String why) implements Renewed {}

    record Refused(String reason, String detail) implements Renewed {}
}
