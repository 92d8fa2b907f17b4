package io.wherry.hub.api;

import io.wherry.hub.access.AccessReason;
import io.wherry.hub.access.Role;

/** What of {@code apply} is for administrators alone. */
final class Administrators {
    private Administrators() {}

    /** Undoes the transaction that it is thrown in; the refusal is recorded after that. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String action;
        private final String object;
        private final String who;

        Missing(String action, String object, String who) {
            super(object, null, false, false);
            this.action = action;
            this.object = object;
            this.who = who;
        }

        String action() {
            return action;
        }

        String object() {
            return object;
        }

        ApiException problem() {
            return new ApiException(
                    403,
                    AccessReason.ROLE_DENIED,
                    who + " may not " + action + " " + object + "; nothing was changed",
                    "an administrator applies policies (wherry apikey list)");
        }
    }

    /** @throws Missing if somebody else asks */
    static void require(ApiRequest request, String action, String object) {
        if (request.principal().role() != Role.ADMIN) {
            throw new Missing(
                    action,
                    object,
                    request.principal().name() + " ("
                            + request.principal().role().word() + ")");
        }
    }
}
