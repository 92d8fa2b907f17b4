package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.Suggest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.access.Principal;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.status.Event;
import io.wherry.hub.status.Events;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What happened: the newest, or on and on. */
final class EventsApi {
    /** A blank line this often keeps middle boxes from closing a quiet stream, and finds out that the reader or its key is gone. */
    private static final long KEEPALIVE_SECONDS = 15;

    /** Each follower holds one connection and one virtual thread. */
    private static final int MAX_FOLLOWERS = 100;

    private final Events events;
    private final Predicate<Principal> open;
    private final Semaphore followers;

    /** @param open false once the hub stops or the principal's key is none any more: streams end then */
    EventsApi(Events events, Predicate<Principal> open) {
        this(events, open, MAX_FOLLOWERS);
    }

    EventsApi(Events events, Predicate<Principal> open, int maxFollowers) {
        this.events = events;
        this.open = open;
        this.followers = new Semaphore(maxFollowers);
    }

    List<Route> routes() {
        return List.of(Route.answering("GET", "/events", "What happened, newest last", this::get)
                .query(
                        Field.text("object"),
                        Field.text("severity"),
                        Field.number("limit"),
                        Field.number("before"),
                        Field.flag("follow"))
                .gives(Route.Gives.EITHER));
    }

    /** What is asked for. */
    private record Wanted(String kind, String name, Event.Severity severity, int limit, long before) {
        static Wanted of(ApiRequest request) {
            String[] object = request.find("object").orElse("/").split("/", 2);
            if (object.length != 2) {
                throw Bodies.bad("object: " + object[0] + " (expected: KIND/NAME, like stack/shop)");
            }
            Optional<ResourceKind> kind = kind(object[0]);
            if (!object[0].isEmpty() && kind.isEmpty()) {
                throw Bodies.bad("object: " + object[0] + Suggest.hint(object[0], ResourceKind.words())
                        + " (expected: source, stack, agent or group)");
            }
            return new Wanted(
                    kind.map(ResourceKind::word).orElse(""),
                    object[1],
                    severity(request),
                    request.limit(),
                    before(request));
        }

        /** A page that is older than the one before; who follows has no use for it. */
        private static long before(ApiRequest request) {
            Optional<Long> before = request.find("before").map(Long::parseLong);
            if (before.isPresent() && request.flag("follow")) {
                throw Bodies.bad("before, follow: both (expected: one of them)");
            }
            return before.orElse(Long.MAX_VALUE);
        }

        private static Optional<ResourceKind> kind(String word) {
            return Stream.of(ResourceKind.values())
                    .filter(kind -> kind.word().equalsIgnoreCase(word))
                    .findFirst();
        }

        private static Event.Severity severity(ApiRequest request) {
            String word = request.find("severity").orElse("normal");
            for (Event.Severity severity : Event.Severity.values()) {
                if (severity.name().equalsIgnoreCase(word)) {
                    return severity;
                }
            }
            throw Bodies.bad("severity: " + word + " (expected: normal, warning or alarm)");
        }

        boolean includes(Event event) {
            return (kind.isEmpty() || event.kind().equals(kind))
                    && (name.isEmpty() || event.name().equals(name))
                    && event.severity().compareTo(severity) >= 0;
        }
    }

    private Answer get(ApiRequest request) {
        Wanted wanted = Wanted.of(request);
        List<Event> newest = events.newest(
                        wanted.kind(), wanted.name(), wanted.severity(), wanted.before(), wanted.limit())
                .reversed();
        if (!request.flag("follow")) {
            List<Json> items = new ArrayList<>();
            newest.forEach(event -> items.add(json(event)));
            return Answer.json(Json.object().put("items", new Json.Arr(items)).build());
        }
        if (followers.availablePermits() == 0) {
            throw new ApiException(
                    429,
                    ApiReason.BUSY,
                    "as many as may follow events are following them",
                    "ask without follow, or try again later");
        }
        return new Answer.Lines(out -> follow(out, newest, wanted, request.principal()));
    }

    @SuppressWarnings("try") // the listener is there to be closed
    private void follow(OutputStream out, List<Event> newest, Wanted wanted, Principal reader) throws IOException {
        if (!followers.tryAcquire()) {
            throw new IOException("one follower too many"); // two asked for the last place at once
        }
        Semaphore news = new Semaphore(0);
        try (AutoCloseable listening = events.onNew(news::release)) {
            long cursor = newest.isEmpty() ? last() : newest.getLast().number();
            out.write('\n'); // so that the reader knows at once that it follows, also where nothing happens
            for (Event event : newest) {
                write(out, event);
            }
            out.flush();
            while (open.test(reader)) {
                for (Event event : events.since(cursor)) {
                    cursor = event.number();
                    if (wanted.includes(event)) {
                        write(out, event);
                    }
                }
                out.flush();
                if (!news.tryAcquire(KEEPALIVE_SECONDS, TimeUnit.SECONDS)) {
                    out.write('\n');
                }
                news.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e); // closing the listener declares it and never does it
        } finally {
            followers.release();
        }
    }

    private long last() {
        return events.newest("", "", Event.Severity.NORMAL, 1).stream()
                .mapToLong(Event::number)
                .findFirst()
                .orElse(0);
    }

    private static void write(OutputStream out, Event event) throws IOException {
        out.write((JsonWriter.compact(json(event)) + "\n").getBytes(UTF_8));
    }

    private static Json.Obj json(Event event) {
        return Json.object()
                .put("number", event.number())
                .put("time", event.at().toString())
                .put("severity", event.severity().name().toLowerCase(Locale.ROOT))
                .put("object", event.kind().toLowerCase(Locale.ROOT) + "/" + event.name())
                .put("reason", event.reason())
                .put("message", event.message())
                .put("hint", event.next())
                .build();
    }
}
