package io.wherry.hub.configuration;

import static io.wherry.hub.configuration.References.object;

import io.wherry.base.yaml.Problems;
import io.wherry.contract.json.Json;
import io.wherry.hub.audit.AuditEvent;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.Owner;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Put;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceReason;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.ResourceYaml.Placed;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Stores what one commit declares, in the caller's transaction: all of it, or it throws {@link Refused}. */
final class ConfigurationWrite {
    private final Handle handle;
    private final ResourceRepository resources;
    private final ConfigurationSpec spec;
    private final String commit;
    private final Problems conflicts = new Problems();
    private final Written written = new Written();

    ConfigurationWrite(Handle handle, ResourceRepository resources, ConfigurationSpec spec, String commit) {
        this.handle = handle;
        this.resources = resources;
        this.spec = spec;
        this.commit = commit;
    }

    /** Undoes the transaction. */
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Trouble trouble;

        Refused(Trouble trouble) {
            super(trouble.detail(), null, false, false);
            this.trouble = trouble;
        }

        Trouble trouble() {
            return trouble;
        }
    }

    /** What was done, as {@code Kind/name} each; and what waits, one line each. */
    static final class Written {
        final List<String> created = new ArrayList<>();
        final List<String> changed = new ArrayList<>();
        final List<String> deleted = new ArrayList<>();
        final List<String> waiting = new ArrayList<>();
        /** Policies that were made or changed, each as it was and as it is: they bind people. */
        final SortedMap<String, Json> policies = new TreeMap<>();
        /** Sources that went, by uid. */
        final List<String> sourcesGone = new ArrayList<>();

        boolean nothing() {
            return created.isEmpty() && changed.isEmpty() && deleted.isEmpty();
        }
    }

    /** @param accepted whether a person accepted what the commit deletes */
    Written run(List<Placed> declared, boolean accepted) {
        List<Stored<Resource>> before = resources.inSet(handle, ConfigurationSpec.SOURCE);
        declared.forEach(this::store);
        throwIfAny(ConfigurationReason.CONFIGURATION_CONFLICT);
        References.check(declared, new Known(), conflicts);
        throwIfAny(ConfigurationReason.CONFIGURATION_INVALID);
        prune(before, declared, accepted);
        return written;
    }

    /** What is stored by now: some of it people have declared. */
    private final class Known implements References.Known {
        @Override
        public boolean has(ResourceKind kind, String name) {
            return resources.find(handle, kind, name).isPresent();
        }

        @Override
        public Optional<String> cycle(Stack stack) {
            return resources.cycle(handle, stack);
        }
    }

    private void throwIfAny(ConfigurationReason reason) {
        if (!conflicts.isEmpty()) {
            throw new Refused(Trouble.of(reason, conflicts.list()));
        }
    }

    private void store(Placed placed) {
        Resource resource = placed.resource();
        Optional<Stored<Resource>> before = resources.find(handle, resource.kind(), resource.name());
        if (resource instanceof Agent && before.isEmpty()) {
            written.waiting.add(object(resource) + " has not joined: its labels and variables wait for it");
            return;
        }
        if (before.isPresent() && !mayTake(before.get(), resource)) {
            conflicts.add(
                    placed.at(),
                    object(resource) + " exists, and a person declared it otherwise",
                    "make them equal (wherry diff -f), delete it, or set configuration.adopt: true");
            return;
        }
        Owner owner = new Owner(spec.source().url(), placed.at().file(), commit);
        switch (resources.putOwned(handle, resource, owner, Optional.of(ConfigurationSpec.SOURCE))) {
            case Put.Created _ -> {
                written.created.add(object(resource));
                note(resource, Optional.empty());
            }
            case Put.Changed(var was, var _) -> {
                written.changed.add(object(resource));
                note(resource, Optional.of(was.resource().spec()));
            }
            case Put.Unchanged _ -> {}
            case Put.Conflict(ResourceReason _, String detail) -> conflicts.add(placed.at(), detail);
            case Put.Refused(ResourceReason _, String detail) ->
                throw new IllegalStateException("put: " + detail + " (expected: an owner looks for circles itself)");
        }
    }

    private void note(Resource resource, Optional<Json.Obj> before) {
        if (resource instanceof Policy policy) {
            written.policies.put(object(policy), AuditEvent.change(before, Optional.of(policy.spec())));
        }
    }

    /** What is the repository's, or was; what is equal; and an agent that is as it joined. */
    private boolean mayTake(Stored<Resource> before, Resource resource) {
        return before.owner().isPresent()
                || before.set().equals(Optional.of(ConfigurationSpec.SOURCE))
                || before.resource().equals(resource)
                || spec.adopt()
                || (resource instanceof Agent
                        && before.times().created().equals(before.times().updated()));
    }

    private void prune(List<Stored<Resource>> before, List<Placed> declared, boolean accepted) {
        Set<String> kept = new HashSet<>();
        declared.forEach(placed -> kept.add(object(placed.resource())));
        List<Stored<Resource>> gone = before.stream()
                .filter(stored -> stored.deleting().isEmpty() && !kept.contains(object(stored.resource())))
                .toList();
        gone.forEach(stored -> resources.disown(handle, stored.uid()));
        Pruning pruning = Pruning.of(
                gone.stream()
                        .filter(stored -> !(stored.resource() instanceof Agent)) // they end by retire
                        .toList(),
                resources.all(handle, Stack.class),
                before.size(),
                spec.prune(),
                accepted);
        written.waiting.addAll(pruning.waiting());
        pruning.going().forEach(this::delete);
    }

    private void delete(Stored<Resource> stored) {
        Resource resource = stored.resource();
        if (resource instanceof Stack) {
            resources.beginDelete(handle, resource.kind(), resource.name()); // it goes when its sites have confirmed
        } else {
            resources.delete(handle, resource.kind(), resource.name());
        }
        if (resource instanceof Source) {
            written.sourcesGone.add(stored.uid());
        }
        written.deleted.add(object(resource));
    }
}
