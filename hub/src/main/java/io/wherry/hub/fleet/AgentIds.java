package io.wherry.hub.fleet;

import io.wherry.contract.AgentId;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.Collection;

/** Any number of agents as one parameter of a statement, read by {@code agent IN (SELECT value FROM json_each(:agents))}. */
public final class AgentIds {
    private AgentIds() {}

    public static String parameter(Collection<AgentId> agents) {
        return JsonWriter.compact(
                Json.Arr.ofStrings(agents.stream().map(AgentId::value).toList()));
    }
}
