package io.wherry.hub.sync;

import io.wherry.contract.StackId;
import io.wherry.hub.policy.PolicyRule;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** What policies refuse now: table {@code policy_refusal}, so that each refusal is told once. */
public final class RefusalRepository {
    private RefusalRepository() {}

    /** Which rule of which policy. */
    record Which(String policy, PolicyRule rule) {}

    /**
     * What it refuses.
     *
     * @param what   {@code commit 1a2b3c4d5e6f}
     * @param agents names, sorted
     */
    record Refused(String what, List<String> agents) {
        Refused {
            agents = agents.stream().sorted().toList();
        }
    }

    static Map<Which, Refused> ofStack(Handle handle, StackId stack) {
        Map<Which, Refused> refused = new HashMap<>();
        handle.createQuery("SELECT policy, rule, what, agents FROM policy_refusal WHERE stack = :stack")
                .bind("stack", stack.value())
                .map((row, context) -> Map.entry(
                        new Which(row.getString("policy"), PolicyRule.valueOf(row.getString("rule"))),
                        new Refused(
                                row.getString("what"),
                                List.of(row.getString("agents").split(",")))))
                .forEach(entry -> refused.put(entry.getKey(), entry.getValue()));
        return refused;
    }

    static void put(Handle handle, StackId stack, Map<Which, Refused> refused, Instant now) {
        forget(handle, stack);
        refused.forEach((which, one) -> handle.createUpdate("""
                        INSERT INTO policy_refusal (stack, policy, rule, what, agents, targets, at_ms)
                        VALUES (:stack, :policy, :rule, :what, :agents, :targets, :at)""")
                .bind("stack", stack.value())
                .bind("policy", which.policy())
                .bind("rule", which.rule().name())
                .bind("what", one.what())
                .bind("agents", String.join(",", one.agents()))
                .bind("targets", one.agents().size())
                .bind("at", now.toEpochMilli())
                .execute());
    }

    static void forget(Handle handle, StackId stack) {
        handle.execute("DELETE FROM policy_refusal WHERE stack = ?", stack.value());
    }

    /** How many targets of stacks keep what they have, by the word of the rule; every rule is there. */
    public static Map<String, Long> targets(Handle handle) {
        Map<String, Long> targets = new TreeMap<>();
        PolicyRule.words().forEach(word -> targets.put(word, 0L));
        handle.createQuery("SELECT rule, sum(targets) AS targets FROM policy_refusal GROUP BY rule")
                .map((row, context) ->
                        Map.entry(PolicyRule.valueOf(row.getString("rule")).word(), row.getLong("targets")))
                .forEach(entry -> targets.put(entry.getKey(), entry.getValue()));
        return targets;
    }
}
