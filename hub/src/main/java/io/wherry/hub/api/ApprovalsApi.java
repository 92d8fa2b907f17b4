package io.wherry.hub.api;

import io.wherry.contract.Dsse;
import io.wherry.contract.Envelope;
import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import io.wherry.hub.release.ApprovalReason;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.sync.ReleaseApprovals;
import io.wherry.hub.sync.ReleaseApprovals.Result;
import io.wherry.hub.sync.StackOperations.Actor;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Releases that approvers have to sign: out to them, and back with their signatures. */
final class ApprovalsApi {
    private final ReleaseApprovals approvals;
    private final ResourceRepository resources;

    ApprovalsApi(ReleaseApprovals approvals, ResourceRepository resources) {
        this.approvals = approvals;
        this.resources = resources;
    }

    List<Route> routes() {
        return List.of(
                Route.of(
                        "GET",
                        "/stacks/{name}/approvals",
                        "Releases that wait for approvers' signatures",
                        this::waiting),
                Route.of("POST", "/stacks/{name}/approvals", "Bring approvers' signatures of a release", this::submit)
                        .body(Field.text("envelope").must(), Field.text("reason"), Field.text("change")));
    }

    private Json.Obj waiting(ApiRequest request) {
        List<Json> items = new ArrayList<>();
        approvals
                .waiting(request.name())
                .orElseThrow(() -> missing(request.name()))
                .forEach(waiting -> items.add(json(waiting)));
        return Json.object().put("items", new Json.Arr(items)).build();
    }

    private static Json.Obj json(WaitingRelease waiting) {
        List<Json> signatures = new ArrayList<>();
        waiting.signed()
                .forEach(signature -> signatures.add(Json.object()
                        .put("keyid", signature.keyId())
                        .put("sig", Base64.getEncoder().encodeToString(signature.sig()))
                        .build()));
        return Json.object()
                .put("release", waiting.digest().toString())
                .put("counter", waiting.release().counter())
                .put("environments", waiting.release().environments())
                .put("since", waiting.madeAt().toString())
                .put("threshold", waiting.role().threshold())
                .put("approvers", waiting.role().keyIds())
                .put(
                        "envelope",
                        Json.object()
                                .put("payloadType", Dsse.PAYLOAD_TYPE)
                                .put("payload", Base64.getEncoder().encodeToString(waiting.payload()))
                                .put("signatures", new Json.Arr(signatures))
                                .build())
                .build();
    }

    private Json.Obj submit(ApiRequest request) {
        Json.Obj body = request.body();
        Actor actor = Bodies.tried(() -> new Actor(
                Audited.who(request),
                body.findString("reason").orElse(""),
                body.findString("change").orElse("")));
        Envelope envelope = envelope(body);
        return switch (approvals.submit(request.name(), envelope, actor).orElseThrow(() -> missing(request.name()))) {
            case Result.Refused(ApprovalReason reason, String detail) ->
                throw new ApiException(409, reason, detail, "wherry bundle export-unsigned --stack " + request.name());
            case Result.Taken taken ->
                Json.object()
                        .put("counter", taken.counter())
                        .put("signatures", taken.signatures())
                        .put("threshold", taken.threshold())
                        .put("fresh", taken.fresh())
                        .put("released", taken.released())
                        .build();
        };
    }

    private static Envelope envelope(Json.Obj body) {
        byte[] bytes = Bodies.tried(() -> Base64.getDecoder().decode(Bodies.text(body, "envelope")));
        if (bytes.length > Limits.ENVELOPE_BYTES) {
            throw Bodies.bad("envelope: " + bytes.length + " bytes (expected: at most " + Limits.ENVELOPE_BYTES + ")");
        }
        return Bodies.tried(() -> Envelope.parse(bytes));
    }

    private ApiException missing(String name) {
        return StacksApi.missing(resources, name);
    }
}
