package io.wherry.hub.status;

import io.wherry.contract.StackId;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;

/**
 * How far a stack has come at the hub, and what it waits for.
 *
 * @param revision       number of the newest revision that was offered; 0 if none yet
 * @param pinnedRevision the revision it is pinned to; 0 if it follows its source
 * @param commit         the commit it was rendered from last; empty if never
 * @param waitsFor       {@code OutOfSync}, {@code ConfirmationNeeded}, {@code AwaitingApproval}, {@code RollingOut} …; empty if nothing waits
 * @param waitsDetail    one sentence: what would happen
 * @param problem        reason code of what keeps the newest state from being rendered; empty if nothing does
 * @param problemDetail  the first problems, one a line
 * @param problemSince   when that began; the epoch if there is none
 */
public record StackState(
        StackId stack,
        String name,
        long revision,
        long pinnedRevision,
        String commit,
        String waitsFor,
        String waitsDetail,
        String problem,
        String problemDetail,
        Instant problemSince) {

    /** Nothing is wrong: a source is about to be fetched for the first time, digests are being asked for, a chart is on its way. */
    private static final Set<String> PASSING = Set.of("SourceNotFetched", "ImageDigestPending", "ChartPending");

    public static StackState unknown(StackId stack, String name) {
        return new StackState(stack, name, 0, 0, "", "", "", "", "", Instant.EPOCH);
    }

    public boolean pinned() {
        return pinnedRevision > 0;
    }

    /** What a person does about what it waits for, as a command. */
    public String next() {
        return next(waitsFor, name);
    }

    /** @param reason the code of what it waits for */
    public static String next(String reason, String stack) {
        return switch (find(reason)) {
            case APPROVAL_NEEDED -> "wherry approval list " + stack;
            case AWAITING_APPROVAL -> "wherry bundle export-unsigned --stack " + stack;
            case ROLLING_OUT, ROLLED_OUT, STRAGGLERS, ROLLOUT_REVERTING, ROLLOUT_REVERTED, ROLLOUT_SUPERSEDED ->
                "wherry rollout status " + stack;
            case ROLLOUT_GATED -> "wherry rollout promote " + stack;
            case ROLLOUT_PAUSED -> "wherry rollout resume " + stack;
            case ROLLOUT_ABORTED -> "wherry rollout start " + stack;
            default -> "wherry stack plan " + stack;
        };
    }

    private static StatusReason find(String code) {
        return Arrays.stream(StatusReason.values())
                .filter(reason -> reason.code().equals(code))
                .findFirst()
                .orElse(StatusReason.OUT_OF_SYNC);
    }

    /** Whether new content is on its way in waves: a person need do nothing. */
    boolean isRolling() {
        return waitsFor.equals(StatusReason.ROLLING_OUT.code());
    }

    /** Whether something keeps the newest state away that does not pass by itself in a moment. */
    boolean stalled() {
        return !problem.isEmpty() && !passes(problem);
    }

    /** Whether a problem of this code passes by itself in a moment: a person who waits goes on waiting. */
    public static boolean passes(String problem) {
        return PASSING.contains(problem);
    }

    public StackState withRevision(long number) {
        return new StackState(
                stack,
                name,
                number,
                pinnedRevision,
                commit,
                waitsFor,
                waitsDetail,
                problem,
                problemDetail,
                problemSince);
    }

    public StackState pinnedTo(long number) {
        return new StackState(
                stack, name, revision, number, commit, waitsFor, waitsDetail, problem, problemDetail, problemSince);
    }

    public StackState renderedFrom(String newCommit) {
        return new StackState(
                stack,
                name,
                revision,
                pinnedRevision,
                newCommit,
                waitsFor,
                waitsDetail,
                problem,
                problemDetail,
                problemSince);
    }

    public StackState waiting(String reason, String detail) {
        return new StackState(
                stack, name, revision, pinnedRevision, commit, reason, detail, problem, problemDetail, problemSince);
    }

    /** The problem of now; the time stays that of the first look that found one. */
    public StackState troubled(String reason, String detail, Instant now) {
        Instant since = reason.isEmpty() ? Instant.EPOCH : problem.isEmpty() ? now : problemSince;
        return new StackState(
                stack, name, revision, pinnedRevision, commit, waitsFor, waitsDetail, reason, detail, since);
    }
}
