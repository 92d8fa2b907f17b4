package io.wherry.hub.web;

import io.wherry.hub.api.Desk;
import java.util.List;

/**
 * The sign-in, by an API key: the one identity that the hub knows. The key is in the body of one request, and in no page, address or log after that.
 */
final class SignIn {
    private static final String NEXT = "next";

    /** Longer ones are not ours. */
    private static final int MAX_NEXT_CHARS = 500;

    private final Desk desk;
    private final Sessions sessions;

    SignIn(Desk desk, Sessions sessions) {
        this.desk = desk;
        this.sessions = sessions;
    }

    /**
     * The page.
     *
     * @param token   what its form brings along; a cookie of the browser has the same
     * @param next    where to go afterwards
     * @param problem why it did not work; empty if it was not tried
     */
    record View(String token, String next, String problem) {}

    /** Where who is not signed in is sent, and comes back from to what was asked for. */
    String address(Exchange exchange, String method) {
        String asked = exchange.rawPath() + (exchange.rawQuery().isEmpty() ? "" : "?" + exchange.rawQuery());
        return method.equals("GET") && !asked.equals("/") && asked.length() <= MAX_NEXT_CHARS
                ? Link.with("/login", NEXT, asked)
                : "/login";
    }

    void serve(Exchange exchange) {
        if (exchange.method().equals("GET")) {
            show(exchange, 200, next(Exchange.query(exchange.rawQuery()).text(NEXT)), "");
            return;
        }
        Form form = exchange.form();
        requireOurs(exchange, exchange.cookie(Cookies.SIGN_IN).orElse(""), form);
        String next = next(form.text(NEXT));
        switch (desk.signIn(form.text("key"), exchange.from())) {
            case Desk.SignIn.Rejected(Desk.Told.Refused why) ->
                show(exchange, 401, next, form.find("key").isEmpty() ? "No key was given." : sentence(why.detail()));
            case Desk.SignIn.Welcome(var principal) -> {
                exchange.cookie(Cookies.SESSION).ifPresent(sessions::end); // never the same before and after
                exchange.cookie(List.of(
                        Cookies.set(Cookies.SESSION, sessions.begin(principal.keyId())),
                        Cookies.clear(Cookies.SIGN_IN)));
                exchange.seeOther(next);
            }
        }
    }

    /** @throws Refusal if the form is not one that we gave to this browser */
    void requireOurs(Exchange exchange, String token, Form form) {
        if (!exchange.provenance().isOurs() || !Forgery.same(token, form.text("token"))) {
            throw new Refusal(
                    403,
                    "ForgedForm",
                    "this form was not taken: it did not come from a page that this hub showed to this browser just now",
                    "open the page anew and try again; nothing was done");
        }
    }

    private void show(Exchange exchange, int status, String next, String problem) {
        String token = exchange.cookie(Cookies.SIGN_IN).orElseGet(sessions::random);
        exchange.cookie(List.of(Cookies.set(Cookies.SIGN_IN, token)));
        View view = new View(token, next, problem);
        exchange.page(
                status,
                Frame.plain(Reply.Page.still(status, "Sign in", out -> JteloginGenerated.render(out, null, view))));
    }

    /** A page of ours and nothing else: never another host, whatever the address says. */
    private static String next(String asked) {
        return asked.startsWith("/")
                        && !asked.startsWith("//")
                        && !asked.contains("\\")
                        && asked.length() <= MAX_NEXT_CHARS
                        && asked.chars().allMatch(c -> c > ' ' && c < 127)
                ? asked
                : "/";
    }

    private static String sentence(String text) {
        return text.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + text.substring(1) + ".";
    }
}
