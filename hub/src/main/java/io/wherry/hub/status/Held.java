package io.wherry.hub.status;

import io.wherry.contract.AgentId;
import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.fleet.Recovery;
import io.wherry.hub.fleet.Review;
import io.wherry.hub.fleet.ReviewRepository;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Why an agent is offered nothing though it is in service.
 *
 * @param next the command to try next, or what to wait for
 */
record Held(StatusReason reason, String message, String next) {

    /** Those of the agents that are held; one that is offered what it should run is left out. */
    static Map<AgentId, Held> of(Handle handle, List<AgentRecord> agents) {
        List<AgentId> ids = agents.stream().map(AgentRecord::id).toList();
        Map<AgentId, Held> held = new HashMap<>();
        ReviewRepository.unknownStacks(handle, ids).forEach((agent, stacks) -> held.put(agent, later(stacks)));
        Map<AgentId, Review> reviews = ReviewRepository.find(handle, ids);
        for (AgentRecord agent : agents) {
            Review review = reviews.get(agent.id());
            if (review != null) {
                held.put(agent.id(), under(review, agent.name()));
            }
        }
        return held;
    }

    private static Held later(List<String> stacks) {
        return new Held(
                StatusReason.CONTENT_UNKNOWN,
                "offered nothing: it runs a state of " + String.join(", ", stacks) + " that is later than the backup",
                "commit a change of " + stacks.getFirst() + ", or wherry stack sync " + stacks.getFirst()
                        + " --retry (puts this hub's state in its place)");
    }

    private static Held under(Review review, String name) {
        return switch (review.cause()) {
            case BEHIND ->
                new Held(
                        StatusReason.HUB_BEHIND,
                        "offered nothing: it knows a later state than this hub"
                                + review.told()
                                        .map(at -> " (epoch " + at.epoch() + ", sequence " + at.sequence()
                                                + ", trust root " + at.rootVersion() + ")")
                                        .orElse(""),
                        "was the data folder put back by hand? Stop the hub, run wherry-hub keys new-epoch, start it");
            case COPIED ->
                new Held(
                        StatusReason.AGENT_COPIED,
                        "offered nothing, its reports are not taken: two processes poll with its state folder, or it was put back to"
                                + " an older state",
                        "stop the one that is not meant to be and delete its state folder, then wherry agent review "
                                + name);
            case ABSENT ->
                new Held(
                        StatusReason.AGENT_ABSENT,
                        "gets no certificate: it was away for more than " + Recovery.LONGEST_ABSENCE.toDays()
                                + " days and asks to come back",
                        "where was it, and is it still yours? wherry agent review " + name + ", or wherry agent retire "
                                + name);
            case RESTORED ->
                review.reported()
                        ? new Held(
                                StatusReason.HELD_FOR_REVIEW,
                                "offered nothing since the hub was restored; it has told what it runs",
                                "wherry agent review " + name)
                        : new Held(
                                StatusReason.HELD_FOR_REVIEW,
                                "offered nothing since the hub was restored; it has not told yet what it runs",
                                "wait for its report, then wherry agent review " + name);
        };
    }
}
