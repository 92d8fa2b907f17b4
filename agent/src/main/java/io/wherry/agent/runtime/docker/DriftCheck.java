package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Difference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What of a stack is otherwise than it was given: by list calls alone where nothing is. */
final class DriftCheck {
    private final Surroundings around;
    private final Differences differences;

    DriftCheck(Surroundings around, Differences differences) {
        this.around = around;
        this.differences = differences;
    }

    List<Difference> run(Deployment deployment) {
        Wanted wanted = around.wanted(deployment);
        Observed observed = around.observe(deployment.identity(), false);
        DockerPlanner.Adjustments adjustments = around.look(wanted, observed);
        List<Difference> drifts = new ArrayList<>(Drifts.of(wanted, observed));
        for (ContainerSpec spec : wanted.containers()) {
            for (ObservedContainer have : observed.current(spec.service(), spec.number())) {
                boolean same = spec.hash().equals(have.label(Labels.CONFIG_HASH));
                String kept = wanted.keptTags().getOrDefault(spec.image(), have.imageId());
                if (same && !have.runs(kept)) {
                    drifts.add(new Difference(spec.object(), "image", kept, have.imageId()));
                }
                boolean adjusted = adjustments.wrongRestart().contains(have.id())
                        || adjustments.wrongLimits().containsKey(have.id());
                if (!same || adjusted) {
                    around.docker()
                            .inspect(have.id())
                            .ifPresent(inspection -> drifts.addAll(differences.of(spec, inspection, same)));
                }
            }
        }
        try {
            drifts.addAll(new ProjectFiles(deployment, wanted.model()).diff());
        } catch (IOException e) {
            drifts.add(new Difference("file", "state", "readable", Differences.brief(String.valueOf(e.getMessage()))));
        }
        drifts.sort(Comparator.comparing(Difference::object).thenComparing(Difference::field));
        return List.copyOf(drifts);
    }
}
