package io.wherry.agent.trust;

import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.StackRecord;
import io.wherry.contract.StackId;
import io.wherry.contract.TrustRoot;
import io.wherry.contract.Version;
import io.wherry.contract.verify.Adoption;
import io.wherry.contract.verify.AdoptionContext;
import io.wherry.contract.verify.AdoptionVerifier;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges what is offered, and stores it before anything follows from it. */
public final class Adopter {
    private final AgentState state;
    private final Journal journal;
    private final InstantSource clock;
    private final Version version;

    public Adopter(AgentState state, Journal journal, InstantSource clock, Version version) {
        this.state = state;
        this.journal = journal;
        this.clock = clock;
        this.version = version;
    }

    /**
     * Judges an envelope; when this returns {@code Adopted}, assignment and floor stand on the disk. One at a time: an offer over the link and a file
     * may come in the same moment.
     */
    public synchronized Adoption consider(byte[] envelope) {
        Adoption adoption = judge(envelope, state.root());
        if (adoption instanceof Adoption.Adopted(var assignment, var digest, var next)) {
            state.adopt(envelope, assignment, digest, next);
        } else if (adoption instanceof Adoption.Unchanged && state.adopted().isEmpty()) {
            state.restore(envelope); // the disk had lost it, the floor had not
        }
        return adoption;
    }

    /** Says what would become of an envelope under a trust root. Changes nothing. */
    public Adoption judge(byte[] envelope, TrustRoot root) {
        return AdoptionVerifier.adopt(
                envelope,
                new AdoptionContext(
                        root,
                        state.membership().trustDomain(),
                        state.membership().agentId(),
                        state.keys().identityHash(),
                        state.floor(),
                        clock.instant(),
                        running(),
                        version));
    }

    /** Stacks that run here, or may have objects here. */
    private Set<StackId> running() {
        return journal.all().stream()
                .filter(record -> record.good().isPresent() || record.step().inTheMiddle())
                .map(StackRecord::stack)
                .collect(Collectors.toSet());
    }
}
