package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.access.Access;
import io.wherry.hub.access.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The routes of the REST without HTTP, for the pages: the same permissions, the same checks of what is sent, the same records in the audit log.
 * What a page shows and does is so what the command line shows and does.
 */
public final class Desk {
    private static final String PREFIX = "/api/v1";

    private final Dispatcher dispatcher;
    private final Access access;

    Desk(Dispatcher dispatcher, Access access) {
        this.dispatcher = dispatcher;
        this.access = access;
    }

    /**
     * Who asks.
     *
     * @param from the address that the audit log shows
     */
    public record Caller(Principal principal, String from) {}

    /** What became of a request. */
    public sealed interface Told {
        record Done(Json.Obj value) implements Told {}

        /**
         * Nothing was done.
         *
         * @param status   as HTTP has it
         * @param hint     what to do; empty if there is nothing
         * @param problems one line each, where the cause is in a document
         */
        record Refused(int status, String code, String detail, String hint, List<String> problems) implements Told {}
    }

    /** What became of a key that was shown. */
    public sealed interface SignIn {
        record Welcome(Principal principal) implements SignIn {}

        record Rejected(Told.Refused why) implements SignIn {}
    }

    /** Judges a key as the {@code Authorization} header of the REST is judged. */
    public SignIn signIn(String key, String from) {
        try {
            return new SignIn.Welcome(dispatcher.authenticate(Optional.of("Bearer " + key), "sign-in", from));
        } catch (ApiException e) {
            return new SignIn.Rejected(refused(e));
        }
    }

    /** Whether the role may call the route, like {@code POST /stacks/{name}/sync}: what a page need not offer otherwise. */
    public boolean permits(Principal principal, String method, String route) {
        return access.permits(principal, method, PREFIX + route);
    }

    public Told get(Caller caller, String path, Map<String, String> query) {
        return ask(caller, "GET", path, query, new byte[0]);
    }

    public Told post(Caller caller, String path, Json.Obj body) {
        return ask(caller, "POST", path, Map.of(), JsonWriter.compact(body).getBytes(UTF_8));
    }

    private Told ask(Caller caller, String method, String path, Map<String, String> query, byte[] body) {
        Map<String, List<String>> values = new TreeMap<>();
        query.forEach((name, value) -> values.put(name, List.of(value)));
        try {
            Answer answer = dispatcher.serve(caller.principal(), method, path, new Asked(caller.from(), values, body));
            return switch (answer) {
                case Answer.Document(Json.Obj value, Optional<Long> version) -> new Told.Done(value);
                case Answer.Lines _, Answer.Stream _ ->
                    throw new IllegalArgumentException("path: " + path + " (expected: one that answers a document)");
            };
        } catch (ApiException e) {
            return refused(e);
        }
    }

    private static Told.Refused refused(ApiException e) {
        return new Told.Refused(e.status(), e.code(), String.valueOf(e.getMessage()), e.hint(), e.problems());
    }

    private record Asked(String from, Map<String, List<String>> query, byte[] body) implements Dispatcher.Incoming {
        @Override
        public Conditions conditions() {
            return Conditions.NONE;
        }
    }
}
