package io.wherry.hub.sync;

import io.wherry.contract.Envelope;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.release.ApprovalReason;
import io.wherry.hub.release.Approvals.Judged;
import io.wherry.hub.release.Releases;
import io.wherry.hub.release.WaitingRelease;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.sync.StackOperations.Actor;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Approvers' signatures come in: each is judged against the very release that waits, kept, and written down; what has enough of them is offered at
 * once. A hub that dies in between offers it in its next turn.
 */
public final class ReleaseApprovals {
    private final FleetSync sync;
    private final FleetStores stores;
    private final Releases releases;
    private final InstantSource clock;

    public ReleaseApprovals(FleetSync sync, FleetStores stores, Releases releases, InstantSource clock) {
        this.sync = sync;
        this.stores = stores;
        this.releases = releases;
        this.clock = clock;
    }

    /** What became of a signed release. */
    public sealed interface Result {
        /**
         * Its signatures are kept.
         *
         * @param signatures how many distinct approvers have signed it
         * @param threshold  how many it takes
         * @param fresh      how many of them are new
         */
        record Taken(long counter, int signatures, int threshold, int fresh) implements Result {
            /** Whether agents may have it now. */
            public boolean released() {
                return signatures >= threshold;
            }
        }

        /** Nothing of it is taken. */
        record Refused(ApprovalReason reason, String detail) implements Result {}
    }

    /** What waits of a stack, oldest first. Empty if there is no such stack. */
    public Optional<List<WaitingRelease>> waiting(String stack) {
        return stores.database().read(handle -> find(handle, stack)
                .map(id -> releases.approvals().waiting(handle, id)));
    }

    private Optional<StackId> find(Handle handle, String stack) {
        return stores.resources()
                .find(handle, Stack.class, stack)
                .map(Stored::uid)
                .map(StackId::parse);
    }

    /** Takes the signatures of an envelope, all or none. Empty if there is no such stack. */
    public Optional<Result> submit(String stack, Envelope envelope, Actor actor) {
        sync.building().buildNow(stack);
        return sync.alone(view -> {
            Optional<StackId> id = stores.database().read(handle -> find(handle, stack));
            Optional<Result> result =
                    id.map(found -> stores.database().write(handle -> take(handle, found, stack, envelope, actor)));
            if (result.isPresent() && result.get() instanceof Result.Taken) {
                sync.stage().unsettle(id.orElseThrow());
                sync.departures().runOnce(view); // first: what it places waits no longer when the stack is looked at
                view.find(stack).ifPresent(input -> sync.bring(view, List.of(input), word(actor)));
            }
            return result;
        });
    }

    /** No more than anybody's: what the signatures allow, the waiting releases say. */
    private static Word word(Actor actor) {
        return new Word(Word.Weight.NONE, actor.name(), "approval", actor.reason(), actor.change());
    }

    private Result take(Handle handle, StackId id, String stack, Envelope envelope, Actor actor) {
        return switch (releases.approvals().judge(handle, id, envelope)) {
            case Judged.Refused(ApprovalReason reason, String detail) -> {
                stores.audit()
                        .append(
                                handle,
                                AuditEvent.policy(
                                                clock.instant(),
                                                actor.who(),
                                                What.refused("release.sign", "Stack/" + stack, reason.code(), detail))
                                        .forChange(actor.change()));
                yield new Result.Refused(reason, detail);
            }
            case Judged.Good good -> {
                releases.approvals().store(handle, good);
                good.fresh().keySet().stream()
                        .sorted()
                        .forEach(keyId -> record(handle, stack, good.release(), keyId, actor));
                WaitingRelease release = good.release();
                int signatures = release.signatures().size() + good.fresh().size();
                yield new Result.Taken(
                        release.release().counter(),
                        signatures,
                        release.role().threshold(),
                        good.fresh().size());
            }
        };
    }

    private void record(Handle handle, String stack, WaitingRelease waiting, String keyId, Actor actor) {
        What what = new What("release.sign", "Stack/" + stack, AuditEvent.Outcome.DONE, "", actor.reason());
        Json.Builder detail = Json.object()
                .put("release", waiting.digest().toString())
                .put("counter", waiting.release().counter())
                .put("environments", waiting.release().environments())
                .put("keyId", keyId)
                .put("threshold", waiting.role().threshold());
        waiting.release()
                .bundle()
                .ifPresent(bundle -> detail.put("bundle", bundle.digest().toString()));
        if (!actor.change().isEmpty()) {
            detail.put("change", actor.change());
        }
        stores.audit()
                .append(
                        handle,
                        AuditEvent.user(clock.instant(), actor.who(), what).with(detail.build()));
    }
}
