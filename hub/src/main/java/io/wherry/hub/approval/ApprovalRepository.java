package io.wherry.hub.approval;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.AgentId;
import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Tables {@code awaited_plan}, {@code awaited_target} and {@code approval_vote}. */
public final class ApprovalRepository {
    private ApprovalRepository() {}

    /** What of the stack waits. */
    public static Optional<AwaitedPlan> find(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM awaited_plan WHERE stack = :stack")
                .bind("stack", stack.value())
                .map((row, context) -> plan(handle, row))
                .findOne();
    }

    /** Of all stacks, what has waited longest first. */
    public static List<AwaitedPlan> all(Handle handle) {
        return handle.createQuery("SELECT * FROM awaited_plan ORDER BY since_ms, stack")
                .map((row, context) -> plan(handle, row))
                .list();
    }

    private static AwaitedPlan plan(Handle handle, ResultSet row) throws SQLException {
        StackId stack = StackId.parse(row.getString("stack"));
        return new AwaitedPlan(
                stack,
                new Digest(row.getString("plan")),
                row.getString("what"),
                JsonReader.object(row.getString("authors").getBytes(UTF_8)).strings("authors"),
                Instant.ofEpochMilli(row.getLong("since_ms")),
                asks(handle, stack));
    }

    private static List<Ask> asks(Handle handle, StackId stack) {
        return handle.createQuery("SELECT * FROM awaited_target WHERE stack = :stack ORDER BY agent")
                .bind("stack", stack.value())
                .map((row, context) -> new Ask(
                        AgentId.parse(row.getString("agent")),
                        new Digest(row.getString("content")),
                        row.getInt("required"),
                        row.getString("rule")))
                .list();
    }

    /** Takes the place of what waited before. */
    public static void put(Handle handle, AwaitedPlan plan) {
        remove(handle, plan.stack());
        handle.createUpdate("""
                        INSERT INTO awaited_plan (stack, plan, what, authors, since_ms)
                        VALUES (:stack, :plan, :what, :authors, :since)""")
                .bind("stack", plan.stack().value())
                .bind("plan", plan.plan().hex())
                .bind("what", plan.what())
                .bind(
                        "authors",
                        JsonWriter.compact(
                                Json.object().put("authors", plan.authors()).build()))
                .bind("since", plan.since().toEpochMilli())
                .execute();
        for (Ask ask : plan.asks()) {
            handle.execute(
                    "INSERT INTO awaited_target (stack, agent, content, required, rule) VALUES (?, ?, ?, ?, ?)",
                    plan.stack().value(),
                    ask.agent().value(),
                    ask.content().hex(),
                    ask.required(),
                    ask.rule());
        }
    }

    /** Nothing of the stack waits. */
    public static void remove(Handle handle, StackId stack) {
        handle.execute("DELETE FROM awaited_target WHERE stack = ?", stack.value());
        handle.execute("DELETE FROM awaited_plan WHERE stack = ?", stack.value());
    }

    /** What a vote is about. */
    public record Subject(AgentId agent, Digest content) {}

    /** What was said, oldest first. */
    public static Map<Subject, List<Vote>> votes(Handle handle, StackId stack) {
        Map<Subject, List<Vote>> votes = new HashMap<>();
        handle.createQuery("SELECT * FROM approval_vote WHERE stack = :stack ORDER BY at_ms, voter")
                .bind("stack", stack.value())
                .map((row, context) -> Map.entry(
                        new Subject(AgentId.parse(row.getString("agent")), new Digest(row.getString("content"))),
                        new Vote(
                                row.getString("voter"),
                                row.getBoolean("approves"),
                                row.getString("reason"),
                                Instant.ofEpochMilli(row.getLong("at_ms")))))
                .forEach(entry -> votes.computeIfAbsent(entry.getKey(), subject -> new ArrayList<>())
                        .add(entry.getValue()));
        return votes;
    }

    /** In place of what the same person said to it before. */
    public static void vote(Handle handle, AwaitedPlan plan, Vote vote) {
        for (Ask ask : plan.asks()) {
            handle.createUpdate("""
                            INSERT INTO approval_vote (stack, agent, content, voter, approves, reason, at_ms)
                            VALUES (:stack, :agent, :content, :voter, :approves, :reason, :at)
                            ON CONFLICT (stack, agent, content, voter) DO UPDATE SET
                              approves = excluded.approves, reason = excluded.reason, at_ms = excluded.at_ms""")
                    .bind("stack", plan.stack().value())
                    .bind("agent", ask.agent().value())
                    .bind("content", ask.content().hex())
                    .bind("voter", vote.voter())
                    .bind("approves", vote.approves())
                    .bind("reason", vote.reason())
                    .bind("at", vote.at().toEpochMilli())
                    .execute();
        }
    }

    /** What was said to content that the target is not to have any longer. */
    public static void drop(Handle handle, StackId stack, Subject subject) {
        handle.execute(
                "DELETE FROM approval_vote WHERE stack = ? AND agent = ? AND content = ?",
                stack.value(),
                subject.agent().value(),
                subject.content().hex());
    }

    /** What somebody said counts no more, wherever it was said. Gives the stacks. */
    public static Set<StackId> takeBack(Handle handle, String voter) {
        Set<StackId> stacks =
                new HashSet<>(handle.createQuery("SELECT DISTINCT stack FROM approval_vote WHERE voter = :voter")
                        .bind("voter", voter)
                        .map((row, context) -> StackId.parse(row.getString("stack")))
                        .list());
        handle.execute("DELETE FROM approval_vote WHERE voter = ?", voter);
        return stacks;
    }

    /** The stack is gone. */
    public static void forget(Handle handle, StackId stack) {
        remove(handle, stack);
        handle.execute("DELETE FROM approval_vote WHERE stack = ?", stack.value());
    }
}
