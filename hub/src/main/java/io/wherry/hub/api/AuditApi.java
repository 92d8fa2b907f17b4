package io.wherry.hub.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.hub.audit.AuditExport;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.audit.AuditQuery;
import io.wherry.hub.audit.AuditRecord;
import io.wherry.hub.audit.AuditStream;
import io.wherry.hub.release.Keys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The audit log: pages of records, and exports that prove themselves. */
final class AuditApi {
    private final AuditLog log;
    private final Keys keys;

    AuditApi(AuditLog log, Keys keys) {
        this.log = log;
        this.keys = keys;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                                "GET",
                                "/audit",
                                "A page of audit records, oldest first unless asked for the newest",
                                this::list)
                        .query(
                                Field.text("stream"),
                                Field.text("commit"),
                                Field.text("change"),
                                Field.text("object"),
                                Field.text("since"),
                                Field.text("until"),
                                Field.flag("newest"),
                                Field.number("limit"),
                                Field.number("continue")),
                Route.answering("GET", "/audit/export", "Records with proofs, as JSON lines", this::export)
                        .query(
                                Field.text("stream"),
                                Field.text("commit"),
                                Field.text("change"),
                                Field.text("object"),
                                Field.text("since"),
                                Field.text("until"))
                        .gives(Route.Gives.LINES));
    }

    private Json.Obj list(ApiRequest request) {
        boolean newest = request.flag("newest");
        long from = request.find("continue").map(Long::parseLong).orElse(newest ? Long.MAX_VALUE : 0L);
        AuditQuery query = query(request);
        List<AuditRecord> page =
                newest ? log.newest(query, from, request.limit()) : log.list(query, from, request.limit());
        List<Json> items = new ArrayList<>();
        page.forEach(record -> items.add(record.toJson()));
        Json.Builder answer = Json.object().put("items", new Json.Arr(items));
        if (page.size() == request.limit()) {
            answer.put("continue", String.valueOf(page.getLast().index() + (newest ? 0 : 1)));
        }
        return answer.build();
    }

    private static AuditQuery query(ApiRequest request) {
        return Bodies.tried(() -> new AuditQuery(
                request.find("stream").map(AuditApi::stream),
                request.find("commit"),
                request.find("change"),
                request.find("object"),
                new AuditQuery.Between(time(request, "since"), time(request, "until"))));
    }

    private static Optional<Instant> time(ApiRequest request, String field) {
        return request.find(field).map(text -> {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException _) {
                throw Bodies.bad(field + ": " + text + " (expected: a time like 2026-11-28T22:00:00Z)");
            }
        });
    }

    private static AuditStream stream(String word) {
        for (AuditStream stream : AuditStream.values()) {
            if (stream.word().equals(word)) {
                return stream;
            }
        }
        throw Bodies.bad("stream: " + word + " (expected: user, policy or sync)");
    }

    /** First the chain of roots, so that the export can be verified with nothing but the trust domain. */
    private Answer export(ApiRequest request) {
        AuditQuery query = query(request);
        return new Answer.Lines(out -> {
            try {
                out.write(line(roots()));
                AuditExport.write(log, query, text -> {
                    try {
                        out.write((text + "\n").getBytes(UTF_8));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            } catch (UncheckedIOException e) {
                throw new IOException("the reader went away", e);
            }
        });
    }

    private String roots() {
        List<Json> envelopes = new ArrayList<>();
        keys.chain().forEach(bytes -> envelopes.add(Json.of(Base64.getEncoder().encodeToString(bytes))));
        return JsonWriter.compact(Json.object()
                .put("type", "roots")
                .put("envelopes", new Json.Arr(envelopes))
                .build());
    }

    private static byte[] line(String text) {
        return (text + "\n").getBytes(UTF_8);
    }
}
