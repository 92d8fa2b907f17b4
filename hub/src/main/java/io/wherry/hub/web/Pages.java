package io.wherry.hub.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.wherry.base.FullDisk;
import io.wherry.hub.access.Access;
import io.wherry.hub.access.Principal;
import io.wherry.hub.api.Beside;
import io.wherry.hub.api.Desk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The pages of the hub, on the operators' listener: who is not signed in sees the sign-in and nothing else; who is sees what the role may see.
 *
 * <p>{@code GET} shows and changes nothing. {@code POST} does one {@link Act}, after its own page asked once more, and is taken only from a form of ours.
 */
public final class Pages implements Beside {
    private static final Logger LOG = System.getLogger(Pages.class.getName());

    private final Desk desk;
    private final Access access;
    private final InstantSource clock;
    private final Sessions sessions;
    private final SignIn signIn;
    private final Router router;
    private final Streams streams = new Streams();

    public Pages(Desk desk, Access access, InstantSource clock) {
        this.desk = desk;
        this.access = access;
        this.clock = clock;
        this.sessions = new Sessions(clock, new SecureRandom());
        this.signIn = new SignIn(desk, sessions);
        this.router = new Router(new Glance(clock));
    }

    @Override
    public boolean serves(String path) {
        return Router.serves(path) || path.equals("/login") || path.equals("/logout") || path.startsWith("/assets/");
    }

    @Override
    public void serve(ServerRequest request, ServerResponse response) {
        Exchange exchange = new Exchange(request, response);
        try {
            serve(exchange);
        } catch (Refusal e) {
            exchange.page(e.why().status(), Frame.plain(ActPages.problem(e.why())));
        } catch (UncheckedIOException | ServerConnectionException e) {
            LOG.log(Level.DEBUG, "a browser went away", e); // how most of them end
        }
    }

    private void serve(Exchange exchange) {
        String path = exchange.rawPath();
        String method = exchange.method();
        if (!method.equals("GET") && !method.equals("POST")) {
            throw new Refusal(405, "MethodNotAllowed", method + ": no such method (expected: GET, POST)", "");
        }
        if (path.startsWith("/assets/")) {
            exchange.file(Asset.find(path.substring("/assets/".length())).orElseThrow(() -> Visit.nothingHere(path)));
        } else if (path.equals("/login")) {
            signIn.serve(exchange);
        } else {
            signedIn(exchange, method, path);
        }
    }

    private void signedIn(Exchange exchange, String method, String path) {
        Optional<String> shown = exchange.cookie(Cookies.SESSION);
        Optional<Visitor> visitor = shown.flatMap(this::visitor);
        if (visitor.isEmpty()) {
            if (path.equals("/live")) {
                throw new Refusal(401, "LoginRequired", "nobody is signed in", "sign in at /login");
            }
            exchange.cookie(
                    shown.map(_ -> Cookies.clear(Cookies.SESSION)).stream().toList());
            exchange.seeOther(signIn.address(exchange, method));
            return;
        }
        Session session = visitor.get().session();
        if (path.equals("/live")) {
            follow(exchange, shown.orElseThrow());
            return;
        }
        session.use(clock.instant());
        access.used(visitor.get().principal());
        if (method.equals("POST")) {
            Form form = exchange.form();
            signIn.requireOurs(exchange, session.formToken(), form);
            if (path.equals("/logout")) {
                sessions.end(shown.orElseThrow());
                exchange.cookie(List.of(Cookies.clear(Cookies.SESSION)));
                exchange.seeOther("/login");
                return;
            }
            answer(exchange, visitor.get(), visit(exchange, visitor.get(), path, Form.EMPTY), form);
        } else {
            answer(
                    exchange,
                    visitor.get(),
                    visit(exchange, visitor.get(), path, Exchange.query(exchange.rawQuery())),
                    Form.EMPTY);
        }
    }

    private void answer(Exchange exchange, Visitor visitor, Visit visit, Form form) {
        Reply reply;
        try {
            reply = exchange.method().equals("POST") ? router.post(visit, form) : router.get(visit);
        } catch (Refusal e) {
            reply = ActPages.problem(e.why());
        } catch (UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.log(
                    Level.ERROR,
                    "page " + exchange.id() + " " + exchange.method() + " " + exchange.rawPath() + " failed",
                    e);
            reply = ActPages.problem(failure(e, exchange.id()).why());
        }
        switch (reply) {
            case Reply.Page page ->
                exchange.page(page.status(), Frame.of(page, visitor.principal(), visitor.session(), clock.instant()));
            case Reply.SeeOther(String location) -> exchange.seeOther(location);
        }
    }

    private static Refusal failure(RuntimeException cause, String id) {
        return FullDisk.isCauseOf(cause)
                ? new Refusal(
                        507,
                        "DiskFull",
                        "the hub's disk is full; nothing of this was kept",
                        "make room where its data folder is, then ask again; no restart is needed")
                : new Refusal(500, "Internal", "the hub failed on this page", "its log has the cause under " + id);
    }

    /** Somebody signed in, judged now. */
    private record Visitor(Session session, Principal principal) {}

    /** A key that was revoked or has expired ends all that was begun with it. */
    private Optional<Visitor> visitor(String shown) {
        Optional<Session> session = sessions.find(shown);
        if (session.isEmpty()) {
            return Optional.empty();
        }
        Optional<Principal> holder = access.holder(session.get().keyId());
        if (holder.isEmpty()) {
            sessions.endAll(session.get().keyId());
        }
        return holder.map(principal -> new Visitor(session.get(), principal));
    }

    private Visit visit(Exchange exchange, Visitor visitor, String path, Form query) {
        return new Visit(
                desk,
                new Desk.Caller(visitor.principal(), exchange.from()),
                visitor.session(),
                Exchange.segments(path),
                query);
    }

    /** The page that {@code page} names, for as long as its reader stays and is signed in. */
    private void follow(Exchange exchange, String shown) {
        String address = Exchange.query(exchange.rawQuery()).text("page");
        String path = address.split("\\?", 2)[0];
        if (!Router.serves(path) || path.equals("/live")) {
            throw Visit.nothingHere(address);
        }
        Session session = sessions.find(shown).orElseThrow(() -> Visit.nothingHere(address));
        CountDownLatch end = streams.begin(session)
                .orElseThrow(() -> new Refusal(
                        503,
                        "Busy",
                        "as many pages as may be kept up to date are",
                        "reload the page to see what is new"));
        try {
            stream(exchange, new LivePage(end, clock, LivePage.PAUSE), shown, address);
        } finally {
            streams.ended(end);
        }
    }

    private void stream(Exchange exchange, LivePage page, String shown, String address) {
        ServerResponse response = exchange.response();
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
        response.header("Cache-Control", "no-store");
        try (OutputStream out = response.outputStream()) {
            page.follow(out, () -> look(exchange, shown, address));
        } catch (IOException | UncheckedIOException | ServerConnectionException e) {
            LOG.log(Level.DEBUG, "a reader went away", e); // how every stream ends
        } catch (RuntimeException e) { // its page begins another one
            LOG.log(Level.ERROR, "page " + exchange.id() + " " + address + " is not kept up to date any more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Judged anew each time. It is no use of the session: a page that was left open must not keep it from ending. */
    private Optional<String> look(Exchange exchange, String shown, String address) {
        String[] parts = address.split("\\?", 2);
        return visitor(shown).map(visitor -> {
            Form query = parts.length == 2 ? Exchange.query(parts[1]) : Form.EMPTY;
            try {
                Reply.Page page = router.get(visit(exchange, visitor, parts[0], query));
                return page.live() ? page.body().text() : "";
            } catch (Refusal e) {
                return ActPages.problem(e.why()).body().text();
            }
        });
    }

    /** Ends what streams. */
    @Override
    public void close() {
        streams.close();
    }
}
