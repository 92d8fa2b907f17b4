package io.wherry.hub.web;

import io.wherry.hub.api.Desk.Told.Refused;
import java.util.List;

/** A page that cannot be shown; becomes a page that says why. */
final class Refusal extends RuntimeException {
    private final Refused why;

    Refusal(Refused why) {
        super(why.detail(), null, false, false);
        this.why = why;
    }

    Refusal(int status, String code, String detail, String hint) {
        this(new Refused(status, code, detail, hint, List.of()));
    }

    Refused why() {
        return why;
    }
}
