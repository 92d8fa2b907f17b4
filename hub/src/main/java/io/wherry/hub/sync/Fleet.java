package io.wherry.hub.sync;

import io.wherry.hub.fleet.AgentRecord;
import io.wherry.hub.resource.Agent;
import io.wherry.hub.resource.Group;
import io.wherry.hub.resource.Metadata;
import io.wherry.hub.resource.Owner;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.RolloutPolicy;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceLoops.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What people declared and who joined, as one view; read again only when something of it changed. Not for several threads at once. */
final class Fleet {
    private static final String ENVIRONMENT = "environment";

    private final FleetStores stores;
    private @Nullable FleetView view;
    private String viewedVersion = "";
    private List<AgentRecord> viewedAgents = List.of();

    Fleet(FleetStores stores) {
        this.stores = stores;
    }

    FleetView view() {
        List<AgentRecord> served =
                stores.agents().list().stream().filter(AgentRecord::served).toList();
        String version = stores.database().read(Fleet::version);
        KnownSecrets secrets = KnownSecrets.of(stores.credentials().list());
        FleetView known = view;
        if (known != null
                && version.equals(viewedVersion)
                && secrets.equals(known.secrets())
                && sameIdentities(served, viewedAgents)) {
            return known;
        }
        FleetView fresh = read(served, secrets);
        view = fresh;
        viewedVersion = version;
        viewedAgents = served;
        return fresh;
    }

    /** Another text after each change of any resource; a deletion does not raise the version, but it is one resource less. */
    private static String version(Handle handle) {
        return handle.createQuery("SELECT value || '/' || (SELECT count(*) FROM resource) FROM meta WHERE name ="
                        + " 'resourceVersion'")
                .mapTo(String.class)
                .one();
    }

    private static boolean sameIdentities(List<AgentRecord> now, List<AgentRecord> before) {
        if (now.size() != before.size()) {
            return false;
        }
        for (int i = 0; i < now.size(); i++) {
            if (!now.get(i).facts().understands().equals(before.get(i).facts().understands())
                    || !now.get(i).id().equals(before.get(i).id())
                    || !now.get(i).facts().policy().equals(before.get(i).facts().policy())
                    || now.get(i).facts().swarmManager()
                            != before.get(i).facts().swarmManager()
                    || !now.get(i)
                            .facts()
                            .timeZone()
                            .equals(before.get(i).facts().timeZone())
                    || now.get(i).retiring() != before.get(i).retiring()
                    || !now.get(i).name().equals(before.get(i).name())) {
                return false;
            }
        }
        return true;
    }

    private FleetView read(List<AgentRecord> served, KnownSecrets secrets) {
        return stores.database().read(handle -> {
            Map<String, Agent> declared = new HashMap<>();
            stores.resources().all(handle, Agent.class).forEach(agent -> declared.put(agent.name(), agent.resource()));
            List<Policy> governing = stores.resources().all(handle, Policy.class).stream()
                    .map(Stored::resource)
                    .toList();
            List<Member> members = served.stream()
                    .map(agent -> member(agent, declared, governing))
                    .toList();
            List<Stored<Stack>> stacks = stores.resources().all(handle, Stack.class);
            List<Stored<Group>> groups = stores.resources().all(handle, Group.class);
            SortedMap<String, Stored<Source>> sources = new TreeMap<>();
            stores.resources().all(handle, Source.class).forEach(source -> sources.put(source.name(), source));
            Map<String, RolloutPolicy> policies = new HashMap<>();
            stores.resources()
                    .all(handle, RolloutPolicy.class)
                    .forEach(policy -> policies.put(policy.name(), policy.resource()));
            return new FleetView(new FleetView.Declared(stacks, groups, sources, policies), members, secrets);
        });
    }

    /** The site says what environment it is in; a label of that name in the resource cannot change it. */
    private static Member member(AgentRecord record, Map<String, Agent> declared, List<Policy> governing) {
        Agent agent =
                declared.getOrDefault(record.name(), new Agent(Metadata.of(record.name()), new TreeMap<>(), false));
        var labels = new TreeMap<>(agent.metadata().labels());
        labels.remove(ENVIRONMENT);
        if (!record.environment().isEmpty()) {
            labels.put(ENVIRONMENT, record.environment());
        }
        Metadata metadata = new Metadata(record.name(), labels, agent.metadata().annotations());
        Agent known = new Agent(metadata, agent.variables(), agent.suspend());
        return new Member(
                record.id(),
                known,
                record.retiring(),
                record.environment(),
                record.facts().policy(),
                Set.copyOf(record.facts().understands()),
                record.facts().swarmManager(),
                record.facts().timeZone(),
                governing.stream()
                        .filter(policy -> policy.agentSelector().matches(known))
                        .toList());
    }

    /** Which references of which sources are to be checked, and how often. */
    static List<Watch> watches(FleetView view) {
        List<Watch> watches = new ArrayList<>();
        for (Stored<Source> stored : view.sources().values()) {
            Source source = stored.resource();
            if (source.type().holdsCharts()) {
                continue; // is asked for what stacks take from it, and has no head
            }
            Set<Ref> refs = new HashSet<>();
            Optional<Duration> shortest = Optional.empty();
            for (StackInput input : view.stacks()) {
                if (input.stack().source().sourceRef().equals(source.name())) {
                    refs.add(source.follows(input.stack().source().ref()));
                    Duration own = input.stack().source().interval().orElse(source.interval());
                    shortest = shortest.filter(s -> s.compareTo(own) <= 0).or(() -> Optional.of(own));
                }
            }
            boolean declares = stored.owner().equals(Optional.of(Owner.HUB_YAML));
            if (refs.isEmpty() || declares) {
                refs.add(source.follows(
                        Optional.empty())); // nobody follows it yet: its condition is still worth knowing
            }
            Duration interval = shortest.filter(s -> !declares || s.compareTo(source.interval()) < 0)
                    .orElse(source.interval());
            watches.add(new Watch(GitSource.of(stored.uid(), source), refs, interval, source.suspend()));
        }
        watches.sort(Comparator.comparing(watch -> watch.source().name()));
        return watches;
    }
}
