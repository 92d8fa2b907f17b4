package io.wherry.agent.runtime.docker;

import io.wherry.contract.Difference;
import io.wherry.contract.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The differences that list calls show: what is missing, stopped, connected otherwise, or declared otherwise than it was made. Pure. */
final class Drifts {
    private Drifts() {}

    static List<Difference> of(Wanted wanted, Observed observed) {
        List<Difference> drifts = new ArrayList<>();
        wanted.networks()
                .forEach(spec -> shared(drifts, spec, observed.networks().get(spec.name()), observed));
        wanted.volumes().forEach(spec -> shared(drifts, spec, observed.volumes().get(spec.name()), observed));
        wanted.containers().forEach(spec -> container(drifts, spec, observed));
        return drifts;
    }

    private static void shared(
            List<Difference> drifts,
            SharedSpec spec,
            Json.@org.jspecify.annotations.Nullable Obj found,
            Observed observed) {
        if (found == null) {
            drifts.add(new Difference(spec.object(), "state", "present", "missing"));
        } else if (!spec.external() && !observed.isOurs(Observed.labels(found))) {
            drifts.add(
                    new Difference(spec.object(), "owner", observed.owner(), observed.ownerOf(Observed.labels(found))));
        } else if (!spec.external()
                && !spec.hash().equals(Observed.labels(found).get(Labels.CONFIG_HASH))) {
            drifts.add(new Difference(spec.object(), "configuration", "as in the model", "of an earlier model"));
        }
    }

    private static void container(List<Difference> drifts, ContainerSpec spec, Observed observed) {
        List<ObservedContainer> current = observed.current(spec.service(), spec.number());
        if (current.isEmpty()) {
            String found = observed.named(spec.name())
                    .map(other -> "the name belongs to " + observed.ownerOf(other.labels()))
                    .orElse("missing");
            drifts.add(new Difference(spec.object(), "state", "running", found));
            return;
        }
        ObservedContainer have = current.getFirst();
        if (!have.running() && !(have.completed() && spec.mayComplete())) {
            drifts.add(new Difference(spec.object(), "state", "running", have.state()));
        }
        if (have.state().equals("paused")) {
            drifts.add(new Difference(spec.object(), "state", "running", "paused"));
        }
        if (!have.name().equals(spec.name())) {
            drifts.add(new Difference(spec.object(), "name", spec.name(), have.name()));
        }
        TreeSet<String> wanted = new TreeSet<>(spec.endpoints().keySet());
        if (!wanted.isEmpty() && !wanted.equals(have.networks())) {
            drifts.add(new Difference(
                    spec.object(),
                    "networks",
                    Differences.brief(String.join(", ", wanted)),
                    Differences.brief(String.join(", ", have.networks()))));
        }
    }
}
