package io.wherry.agent.report;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import io.wherry.contract.verify.Acknowledged;
import java.util.Optional;

/**
 * Where the chain stands.
 *
 * @param acknowledged digest of the newest receipt the hub named as safe
 * @param taken        what the hub's last signed acknowledgement said
 */
record ReceiptChain(long counter, Optional<Digest> last, Optional<Digest> acknowledged, Optional<Acknowledged> taken) {
    static final ReceiptChain NONE = new ReceiptChain(0, Optional.empty(), Optional.empty(), Optional.empty());

    static ReceiptChain parse(Json.Obj json) {
        return new ReceiptChain(
                json.integer("counter"),
                json.findString("last").map(Digest::parse),
                json.findString("acknowledged").map(Digest::parse),
                json.findObject("taken")
                        .map(taken -> new Acknowledged(
                                taken.integer("epoch"),
                                taken.integer("counter"),
                                Digest.parse(taken.string("receipt")))));
    }

    byte[] toBytes() {
        Json.Builder json = Json.object()
                .put("counter", counter)
                .putIf("last", last.map(Digest::toString))
                .putIf("acknowledged", acknowledged.map(Digest::toString));
        taken.ifPresent(by -> json.put(
                "taken",
                Json.object()
                        .put("epoch", by.epoch())
                        .put("counter", by.counter())
                        .put("receipt", by.receipt().toString())
                        .build()));
        return JsonWriter.canonical(json.build());
    }

    ReceiptChain at(long newest, Digest digest) {
        return new ReceiptChain(newest, Optional.of(digest), acknowledged, taken);
    }

    ReceiptChain safe(Digest newest) {
        return new ReceiptChain(counter, last, Optional.of(newest), taken);
    }

    ReceiptChain taken(Acknowledged by) {
        return new ReceiptChain(counter, last, acknowledged, Optional.of(by));
    }
}
