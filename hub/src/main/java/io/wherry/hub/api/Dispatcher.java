package io.wherry.hub.api;

import io.wherry.hub.access.Access;
import io.wherry.hub.access.AccessReason;
import io.wherry.hub.access.Authentication;
import io.wherry.hub.access.Principal;
import io.wherry.hub.resource.ResourceReason;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

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
    private final Sparingly refusals;

    /** @param refusals of requests without a good key */
    Dispatcher(List<Route> routes, Access access, Denials denials, Sparingly refusals) {
        this.routes = List.copyOf(routes);
        this.access = access;
        this.denials = denials;
        this.refusals = refusals;
    }

    List<Route> routes() {
        return routes;
    }

    /** @throws ApiException for everything that is not a success */
    Answer dispatch(String method, String path, Optional<String> authorization, Incoming incoming) {
        return serve(authenticate(authorization, method + " " + path, incoming.from()), method, path, incoming);
    }

    /** For a principal whose key was judged. */
    Answer serve(Principal principal, String method, String path, Incoming incoming) {
        TreeSet<String> methods = new TreeSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> parameters = route.match(path);
            if (parameters.isPresent()) {
                if (route.method().equals(method)) {
                    authorise(principal, route, parameters.get(), incoming.from());
                    return handle(principal, route, parameters.get(), incoming);
                }
                methods.add(route.method());
            }
        }
        throw methods.isEmpty()
                ? new ApiException(
                        404,
                        ApiReason.NOT_FOUND,
                        method + " " + path + ": no such route",
                        "GET /openapi.json lists them")
                : notAllowed(method, path, String.join(", ", methods));
    }

    private Answer handle(Principal principal, Route route, Map<String, String> parameters, Incoming incoming) {
        try {
            return route.handler().handle(request(principal, route, parameters, incoming));
        } catch (ApiException e) {
            if (e.code().equals(ResourceReason.OWNED_BY_CONFIGURATION.code())) {
                denials.denied(principal, incoming.from(), route, parameters, e.code(), String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private static ApiException notAllowed(String method, String path, String allowed) {
        return new ApiException(
                405,
                ApiReason.METHOD_NOT_ALLOWED,
                method + " " + path + ": no such method (expected: " + allowed + ")",
                "GET /openapi.json lists them",
                List.of(),
                Map.of("Allow", allowed));
    }

    private static ApiRequest request(
            Principal principal, Route route, Map<String, String> parameters, Incoming incoming) {
        Conditions conditions = incoming.conditions();
        boolean reading = route.method().equals("GET"); // there If-None-Match is for the answer, whatever it is
        if (!route.shape().conditions() && (conditions.ifMatch().isPresent() || (!reading && !conditions.none()))) {
            throw Bodies.bad("If-Match, If-None-Match: not looked at by " + route.method() + " " + route.path()
                    + " (send it without)");
        }
        return new ApiRequest(
                principal,
                incoming.from(),
                parameters,
                Inputs.query(incoming.query(), route.shape().query()),
                Inputs.body(incoming.body(), route.shape().body()),
                conditions);
    }

    /** What of a request is read only after its sender is known. */
    interface Incoming {
        /** The address it came from. */
        String from();

        Map<String, List<String>> query();

        byte[] body();

        Conditions conditions();
    }

    /**
     * Judges the key in an {@code Authorization} header.
     *
     * @param what for the hub's log
     */
    Principal authenticate(Optional<String> authorization, String what, String from) {
        Optional<String> bearer = authorization
                .filter(header -> header.startsWith(BEARER))
                .map(header -> header.substring(BEARER.length()).strip());
        return switch (access.authenticate(bearer)) {
            case Authentication.Authenticated(Principal principal) -> principal;
            case Authentication.Rejected(AccessReason reason, String detail) -> {
                refusals.now()
                        .ifPresent(more -> LOG.log(
                                Level.INFO,
                                () -> "refused, " + reason.code() + ": " + what + " from " + from
                                        + (more == 0 ? "" : ", and " + more + " more before it")));
                throw new ApiException(401, reason, detail, "wherry login https://HUB:8443 --token-file FILE");
            }
        };
    }

    private void authorise(Principal principal, Route route, Map<String, String> parameters, String from) {
        if (!access.permits(principal, route.method(), PREFIX + route.path())) {
            denials.denied(
                    principal,
                    from,
                    route,
                    parameters,
                    AccessReason.ROLE_DENIED.code(),
                    "the role " + principal.role().word() + " may not");
            throw new ApiException(
                    403,
                    AccessReason.ROLE_DENIED,
                    principal.name() + " (" + principal.role().word() + ") may not " + route.method() + " "
                            + route.path(),
                    "ask somebody whose key has the role for it (wherry apikey list)");
        }
    }
}
