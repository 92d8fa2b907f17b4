package io.wherry.hub.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Optional;

/** Tells a form of ours from one that another site has a browser send. Two things must hold: where the browser says it comes from, and the form's token. */
final class Forgery {
    private Forgery() {}

    /**
     * Where a form came from, as the browser says.
     *
     * <p>A page with {@code Referrer-Policy: no-referrer} sends {@code Origin: null} with its forms; what counts then is {@code Sec-Fetch-Site}.
     *
     * @param host of the request, with its port
     */
    record Provenance(Optional<String> site, Optional<String> origin, Optional<String> host) {
        boolean isOurs() {
            boolean ownSite = site.isPresent() && site.get().equals("same-origin");
            if (site.isPresent() && !ownSite) {
                return false;
            }
            Optional<String> named = origin.filter(text -> !text.equals("null"));
            return named.isEmpty() ? ownSite : named.equals(host.map(name -> "https://" + name));
        }
    }

    static boolean same(String wanted, String shown) {
        return !wanted.isEmpty() && MessageDigest.isEqual(wanted.getBytes(UTF_8), shown.getBytes(UTF_8));
    }
}
