package io.wherry.hub.api;

import io.wherry.base.Durations;
import io.wherry.contract.json.Json;
import io.wherry.hub.bundlefile.BundleExport;
import io.wherry.hub.bundlefile.Export;
import io.wherry.hub.bundlefile.ExportReason;
import io.wherry.hub.bundlefile.ExportRequest;
import io.wherry.hub.resource.Selector;
import io.wherry.hub.rollout.Assignments;
import java.util.List;

/** Bundle files: what goes to sites by hand. */
final class BundleFilesApi {
    static final String CONTENT_TYPE = "application/vnd.wherry.bundle-file.v1+tar";

    private final BundleExport export;
    private final Audited audited;

    BundleFilesApi(BundleExport export, Audited audited) {
        this.export = export;
        this.audited = audited;
    }

    List<Route> routes() {
        return List.of(Route.answering(
                        "POST", "/bundle-files", "Issue fresh assignments and give them as a bundle file", this::make)
                .body(
                        Field.names("agents"),
                        Field.text("selector"),
                        Field.text("validFor"),
                        Field.flag("includeImages"),
                        Field.flag("sinceReceipts"))
                .gives(Route.Gives.FILE));
    }

    private Answer make(ApiRequest request) {
        Json.Obj body = request.body();
        ExportRequest wanted = Bodies.tried(() -> new ExportRequest(
                body.find("agents").isPresent() ? body.strings("agents") : List.of(),
                body.findString("selector").map(Selector::parse),
                body.findString("validFor").map(Durations::parse).orElse(Assignments.LIFETIME),
                body.boolOr("includeImages", false),
                body.boolOr("sinceReceipts", false)));
        return switch (export.prepare(
                wanted, (handle, agent) -> audited.done(handle, request, "bundle.export", "Agent/" + agent.name()))) {
            case Export.Ready(List<String> _, Export.Writer writer) -> new Answer.Stream(CONTENT_TYPE, writer::write);
            case Export.Refused(ExportReason reason, String detail, String hint) ->
                throw new ApiException(reason == ExportReason.EXPORT_UNKNOWN_AGENT ? 404 : 409, reason, detail, hint);
        };
    }
}
