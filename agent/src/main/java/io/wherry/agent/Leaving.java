package io.wherry.agent;

import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StateException;
import io.wherry.agent.state.StateFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Ends a membership from the site's side. */
public final class Leaving {
    /** What an agent leaves behind: the site's own configuration, and files that workloads may have mounted. */
    private static final List<String> KEPT = List.of("agent.yaml", "stacks");

    private Leaving() {}

    /** Removes everything this agent runs; volumes stay. @return what could not be removed, one sentence each */
    public static List<String> removeWorkloads(Agent agent) {
        List<String> problems = new ArrayList<>();
        for (StackRecord record : agent.journal().all()) {
            record.good().map(StackRecord.Good::entry).ifPresent(entry -> {
                try {
                    var deployment = agent.site().content().deployments().forLeaving(entry);
                    if (agent.site().runtime().remove(deployment, false)
                            instanceof Settled.Pending(var reason, String detail)) {
                        problems.add(entry.name() + ": " + reason.code() + ": " + detail);
                    } else {
                        agent.journal().forget(record.stack());
                    }
                } catch (RuntimeUnavailable | StateException e) {
                    problems.add(entry.name() + ": " + e.getMessage());
                }
            });
        }
        return problems;
    }

    /**
     * Deletes what makes this folder a member: the membership first, so that a crash in between leaves no half member.
     *
     * @throws StateException if an agent runs on it, or the disk refuses
     */
    public static void forget(Path data) {
        try (StateFolder folder = StateFolder.open(data, "leaving")) {
            Files.deleteIfExists(folder.resolve("agent.json"));
            try (Stream<Path> files = Files.list(folder.root())) {
                for (Path file : files.filter(
                                f -> !KEPT.contains(f.getFileName().toString()))
                        .filter(f -> !f.getFileName().toString().equals("lock"))
                        .toList()) {
                    delete(file);
                }
            }
        } catch (IOException e) {
            throw StateException.disk("state folder " + data + ": cannot be emptied: " + e.getMessage(), e);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
