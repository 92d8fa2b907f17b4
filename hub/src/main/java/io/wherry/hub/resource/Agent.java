package io.wherry.hub.resource;

import io.wherry.contract.json.Json;
import java.util.SortedMap;

/**
 * One agent as people see and label it. Made by joining, never by {@code apply}; identity, keys and facts are the fleet's.
 *
 * @param variables override the stack's, for this agent
 * @param suspend   true: nothing is offered, what runs there goes on
 */
public record Agent(Metadata metadata, SortedMap<String, String> variables, boolean suspend) implements Resource {
    public Agent {
        variables = Variables.copy(variables);
    }

    @Override
    public ResourceKind kind() {
        return ResourceKind.AGENT;
    }

    @Override
    public Json.Obj spec() {
        return Json.object().put("variables", variables).put("suspend", suspend).build();
    }
}
