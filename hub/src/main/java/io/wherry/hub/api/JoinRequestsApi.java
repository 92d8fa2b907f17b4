package io.wherry.hub.api;

import io.wherry.contract.file.BundleFileException;
import io.wherry.contract.json.Json;
import io.wherry.hub.agentapi.JoinFiles;
import io.wherry.hub.agentapi.JoinFiles.Admission;
import java.util.List;

/** Requests to join that came by hand. The token in one decides, as it does over the link. */
final class JoinRequestsApi {
    private final JoinFiles files;
    private final Runnable changed;

    /** @param changed told after an agent came: the syncing looks at it */
    JoinRequestsApi(JoinFiles files, Runnable changed) {
        this.files = files;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(Route.of("POST", "/join-requests", "Take a request to join that came as a file", this::take)
                .body(Field.text("request").must()));
    }

    private Json.Obj take(ApiRequest request) {
        Admission admission;
        try {
            admission = files.admit(Bodies.text(request.body(), "request"));
        } catch (BundleFileException e) {
            throw Bodies.bad("request: " + e.getMessage());
        }
        return switch (admission) {
            case Admission.Admitted(String agent, String identity) -> {
                changed.run();
                yield Json.object()
                        .put("state", "admitted")
                        .put("agent", agent)
                        .put("identity", identity)
                        .build();
            }
            case Admission.Waits(String agent, String fingerprint) -> {
                changed.run();
                yield Json.object()
                        .put("state", "waiting")
                        .put("agent", agent)
                        .put("fingerprint", fingerprint)
                        .build();
            }
            case Admission.Denied() ->
                throw new ApiException(
                        409,
                        ApiReason.CONFLICT,
                        "this device was turned away for good",
                        "at the site: wherry-agent leave, then join with new keys and another token");
            case Admission.Refused(var reason, String detail) -> throw new ApiException(409, reason, detail, "");
        };
    }
}
