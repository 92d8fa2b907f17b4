package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import io.wherry.hub.api.Desk.Told;
import java.util.List;
import java.util.Optional;

/** Asks once more before something is done, and does it. */
final class ActPages {
    private ActPages() {}

    /**
     * The page that asks.
     *
     * @param fingerprint as the hub has it, to be compared; empty where that is not asked for
     * @param plan        that waits, as of now; empty where none is asked for, or none waits
     * @param refused     why it was not done, if it was tried
     */
    record View(
            Act act,
            String name,
            String address,
            String back,
            String token,
            String fingerprint,
            Optional<AwaitedPlan> plan,
            Optional<Told.Refused> refused) {}

    static Reply.Page ask(Visit visit, Act act, String name) {
        if (!visit.may(act)) {
            throw new Refusal(
                    403,
                    "RoleDenied",
                    visit.caller().principal().name() + " ("
                            + visit.caller().principal().role().word() + ") may not: " + act.title(),
                    "ask somebody whose key has the role for it (wherry apikey list)");
        }
        return page(visit, act, name, 200, Optional.empty());
    }

    static Reply done(Visit visit, Act act, String name, Form form) {
        return switch (visit.desk().post(visit.caller(), act.routeTo(name), act.body(form::find))) {
            case Told.Done(Json.Obj value) -> {
                visit.session()
                        .notice(act.title() + ": " + act.object(name) + " "
                                + value.findString("message").orElse("done"));
                yield new Reply.SeeOther(act.origin(name));
            }
            case Told.Refused refused
            when refused.status() == 403 || refused.status() == 404 -> throw new Refusal(refused);
            case Told.Refused refused -> page(visit, act, name, refused.status(), Optional.of(refused));
        };
    }

    private static Reply.Page page(Visit visit, Act act, String name, int status, Optional<Told.Refused> refused) {
        String fingerprint = "";
        switch (act) {
            case AGENT_APPROVE, AGENT_DENY ->
                fingerprint = Details.status(visit.get("/agents/" + Form.encode(name)))
                        .findString("fingerprint")
                        .orElse("");
            case AGENT_REVIEW -> visit.get("/agents/" + Form.encode(name));
            case SOURCE_SYNC -> visit.get("/sources/" + Form.encode(name));
            default -> visit.get("/stacks/" + Form.encode(name)); // asks about nothing that is not there
        }
        View view = new View(
                act,
                name,
                act.address(name),
                act.origin(name),
                visit.session().formToken(),
                fingerprint,
                act.asks() == Act.Asks.PLAN ? AwaitedPlan.of(visit, name) : Optional.empty(),
                refused);
        return Reply.Page.still(
                status, act.title() + ": " + act.object(name), out -> JteactGenerated.render(out, null, view));
    }

    /** Why something is not shown. */
    static Reply.Page problem(Told.Refused why) {
        List<String> problems = why.problems();
        return Reply.Page.still(
                why.status(), title(why.status()), out -> JteproblemGenerated.render(out, null, why, problems));
    }

    static String title(int status) {
        return switch (status) {
            case 400 -> "This cannot be read";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Not like this";
            case 409, 412 -> "Not now";
            case 413 -> "Too large";
            case 429, 503 -> "Busy";
            default -> "The hub failed";
        };
    }
}
