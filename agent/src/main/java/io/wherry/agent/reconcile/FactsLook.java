package io.wherry.agent.reconcile;

import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.contract.Digest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this agent says of itself, looked at seldom and remembered with its digest, so that an idle poll costs no look. The hub compares the digest with that
 * of the facts it has, and asks for them where it differs. One thread asks; any may say that there is news.
 */
final class FactsLook {
    /** A site cycle: an engine that was upgraded, or another one in its place, is seen as soon as other differences are. */
    static final Duration CYCLE = Duration.ofMinutes(5);

    /** While the runtime does not work somebody is most likely mending it, and looks at the hub to see whether it helped. */
    static final Duration IN_TROUBLE = Duration.ofSeconds(30);

    /** The facts, and what stands for them. */
    record Told(AgentFacts facts, Digest digest) {}

    private final FactsSource source;
    private final InstantSource clock;
    private volatile @Nullable Told last;
    private volatile boolean outdated;
    private Instant due = Instant.MIN;

    FactsLook(FactsSource source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Whether somebody is most likely at work at this site: the runtime did not work when it was looked at last, or nothing shall be done here for now. */
    boolean inTrouble() {
        Told told = last;
        return told != null
                && (!told.facts().runtime().problem().isEmpty()
                        || told.facts().pausedUntil().isPresent());
    }

    /** What was told of the runtime last: why it does not work, empty where it does; nothing before the first look. */
    Optional<String> runtimeProblem() {
        return Optional.ofNullable(last).map(told -> told.facts().runtime().problem());
    }

    /** Something of them has changed: the next question looks anew. From any thread. */
    void outdate() {
        outdated = true;
    }

    private boolean isDue(Told told, Instant now) {
        return !now.isBefore(due)
                || due.isAfter(now.plus(CYCLE)) // the clock went back
                || !told.facts().pausedUntil().equals(source.pausedUntil()); // a person did that, and looks for it
    }

    Told now() {
        Instant now = clock.instant();
        Told told = last;
        if (told == null || outdated || isDue(told, now)) {
            outdated = false; // first: what changes from here on is looked at again
            AgentFacts facts = source.gather();
            told = new Told(facts, facts.digest());
            last = told;
            due = now.plus(facts.runtime().problem().isEmpty() ? CYCLE : IN_TROUBLE);
        }
        return told;
    }
}
