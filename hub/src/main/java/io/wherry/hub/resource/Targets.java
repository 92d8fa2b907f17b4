package io.wherry.hub.resource;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** Which agents a stack goes to. Pure. */
public final class Targets {
    private Targets() {}

    /** The first of the stack's targets that has the agent; empty if none has. */
    public static Optional<Target> find(Stack stack, Agent agent, Map<String, Group> groups) {
        return stack.targets().stream()
                .filter(target -> has(target, agent, groups))
                .findFirst();
    }

    /** All agents that one of the stack's targets has, in the order given. */
    public static Collection<Agent> of(Stack stack, Collection<Agent> agents, Map<String, Group> groups) {
        return agents.stream()
                .filter(agent -> find(stack, agent, groups).isPresent())
                .toList();
    }

    private static boolean has(Target target, Agent agent, Map<String, Group> groups) {
        return switch (target.agents()) {
            case Target.Agents.Selected(Selector selector) -> selector.matches(agent);
            case Target.Agents.InGroup(String name) -> {
                Group group = groups.get(name);
                yield group != null && group.has(agent);
            }
        };
    }
}
