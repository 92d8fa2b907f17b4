package io.wherry.hub.api;

import io.wherry.hub.access.Access;
import io.wherry.hub.access.AccessReason;
import io.wherry.hub.access.Authentication;
import io.wherry.hub.access.Principal;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From a request to a route: finds, authenticates, authorises, in this order of what is told to whom. Somebody without a key learns nothing,
 * not even which routes there are.
 */
final class Dispatcher {
    private static final Logger LOG = System.getLogger(Dispatcher.class.getName());
    private static final String BEARER = "Bearer ";
    private static final String PREFIX = "/api/v1";

    private final List<Route> routes;
    private final Access access;
    private final Denials denials;

    Dispatcher(List<Route> routes, Access access, Denials denials) {
        this.routes = List.copyOf(routes);
        this.access = access;
        this.denials = denials;
    }

    List<Route> routes() {
        return routes;
    }

    /** @throws ApiException for everything that is not a success */
    Answer dispatch(String method, String path, Optional<String> authorization, Incoming incoming) {
        Principal principal = authenticate(authorization, method + " " + path);
        for (Route route : routes) {
            Optional<Map<String, String>> parameters =
                    route.method().equals(method) ? route.match(path) : Optional.empty();
            if (parameters.isPresent()) {
                authorise(principal, route);
                return route.handler()
                        .handle(new ApiRequest(
                                principal, parameters.get(), incoming.query(), incoming.body(), incoming.ifMatch()));
            }
        }
        throw new ApiException(
                404, ApiReason.NOT_FOUND, method + " " + path + ": no such route", "GET /openapi.json lists them");
    }

    /** What of a request is read only after its sender is known. */
    interface Incoming {
        Map<String, String> query();

        byte[] body();

        Optional<String> ifMatch();
    }

    private Principal authenticate(Optional<String> authorization, String what) {
        Optional<String> bearer = authorization
                .filter(header -> header.startsWith(BEARER))
                .map(header -> header.substring(BEARER.length()).strip());
        return switch (access.authenticate(bearer)) {
            case Authentication.Authenticated(Principal principal) -> principal;
            case Authentication.Rejected(AccessReason reason, String detail) -> {
                LOG.log(Level.INFO, () -> "refused, " + reason.code() + ": " + what);
                throw new ApiException(401, reason, detail, "wherry login https://HUB:8443 --token-file FILE");
            }
        };
    }

    private void authorise(Principal principal, Route route) {
        if (!access.permits(principal, route.method(), PREFIX + route.path())) {
            denials.denied(principal, route);
            throw new ApiException(
                    403,
                    AccessReason.ROLE_DENIED,
                    principal.name() + " (" + principal.role().word() + ") may not " + route.method() + " "
                            + route.path(),
                    "ask somebody whose key has the role for it (wherry apikey list)");
        }
    }
}
