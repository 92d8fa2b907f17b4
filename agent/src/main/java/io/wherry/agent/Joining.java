package io.wherry.agent;

import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.hubclient.Enrolled;
import io.wherry.agent.hubclient.Enroller;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.SigningRequest;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Membership;
import io.wherry.agent.state.StateFolder;
import io.wherry.contract.AgentId;
import io.wherry.contract.JoinFingerprint;
import io.wherry.contract.JoinToken;
import io.wherry.contract.verify.Floor;
import io.wherry.contract.verify.RootChain;
import io.wherry.contract.verify.Roots;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes a member of a hub's fleet out of a state folder and a token. Everything the hub says is checked against the token's pins. */
public final class Joining {
    private final StateFolder folder;
    private final DurableStore store;
    private final DeviceKeys keys;
    private final JoinToken token;
    private final Hubs hubs;

    /** How one attempt ended. */
    public sealed interface Outcome {
        record Joined(Membership membership) implements Outcome {}

        /**
         * A person must approve.
         *
         * @param fingerprint computed here, never taken from the other side
         */
        record Pending(String fingerprint, Enrolled.Pending hub) implements Outcome {}

        /** The hub said no. */
        record Denied(String reason, String detail) implements Outcome {}

        record Unreachable(Enrolled.Unreachable why) implements Outcome {}

        /** What the hub sent does not fit the token. */
        record NotTrusted(String reason, String detail) implements Outcome {}
    }

    public Joining(
            StateFolder folder,
            JoinToken token,
            List<X509Certificate> caBundle,
            InstantSource clock,
            Map<String, String> environment) {
        this.folder = folder;
        this.store = new DurableStore(folder);
        this.keys = DeviceKeys.openOrMake(folder);
        this.token = token;
        this.hubs = new Hubs(Set.of(token.caPin()), caBundle, EnvironmentProxy.of(environment), clock);
    }

    /**
     * Asks the hub once. The same key may ask again and again: it gets the same answer.
     *
     * @param accepted what is to be durable before this device is a member; run only if the hub said yes
     */
    public Outcome ask(AgentFacts facts, Runnable accepted) {
        return judge(
                Enroller.enrol(hubs, token.hubs(), request(), facts),
                facts.self().environment(),
                accepted);
    }

    /** The question as a file, for a hub that no network leads to. */
    public String requestFile(AgentFacts facts) {
        return Enroller.toFile(request(), facts);
    }

    /**
     * Takes the hub's answer from a file.
     *
     * @throws io.wherry.contract.file.BundleFileException if it is damaged, or no such file
     */
    public Outcome take(String identityFile, String environment, Runnable accepted) {
        return judge(Enroller.ofFile(identityFile), environment, accepted);
    }

    /** What both sides show where a person must approve. */
    public String fingerprint() {
        return JoinFingerprint.of(token.trustDomain(), keys.identityHash(), keys.rawSealingKey(), token.id());
    }

    private Enroller.Request request() {
        try {
            return new Enroller.Request(
                    token.secret(),
                    SigningRequest.of(keys.identity(), "wherry-agent"),
                    keys.rawSealingKey(),
                    keys.sealingKeySignature());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("identity key: cannot sign (expected: a P-256 key)", e);
        }
    }

    private Outcome judge(Enrolled answer, String environment, Runnable accepted) {
        return switch (answer) {
            case Enrolled.Issued issued -> accept(issued, environment, accepted);
            case Enrolled.Pending pending -> new Outcome.Pending(fingerprint(), pending);
            case Enrolled.Denied() ->
                new Outcome.Denied(
                        "Denied",
                        "an operator denied this device (if that was a mistake: wherry-agent leave, then join with a new token)");
            case Enrolled.Refused(String reason, String detail) -> new Outcome.Denied(reason, detail);
            case Enrolled.Unreachable unreachable -> new Outcome.Unreachable(unreachable);
        };
    }

    private Outcome accept(Enrolled.Issued issued, String environment, Runnable accepted) {
        if (!(RootChain.extend(Optional.empty(), token.trustDomain(), issued.roots())
                instanceof Roots.Trusted(var root, var trustDomain))) {
            return notTrusted(RootChain.extend(Optional.empty(), token.trustDomain(), issued.roots()));
        }
        if (!root.caPins().contains(token.caPin())) {
            return new Outcome.NotTrusted("CaNotInRoot", "the CA of the join token is not one of the trust root's");
        }
        if (!issued.chain().getFirst().getPublicKey().equals(keys.identity().getPublic())) {
            return new Outcome.NotTrusted("OtherKey", "the hub sent a certificate for another key");
        }
        Membership membership =
                new Membership(AgentId.parse(issued.agentId()), issued.name(), environment, trustDomain, token.hubs());
        accepted.run();
        new CertificateFile(folder, store).write(issued.chain());
        AgentState.join(
                folder,
                store,
                keys,
                membership,
                new AgentState.Joined(issued.roots(), root, Floor.first(root, AgentVersion.BUILT)));
        return new Outcome.Joined(membership);
    }

    private static Outcome notTrusted(Roots roots) {
        return roots instanceof Roots.Refused(var reason, String detail)
                ? new Outcome.NotTrusted(reason.code(), detail)
                : new Outcome.NotTrusted("RootChainBroken", "the hub sent no trust root");
    }
}
