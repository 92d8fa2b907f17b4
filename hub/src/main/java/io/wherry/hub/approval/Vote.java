package io.wherry.hub.approval;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What somebody said to what a target would get.
 *
 * @param voter    name of the API key
 * @param approves false: rejects it
 * @param reason   in the person's words; may be empty
 */
public record Vote(String voter, boolean approves, String reason, Instant at) {

    /** Who said yes, by name. */
    public static List<String> approvers(Collection<Vote> votes) {
        return votes.stream().filter(Vote::approves).map(Vote::voter).sorted().toList();
    }

    /** One no is enough, until whoever said it says yes. */
    public static Optional<Vote> rejection(Collection<Vote> votes) {
        return votes.stream().filter(vote -> !vote.approves()).findFirst();
    }
}
