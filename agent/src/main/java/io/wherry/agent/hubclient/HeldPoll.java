package io.wherry.agent.hubclient;

import io.grpc.Context;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The poll that the hub may be holding, and the way to give it up: this site has something to say, and what it says goes with the next one. Nothing is lost:
 * what the hub would have answered it answers again.
 */
final class HeldPoll {
    private Context.@Nullable CancellableContext open;

    /** Polls. What happens from its first line on may give it up, so whatever the question does not say yet is said by the one after. */
    Polled during(Supplier<Polled> poll) {
        Context.CancellableContext call = Context.current().withCancellation();
        use(call);
        Context before = call.attach();
        try {
            Polled polled = poll.get();
            return polled instanceof Polled.Unreachable && call.isCancelled() ? new Polled.GivenUp() : polled;
        } finally {
            call.detach(before);
            use(null);
            call.cancel(null); // what nobody waits for any more is let go
        }
    }

    private synchronized void use(Context.@Nullable CancellableContext call) {
        open = call;
    }

    /** From any thread. @return whether there was one */
    synchronized boolean giveUp() {
        if (open == null) {
            return false;
        }
        open.cancel(null);
        return true;
    }
}
