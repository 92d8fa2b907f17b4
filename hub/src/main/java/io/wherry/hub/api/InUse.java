package io.wherry.hub.api;

import io.wherry.hub.resource.Group;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.resource.Target;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/** What stacks need cannot go before them: without its source a stack has nothing to be rendered from, without its group it loses its sites. */
final class InUse {
    private final Handle handle;
    private final ResourceRepository resources;

    InUse(Handle handle, ResourceRepository resources) {
        this.handle = handle;
        this.resources = resources;
    }

    /**
     * Refuses the end of a source, group or rollout policy that is in use; anything else may go.
     *
     * @param going what goes with it; a stack whose deletion was begun needs neither any longer
     */
    void refuse(Resource resource, Collection<? extends Resource> going) {
        if (resource instanceof Source source) {
            refuse(
                    users(going, stack -> stack.sources().contains(source.name())),
                    "source " + source.name()
                            + (source.type().holdsCharts() ? " gives charts to stack " : " is followed by stack "),
                    "delete these first, or give them another sourceRef");
        } else if (resource instanceof Group group) {
            Target.Agents named = new Target.Agents.InGroup(group.name());
            refuse(
                    users(going, stack -> stack.targets().stream()
                            .anyMatch(target -> target.agents().equals(named))),
                    "group " + group.name() + " is a target of stack ",
                    "delete these first, or give them other targets");
        } else if (resource instanceof RolloutPolicy policy) {
            refuse(
                    users(going, stack -> stack.apply().rolloutPolicyRef().equals(Optional.of(policy.name()))),
                    "rollout policy " + policy.name() + " is used by stack ",
                    "delete these first, or give them another rolloutPolicyRef");
        }
    }

    private static void refuse(List<String> users, String what, String hint) {
        if (!users.isEmpty()) {
            throw new ApiException(409, ApiReason.CONFLICT, what + String.join(", ", users), hint);
        }
    }

    private List<String> users(Collection<? extends Resource> going, Predicate<Stack> needs) {
        return resources.all(handle, Stack.class).stream()
                .filter(stack -> stack.deleting().isEmpty() && !going.contains(stack.resource()))
                .filter(stack -> needs.test(stack.resource()))
                .map(Stored::name)
                .toList();
    }
}
