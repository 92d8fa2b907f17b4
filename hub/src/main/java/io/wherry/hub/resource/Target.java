package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.Optional;

/**
 * One set of agents that a stack goes to.
 *
 * @param name    for people, optional
 * @param agents  which ones
 */
public record Target(Optional<String> name, Agents agents) {
    /** By their labels, or by a group. */
    public sealed interface Agents {
        record Selected(Selector selector) implements Agents {}

        /** One that does not exist holds no agents. */
        record InGroup(String group) implements Agents {
            public InGroup {
                Names.requireName("group", group);
            }
        }
    }

    public Target {
        name.ifPresent(n -> Names.requireName("targets.name", n));
    }

    Json.Obj toJson() {
        Json.Builder json = Json.object().putIf("name", name);
        return switch (agents) {
            case Agents.Selected(Selector selector) ->
                json.put("agentSelector", selector.toJson()).build();
            case Agents.InGroup(String group) -> json.put("group", group).build();
        };
    }
}
