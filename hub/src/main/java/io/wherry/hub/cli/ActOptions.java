package io.wherry.hub.cli;

import io.wherry.contract.json.Json;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the audit log keeps beside an act. Mixed into each command that moves something. */
final class ActOptions {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; kept in the audit log.")
    private Optional<String> reason = Optional.empty();

    @Option(
            names = "--change",
            paramLabel = "ID",
            description = "The change record this belongs to; kept in the audit log.")
    private Optional<String> change = Optional.empty();

    /** Adds what was said to the body of a request. */
    Json.Builder addTo(Json.Builder body) {
        return body.putIf("reason", reason).putIf("change", change);
    }
}
