package io.wherry.agent;

import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.StateFolder;
import io.wherry.base.Causes;
import io.wherry.base.FileTree;
import io.wherry.contract.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Ends a membership from the site's side. */
public final class Leaving {
    /** What an agent leaves behind: the site's own configuration, and files that workloads may have mounted. */
    private static final List<String> KEPT = List.of("agent.yaml", "stacks", StateFolder.LOCK);

    /** One of these makes a folder within the state folder that of another agent of the machine (wherry-agent@NAME), at whatever point of its life. */
    private static final List<String> ANOTHERS = List.of("agent.json", "identity.key", "agent.yaml", StateFolder.LOCK);

    private Leaving() {}

    /** Removes everything this agent runs; volumes stay. @return what could not be removed, one sentence each */
    public static List<String> removeWorkloads(Agent agent) {
        List<String> problems = new ArrayList<>();
        for (StackRecord record : agent.journal().all()) {
            List<Entry> applied = applied(record);
            if (!applied.isEmpty()) {
                problems.addAll(remove(agent, record, applied));
            }
        }
        return problems;
    }

    /** What may have something on the runtime: what ran last, and what was in the middle when the agent was stopped. */
    private static List<Entry> applied(StackRecord record) {
        List<Entry> applied = new ArrayList<>();
        record.good().map(StackRecord.Good::entry).ifPresent(applied::add);
        record.work()
                .entry()
                .filter(entry -> record.step().inTheMiddle() && entry.bundle().isPresent())
                .ifPresent(applied::add);
        return applied;
    }

    private static List<String> remove(Agent agent, StackRecord record, List<Entry> applied) {
        String name = applied.getFirst().name();
        try {
            Deployment deployment = agent.site().content().deployments().forLeaving(applied);
            return switch (agent.site().runtime().remove(deployment, false)) {
                case Settled.Pending(var reason, String detail) -> List.of(name + ": " + reason.code() + ": " + detail);
                case Settled.Done(var _, List<String> leftovers, var _) -> {
                    List<String> stayed = leftovers.stream()
                            .filter(object -> !object.startsWith("volume/")) // data stays, as was said
                            .map(object -> name + ": " + object + " is still there")
                            .toList();
                    if (stayed.isEmpty()) {
                        agent.journal().forget(record.stack());
                    }
                    yield stayed;
                }
            };
        } catch (RuntimeUnavailable | StateException e) {
            return List.of(name + ": " + e.getMessage());
        }
    }

    /** Whether a folder holds anything to forget: a membership, or the keys of one whose leaving was interrupted. */
    public static boolean hasJoined(Path data) {
        return Files.exists(data.resolve("agent.json")) || Files.exists(data.resolve("identity.key"));
    }

    /**
     * Deletes what makes this folder a member: the membership first, so that a crash in between leaves no half member. Folders of other agents stay.
     *
     * @throws StateException if an agent runs on it, or the disk refuses
     */
    public static void forget(Path data) {
        try (StateFolder folder = StateFolder.open(data, "leaving")) {
            Files.deleteIfExists(folder.resolve("agent.json"));
            try (Stream<Path> files = Files.list(folder.root())) {
                for (Path file : files.filter(
                                f -> !KEPT.contains(f.getFileName().toString()))
                        .filter(f -> !isAnothers(f))
                        .toList()) {
                    FileTree.delete(file);
                }
            }
        } catch (IOException e) {
            throw StateException.disk("state folder " + data + ": cannot be emptied: " + Causes.named(e), e);
        }
    }

    private static boolean isAnothers(Path folder) {
        return ANOTHERS.stream().anyMatch(file -> Files.exists(folder.resolve(file)));
    }
}
