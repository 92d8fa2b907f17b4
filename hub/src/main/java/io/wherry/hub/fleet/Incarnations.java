package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Tells an agent that was started again from one whose state folder exists twice, or was put back to an older state.
 *
 * <p>A state folder counts its starts, durably, and each start draws a random instance; both are in every poll. Two instances with one number are two copies,
 * also where the number is one of the last few and not the newest. So is a number that falls, but for one excuse: a process that was killed may have left a poll on the wire, which comes in after its successor's first. It
 * has left no second one, for it waits for each answer; and it was not long ago.
 *
 * <p>Not found is a copy of a running process, memory and all, for as long as neither is started again.
 */
final class Incarnations {
    /** How long after its successor's first poll one of a process that was killed may still come in. */
    static final Duration LATE = Duration.ofMinutes(15);

    /** Polls that were excused. More of them without a pause are no accident: two timers that take turns look like this. */
    static final int MOST_EXCUSED = 3;

    /** The pause. */
    static final Duration PAUSE = Duration.ofHours(36);

    /** Starts of which the instance is remembered: a copy that takes turns with its original is rarely further behind, and each is a hundred bytes. */
    private static final int REMEMBERED = 8;

    private static final String UNKNOWN = "";

    private record Run(long incarnation, String instance) {}

    /**
     * What is known of one agent.
     *
     * @param runs   instances of the last starts that polled, by number
     * @param since  the newest start's first poll
     * @param late   instances of older starts that were excused
     * @param lastly when the newest of them was
     * @param copied proven
     */
    private record Known(
            Run newest,
            NavigableMap<Long, String> runs,
            Instant since,
            Set<String> late,
            Instant lastly,
            boolean copied) {
        static Known first(Run run, Instant now) {
            return new Known(run, with(run, new TreeMap<>()), now, Set.of(), Instant.EPOCH, false);
        }

        /** One that only its number is known of. */
        static Known before(long incarnation) {
            return new Known(
                    new Run(incarnation, UNKNOWN), new TreeMap<>(), Instant.EPOCH, Set.of(), Instant.EPOCH, false);
        }

        private static NavigableMap<Long, String> with(Run run, NavigableMap<Long, String> runs) {
            NavigableMap<Long, String> more = new TreeMap<>(runs);
            more.put(run.incarnation(), run.instance());
            if (more.size() > REMEMBERED) {
                more.pollFirstEntry();
            }
            return more;
        }

        Known heard(Run run, Instant now) {
            if (run.incarnation() > newest.incarnation()
                    || (run.incarnation() == newest.incarnation()
                            && newest.instance().equals(UNKNOWN))) {
                return new Known(run, with(run, runs), now, late, lastly, copied);
            }
            boolean excused = run.incarnation() < newest.incarnation()
                    && runs.getOrDefault(run.incarnation(), run.instance()).equals(run.instance())
                    && !late.contains(run.instance())
                    && Duration.between(since, now).compareTo(LATE) <= 0;
            Set<String> all = Duration.between(lastly, now).compareTo(PAUSE) > 0 ? Set.of() : late;
            if (!excused || all.size() >= MOST_EXCUSED) {
                return new Known(newest, runs, since, late, lastly, true);
            }
            Set<String> more = new HashSet<>(all);
            more.add(run.instance());
            return new Known(newest, with(run, runs), since, Set.copyOf(more), now, copied);
        }
    }

    private final ConcurrentMap<AgentId, Known> agents = new ConcurrentHashMap<>();

    /** @param highest the highest number that each agent was heard with before this hub started */
    Incarnations(Map<AgentId, Long> highest) {
        highest.forEach((agent, incarnation) -> agents.put(agent, Known.before(incarnation)));
    }

    /**
     * Notes a poll.
     *
     * @return whether it was proven, now or before, that there are two
     */
    boolean areTwo(AgentId agent, long incarnation, String instance, Instant now) {
        Run run = new Run(incarnation, instance);
        Known known = agents.get(agent);
        if (known == null || !known.newest().equals(run)) {
            known = agents.compute(
                    agent,
                    (id, before) -> before == null
                            ? Known.first(run, now)
                            : before.newest().equals(run) ? before : before.heard(run, now));
        }
        return known.copied();
    }

    boolean isOlder(AgentId agent, long incarnation) {
        Known known = agents.get(agent);
        return known != null && incarnation < known.newest().incarnation();
    }

    /** The next poll is believed, whatever its number. */
    void forget(AgentId agent) {
        agents.remove(agent);
    }
}
