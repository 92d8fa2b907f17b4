package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.RuntimeReason;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the planner came to. */
sealed interface Plan {

    /** The steps that make a container, of levels of services. */
    static List<Step.Make> makes(List<Map<String, List<Step>>> levels) {
        return levels.stream()
                .flatMap(level -> level.values().stream())
                .flatMap(List::stream)
                .flatMap(step -> step instanceof Step.Make make ? Stream.of(make) : Stream.empty())
                .toList();
    }

    /**
     * @param prepare networks and volumes that are missing: nothing that runs is touched
     * @param before  what must stop before anything is made, and networks to make anew
     * @param levels  steps by service, in levels of dependency
     */
    record Steps(List<Step> prepare, List<Step> before, List<Map<String, List<Step>>> levels) implements Plan {
        boolean isEmpty() {
            return prepare.isEmpty() && before.isEmpty() && levels.stream().allMatch(Map::isEmpty);
        }

        /** Services of which a container is made. */
        List<ComposeService> made(ComposeModel model) {
            return levels.stream()
                    .flatMap(level -> level.entrySet().stream())
                    .filter(service -> service.getValue().stream()
                            .anyMatch(step -> step instanceof Step.Make || step instanceof Step.Swap))
                    .map(service -> model.service(service.getKey()))
                    .toList();
        }

        /** The same but for some services. */
        Steps without(Set<String> services) {
            return new Steps(
                    prepare,
                    before,
                    levels.stream()
                            .map(level -> {
                                Map<String, List<Step>> rest = new TreeMap<>(level);
                                rest.keySet().removeAll(services);
                                return rest;
                            })
                            .toList());
        }

        List<Step> all() {
            return Stream.concat(
                            Stream.concat(prepare.stream(), before.stream()),
                            levels.stream().flatMap(l -> l.values().stream()).flatMap(List::stream))
                    .toList();
        }
    }

    /**
     * Something stands in the way; nothing was touched.
     *
     * @param verdict false where it may go away by itself: somebody else's port, name, network
     */
    record Blocked(RuntimeReason reason, String detail, boolean verdict) implements Plan {}
}
