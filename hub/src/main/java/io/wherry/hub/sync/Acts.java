package io.wherry.hub.sync;

import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.audit.AuditEvent.What;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.sync.OperationResult.Blocked;
import io.wherry.hub.sync.StackOperations.Actor;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;

/** Writes down what operators do with stacks, with the change record that it belongs to. */
final class Acts {
    private final AuditLog audit;
    private final InstantSource clock;

    Acts(AuditLog audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /** In the transaction that does it. */
    void done(Handle handle, String action, String stack, Actor actor) {
        audit.append(handle, act(action, stack, actor));
    }

    /** What has no transaction of its own. */
    void done(String action, String stack, Actor actor) {
        audit.append(act(action, stack, actor));
    }

    private AuditEvent act(String action, String stack, Actor actor) {
        What what = new What(action, "Stack/" + stack, AuditEvent.Outcome.DONE, "", actor.reason());
        return AuditEvent.user(clock.instant(), actor.who(), what).forChange(actor.change());
    }

    /** What a policy does not let a person do is recorded as what it is. */
    Blocked refused(String action, String stack, Actor actor, Blocked why) {
        What what = What.refused(action, "Stack/" + stack, why.reason(), why.message());
        audit.append(AuditEvent.policy(clock.instant(), actor.who(), what).forChange(actor.change()));
        return why;
    }
}
