package io.wherry.hub.api;

import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** A source that stacks follow cannot go: they would be left with nothing to be rendered from. */
final class SourceUse {
    private final Handle handle;
    private final ResourceRepository resources;

    SourceUse(Handle handle, ResourceRepository resources) {
        this.handle = handle;
        this.resources = resources;
    }

    /**
     * Refuses the end of a source that is in use; anything else may go.
     *
     * @param going what goes with it; a stack whose deletion was begun needs its source no longer either
     */
    void refuse(Resource resource, Collection<? extends Resource> going) {
        if (!(resource instanceof Source source)) {
            return;
        }
        List<String> users = resources.all(handle, Stack.class).stream()
                .filter(stack -> stack.deleting().isEmpty() && !going.contains(stack.resource()))
                .filter(stack -> stack.resource().source().sourceRef().equals(source.name()))
                .map(Stored::name)
                .toList();
        if (!users.isEmpty()) {
            throw new ApiException(
                    409,
                    ApiReason.CONFLICT,
                    "source " + source.name() + " is followed by stack " + String.join(", ", users),
                    "delete these first, or give them another sourceRef");
        }
    }
}
