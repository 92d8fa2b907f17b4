package io.wherry.agent;

import io.wherry.agent.bundlefile.FileAcknowledgement;
import io.wherry.agent.bundlefile.FileVerdict;
import io.wherry.contract.Assignment;
import io.wherry.contract.Reason;
import io.wherry.contract.json.Json;
import java.time.Instant;

/** What became of a bundle file, as the control socket answers it. */
final class FileTold {
    private FileTold() {}

    static Json.Obj of(FileVerdict verdict) {
        return switch (verdict) {
            case FileVerdict.Refused(String reason, String detail) ->
                Json.object()
                        .put("accepted", false)
                        .put("reason", reason)
                        .put("detail", detail)
                        .build();
            case FileVerdict.Accepted(Assignment assignment, var _, boolean news, var acknowledged) ->
                acknowledged(acknowledged)
                        .put("accepted", true)
                        .put("news", news)
                        .put("epoch", assignment.epoch())
                        .put("sequence", assignment.sequence())
                        .put("expiresAt", assignment.expiresAt().toString())
                        .put(
                                "entries",
                                new Json.Arr(assignment.entries().stream()
                                        .<Json>map(entry -> Json.object()
                                                .put("name", entry.name())
                                                .put("generation", entry.generation())
                                                .put(
                                                        "state",
                                                        Reason.camelCase(
                                                                entry.state().name()))
                                                .build())
                                        .toList()))
                        .build();
        };
    }

    private static Json.Builder acknowledged(FileAcknowledgement acknowledged) {
        Json.Builder told = Json.object();
        return switch (acknowledged) {
            case FileAcknowledgement.None() -> told;
            case FileAcknowledgement.Taken(long counter, Instant issuedAt, int receipts) ->
                told.put(
                        "acknowledged",
                        Json.object()
                                .put("counter", counter)
                                .put("issuedAt", issuedAt.toString())
                                .put("receipts", receipts)
                                .build());
            case FileAcknowledgement.Refused(String reason, String detail) ->
                told.put(
                        "acknowledgementRefused",
                        Json.object()
                                .put("reason", reason)
                                .put("detail", detail)
                                .build());
        };
    }
}
