package io.wherry.agent.runtime.kubernetes.health;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the cluster noted about an object.
 *
 * @param uid  of the object
 * @param type {@code Warning} or {@code Normal}
 * @param last when it was last seen
 */
record Event(String uid, String type, String reason, String message, Instant last) {

    /** Of either form: {@code v1} names the object {@code involvedObject}, {@code events.k8s.io/v1} names it {@code regarding}. */
    static Event of(Json.Obj event) {
        boolean core = event.find("involvedObject").isPresent();
        Instant last = Stream.of(
                        Fields.time(event, "series", "lastObservedTime"),
                        Fields.time(event, "lastTimestamp"),
                        Fields.time(event, "deprecatedLastTimestamp"),
                        Fields.time(event, "eventTime"),
                        Fields.time(event, "metadata", "creationTimestamp"))
                .flatMap(Optional::stream)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
        return new Event(
                Fields.text(event, core ? "involvedObject" : "regarding", "uid"),
                Fields.text(event, "type"),
                Fields.text(event, "reason"),
                Fields.text(event, core ? "message" : "note"),
                last);
    }

    /** {@code FailedMount: MountVolume.SetUp failed …}. */
    String sentence() {
        return reason + ": " + PodTrouble.line(message);
    }
}
