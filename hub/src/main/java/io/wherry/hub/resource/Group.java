package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.List;

/** A named set of agents: those a selector finds, or those that are listed. */
public record Group(Metadata metadata, Membership membership) implements Resource {
    /** As many as a hub serves; a longer list is a selector. */
    public static final int MAX_MEMBERS = 10_000;

    /** How a group finds its agents. */
    public sealed interface Membership {
        /** Agents with matching labels, now and later. */
        record Selected(Selector selector) implements Membership {}

        /** Agents by name; one that does not exist is no error. */
        record Listed(List<String> members) implements Membership {
            public Listed {
                members = members.stream().distinct().toList();
                members.forEach(name -> Names.requireName("members", name));
                if (members.size() > MAX_MEMBERS) {
                    throw new IllegalArgumentException(
                            "members: " + members.size() + " (expected: at most " + MAX_MEMBERS + ")");
                }
            }
        }
    }

    @Override
    public ResourceKind kind() {
        return ResourceKind.GROUP;
    }

    /** Whether the agent belongs to it. */
    public boolean has(Agent agent) {
        return switch (membership) {
            case Membership.Selected(Selector selector) -> selector.matches(agent);
            case Membership.Listed(List<String> members) -> members.contains(agent.name());
        };
    }

    @Override
    public Json.Obj spec() {
        return switch (membership) {
            case Membership.Selected(Selector selector) ->
                Json.object().put("selector", selector.toJson()).build();
            case Membership.Listed(List<String> members) ->
                Json.object().put("members", members).build();
        };
    }
}
