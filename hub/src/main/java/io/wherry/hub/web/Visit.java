package io.wherry.hub.web;

import io.wherry.contract.json.Json;
import io.wherry.hub.api.Desk;
import io.wherry.hub.api.Desk.Told;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Somebody signed in looks at an address.
 *
 * @param path  its segments, decoded
 * @param query behind the question mark
 */
record Visit(Desk desk, Desk.Caller caller, Session session, List<String> path, Form query) {
    /** Rows of a table: what fits on two screens. */
    static final int PAGE = 50;

    /** @throws Refusal with what the route says against it */
    Json.Obj get(String route, Map<String, String> parameters) {
        return switch (desk.get(caller, route, parameters)) {
            case Told.Done(Json.Obj value) -> value;
            case Told.Refused refused -> throw new Refusal(refused);
        };
    }

    /**
     * One page of a table.
     *
     * @param named what of the address goes on to the route, beside the place in the table
     */
    Json.Obj list(String route, String... named) {
        return list(route, Map.of(), named);
    }

    /** @param always what is asked for whatever the address says */
    Json.Obj list(String route, Map<String, String> always, String... named) {
        Map<String, String> parameters = new TreeMap<>(always);
        parameters.put("limit", String.valueOf(PAGE));
        Stream.concat(Stream.of("continue"), Stream.of(named))
                .forEach(name -> query.find(name).ifPresent(value -> parameters.put(name, value)));
        return get(route, parameters);
    }

    Json.Obj get(String route) {
        return get(route, Map.of());
    }

    /** Empty if there is no such thing. */
    Optional<Json.Obj> find(String route) {
        return switch (desk.get(caller, route, Map.of())) {
            case Told.Done(Json.Obj value) -> Optional.of(value);
            case Told.Refused refused when refused.status() == 404 -> Optional.empty();
            case Told.Refused refused -> throw new Refusal(refused);
        };
    }

    boolean may(Act act) {
        return desk.permits(caller.principal(), "POST", act.route());
    }

    /** The buttons of those that the role may. */
    List<Button> buttons(String name, Act... acts) {
        return List.of(acts).stream()
                .filter(this::may)
                .map(act -> new Button(act.title(), act.address(name)))
                .toList();
    }

    /** A link that looks like a button: it leads to the page that asks once more. */
    record Button(String title, String address) {}

    static Refusal nothingHere(String path) {
        return new Refusal(404, "NotFound", path + ": there is no such page", "");
    }
}
