package io.wherry.hub.api;

import io.wherry.contract.json.Json;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.Owner;
import io.wherry.hub.resource.Put;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.Fetch;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceChecks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What operators do to sources besides declaring them. */
final class SourcesApi {
    private final Database db;
    private final ResourceRepository resources;
    private final SourceChecks checks;
    private final Nudge nudge;
    private final Ends ends;
    private final Audited audited;
    private final Runnable changed;

    /** Has a source checked soon. */
    @FunctionalInterface
    interface Nudge {
        /** False if nobody checks the source yet: it was declared a moment ago. */
        boolean soon(String sourceUid);
    }

    /** What waits for a person's word to end. */
    @FunctionalInterface
    interface Ends {
        /** Agrees to all of it, and says what that is, one line each. */
        List<String> accept(Handle handle, String sourceUid);
    }

    /**
     * @param nudge   asks a source's server soon; false if it is not watched
     * @param ends    of the source that declares the hub's own resources: what it no longer declares
     * @param changed told after a source was suspended or resumed
     */
    SourcesApi(
            Database db,
            ResourceRepository resources,
            SourceChecks checks,
            Nudge nudge,
            Ends ends,
            Audited audited,
            Runnable changed) {
        this.db = db;
        this.resources = resources;
        this.checks = checks;
        this.nudge = nudge;
        this.ends = ends;
        this.audited = audited;
        this.changed = changed;
    }

    List<Route> routes() {
        return List.of(
                Route.of("POST", "/sources/{name}/sync", "Check a source now", this::sync),
                Route.of(
                        "POST",
                        "/sources/{name}/suspend",
                        "Check it no more until resumed",
                        request -> suspend(request, true)),
                Route.of("POST", "/sources/{name}/resume", "Check it again", request -> suspend(request, false)),
                Route.of("POST", "/sources/{name}/accept", "Accept a moved tag or a rewritten history", this::accept),
                Route.of(
                        "GET",
                        "/sources/{name}/verify",
                        "Judge the signatures of what it points to now",
                        this::verify));
    }

    private Json.Obj sync(ApiRequest request) {
        Stored<Source> stored = find(request.name());
        check(stored, nudge);
        db.run(handle -> audited.done(handle, request, "source.sync", "Source/" + stored.name()));
        return message("is being checked");
    }

    /** @throws ApiException if nobody checks it: it is suspended, or was declared a moment ago */
    static void check(Stored<Source> stored, Nudge nudge) {
        if (stored.resource().suspend()) {
            throw new ApiException(
                    409,
                    ApiReason.CONFLICT,
                    "source " + stored.name() + " is suspended",
                    "wherry source resume " + stored.name());
        }
        if (!nudge.soon(stored.uid())) {
            throw new ApiException(
                    409,
                    ApiReason.CONFLICT,
                    "source " + stored.name()
                            + " was declared a moment ago and is about to be checked for the first time",
                    "wherry describe source " + stored.name());
        }
    }

    private Json.Obj suspend(ApiRequest request, boolean suspend) {
        Stored<Source> stored = find(request.name());
        db.run(handle -> {
            Source wanted = stored.resource().suspended(suspend);
            if (stored.owner().equals(Optional.of(Owner.HUB_YAML))) {
                resources.putOwned(
                        handle, wanted, Owner.HUB_YAML, Optional.empty()); // stops all that it declares: a person may
            } else if (resources.put(handle, wanted, Optional.empty(), Optional.empty())
                    instanceof Put.Conflict(var _, String detail)) {
                throw Owned.refusal(wanted, detail, false);
            }
            audited.done(handle, request, suspend ? "source.suspend" : "source.resume", "Source/" + stored.name());
        });
        changed.run();
        return message(suspend ? "is suspended; what runs goes on" : "is checked again");
    }

    private Json.Obj accept(ApiRequest request) {
        Stored<Source> stored = find(request.name());
        List<String> ending = new ArrayList<>();
        List<SourceChecks.Accepted> accepted = db.write(handle -> {
            List<SourceChecks.Accepted> all = checks.accept(handle, stored.uid());
            if (all.isEmpty()) {
                ending.addAll(ends.accept(handle, stored.uid())); // of the commit that a person could see
            }
            if (!all.isEmpty() || !ending.isEmpty()) {
                audited.done(handle, request, "source.accept", "Source/" + stored.name());
            }
            return all;
        });
        if (accepted.isEmpty() && ending.isEmpty()) {
            throw new ApiException(
                    409,
                    ApiReason.CONFLICT,
                    "nothing waits for you at source " + stored.name(),
                    "wherry describe source " + stored.name());
        }
        nudge.soon(stored.uid());
        StringBuilder told = new StringBuilder("accepted:");
        accepted.forEach(one -> told.append(' ')
                .append(one.ref().type())
                .append(' ')
                .append(one.ref().name())
                .append(" at ")
                .append(one.to()));
        ending.forEach(line -> told.append('\n').append(line));
        return message(told.toString());
    }

    private Json.Obj verify(ApiRequest request) {
        Stored<Source> stored = find(request.name());
        if (!stored.resource().repository().rules().wantSignatures()) {
            throw new ApiException(
                    409,
                    ApiReason.CONFLICT,
                    "source " + stored.name() + " declares no verify: no signature is looked at",
                    "declare verify.commitSignatures or verify.tagSignatures, or verify.cosign of artifacts, and the keys that may"
                            + " sign");
        }
        List<Json> items = new ArrayList<>();
        for (SourceChecks.Verdict verdict : checks.verify(GitSource.of(stored.uid(), stored.resource()))) {
            items.add(Json.object()
                    .put("ref", verdict.ref().type() + " " + verdict.ref().name())
                    .put("commit", verdict.commit())
                    .put("ok", verdict.signer().isPresent())
                    .putIf("signature", verdict.signer())
                    .putIf("reason", verdict.flaw().map(flaw -> flaw.reason().code()))
                    .putIf("message", verdict.flaw().map(Fetch.Failed::detail))
                    .putIf("hint", verdict.flaw().map(Fetch.Failed::hint))
                    .build());
        }
        return Json.object().put("items", new Json.Arr(items)).build();
    }

    private static Json.Obj message(String text) {
        return Json.object().put("message", text).build();
    }

    private Stored<Source> find(String name) {
        return resources
                .find(Source.class, name)
                .orElseThrow(() -> Bodies.missing(
                        "source",
                        name,
                        resources.all(Source.class).stream().map(Stored::name).toList()));
    }
}
