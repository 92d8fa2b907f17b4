package io.wherry.agent.reconcile;

import io.wherry.agent.runtime.Neighbours;
import io.wherry.contract.Assignment;
import io.wherry.contract.Entry;
import io.wherry.contract.StackId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the stacks of the assignment declare on a cluster, read when it is asked for, and kept as long as one deployment is worked on. */
final class AssignedObjects implements Neighbours {
    private final Site site;
    private final Map<StackId, Declared> known = new ConcurrentHashMap<>();

    AssignedObjects(Site site) {
        this.site = site;
    }

    /**
     * Of one stack.
     *
     * @param names empty: its content is not here yet
     */
    private record Declared(String stackName, Optional<Set<String>> names) {
        Claim claim(String object) {
            return names.map(all -> all.contains(object) || all.contains(withoutNamespace(object))
                            ? Claim.DECLARED
                            : Claim.NONE)
                    .orElse(Claim.UNKNOWN);
        }

        /** The hub cannot know whether a kind of one's own stands in namespaces: of the cluster's own the name has none. */
        private static String withoutNamespace(String object) {
            return object.replaceFirst("/[^/]*/", "//");
        }
    }

    @Override
    public Claim claim(StackId stack, String object) {
        return assigned(stack).map(entry -> declared(entry).claim(object)).orElse(Claim.NONE);
    }

    @Override
    public Optional<String> wants(StackId besides, String object) {
        return site.state().adopted().map(Assignment::entries).stream()
                .flatMap(java.util.List::stream)
                .filter(entry -> !entry.stack().equals(besides) && entry.state() != Entry.State.ABSENT)
                .flatMap(entry -> wants(entry, object).stream())
                .findFirst();
    }

    private Optional<String> wants(Entry entry, String object) {
        return switch (declared(entry).claim(object)) {
            case NONE -> Optional.empty();
            case DECLARED -> Optional.of(object + " is to become stack " + entry.name() + "'s");
            case UNKNOWN ->
                Optional.of(object + " may be stack " + entry.name() + "'s, whose content has not come yet");
        };
    }

    private Optional<Entry> assigned(StackId stack) {
        return site.state()
                .adopted()
                .flatMap(assignment -> assignment.findEntry(stack))
                .filter(entry -> entry.state() != Entry.State.ABSENT);
    }

    private Declared declared(Entry entry) {
        return known.computeIfAbsent(
                entry.stack(),
                stack -> new Declared(entry.name(), site.content().deployments().objects(entry)));
    }
}
