package io.wherry.agent.trust;

import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.RootsAnswer;
import io.wherry.agent.state.AgentState;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * Follows the hub's trust root, step by step from the one this agent trusts: each is signed by the root role of the one before and of its own, so
 * whoever hands it over need not be trusted.
 */
public final class RootFollower {
    private static final Logger LOG = System.getLogger(RootFollower.class.getName());

    private final AgentState state;
    private final HubClient hub;
    private String told = "";

    public RootFollower(AgentState state, HubClient hub) {
        this.state = state;
        this.hub = hub;
    }

    /**
     * Goes as far as the hub's chain leads. What cannot be followed leaves the present root in force, and is tried again with the next poll.
     *
     * @param newest version that the hub says it has
     */
    public void follow(long newest) {
        while (state.root().version() < newest) {
            TrustRoot before = state.root();
            switch (hub.roots(before.version() + 1)) {
                case RootsAnswer.NotNow(String reason, String why) -> {
                    tell("trust root " + newest + ": not had yet: " + reason + ": " + why);
                    return;
                }
                case RootsAnswer.Here(List<byte[]> envelopes) -> {
                    if (!take(before, envelopes)) {
                        return;
                    }
                }
            }
        }
    }

    /**
     * Asks whoever answers at the hub's addresses, where the hub cannot be told from a stranger: its authority may have changed while this site was
     * away. A stranger has no root that follows from the present one.
     *
     * @return whether the root has moved on
     */
    public boolean catchUp() {
        TrustRoot before = state.root();
        List<byte[]> envelopes = hub.rootsOfAnyone(before.version() + 1);
        return !envelopes.isEmpty() && take(before, envelopes);
    }

    private boolean take(TrustRoot before, List<byte[]> envelopes) {
        return switch (RootChain.extend(Optional.of(before), state.membership().trustDomain(), envelopes)) {
            case Roots.Refused(var reason, String detail) -> {
                tell("trust root: the hub's chain is refused: " + reason.code() + ": " + detail);
                yield false;
            }
            case Roots.Trusted(TrustRoot next, var _) -> {
                int steps = Math.toIntExact(next.version() - before.version());
                if (steps == 0 || steps != envelopes.size()) {
                    tell("trust root: the hub's chain holds " + envelopes.size() + " roots and leads to version "
                            + next.version());
                    yield false;
                }
                state.follow(envelopes, next);
                LOG.log(Level.INFO, () -> "trust root: version " + next.version() + ", epoch " + next.epoch());
                told = "";
                yield true;
            }
        };
    }

    /** Once: an agent polls for years. */
    private void tell(String what) {
        if (!what.equals(told)) {
            told = what;
            LOG.log(Level.WARNING, what);
        }
    }
}
