package io.wherry.hub.api;

import io.wherry.contract.AgentId;
import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.status.ReportIntake;
import io.wherry.hub.status.ReportIntake.Accepted;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Receipts that come home by hand; they are judged as those that come over the link. */
final class ReceiptsApi {
    private final AgentRepository agents;
    private final ReportIntake intake;
    private final Audited audited;

    ReceiptsApi(AgentRepository agents, ReportIntake intake, Audited audited) {
        this.agents = agents;
        this.intake = intake;
        this.audited = audited;
    }

    List<Route> routes() {
        return List.of(Route.of("POST", "/receipts", "Take receipts that came as a file", this::take)
                .body(Field.receipts("receipts").must()));
    }

    private Json.Obj take(ApiRequest request) {
        Json.Obj body = request.body();
        Map<AgentRecord, List<byte[]>> byAgent = new LinkedHashMap<>();
        Map<AgentId, AgentRecord> known = new LinkedHashMap<>();
        for (Json.Obj receipt : Bodies.tried(() -> body.objects("receipts"))) { // all are read before one is stored
            AgentId id = Bodies.tried(() -> AgentId.parse(receipt.string("agent")));
            AgentRecord agent = known.computeIfAbsent(id, this::find);
            byAgent.computeIfAbsent(agent, key -> new ArrayList<>()).add(envelope(receipt));
        }
        List<Json> items = new ArrayList<>();
        byAgent.forEach((agent, envelopes) -> {
            List<Accepted> accepted = intake.importAll(
                    agent.id(),
                    envelopes,
                    handle -> audited.done(handle, request, "receipts.import", "Agent/" + agent.name()));
            items.add(Json.object()
                    .put("agent", agent.name())
                    .put("receipts", envelopes.size())
                    .put("new", accepted.stream().filter(Accepted::added).count())
                    .put(
                            "unverified",
                            accepted.stream().filter(one -> !one.verified()).count())
                    .build());
        });
        return Json.object().put("items", new Json.Arr(items)).build();
    }

    private AgentRecord find(AgentId id) {
        return agents.find(id)
                .orElseThrow(() -> new ApiException(
                        404,
                        ApiReason.NOT_FOUND,
                        "agent " + id.value() + " is not known here; are these the receipts of another hub?",
                        "import them at the hub that the site belongs to; nothing of them was taken here"));
    }

    private static byte[] envelope(Json.Obj receipt) {
        byte[] envelope = Bodies.tried(() -> Base64.getDecoder().decode(receipt.string("envelope")));
        if (envelope.length > Limits.RECEIPT_ENVELOPE_BYTES) {
            throw Bodies.bad("envelope: " + envelope.length + " bytes (expected: at most "
                    + Limits.RECEIPT_ENVELOPE_BYTES + ")");
        }
        return envelope;
    }
}
