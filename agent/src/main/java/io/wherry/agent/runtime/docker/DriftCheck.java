package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Deployment;
import io.wherry.contract.Difference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What of a stack is otherwise than it was given: by list calls alone where nothing is. */
final class DriftCheck {
    private final Site site;
    private final Differences differences;

    DriftCheck(Site site, Differences differences) {
        this.site = site;
        this.differences = differences;
    }

    List<Difference> run(Deployment deployment) {
        Wanted wanted = site.wanted(deployment);
        Observed observed = site.observe(deployment.identity(), false);
        DockerPlanner.Adjustments adjustments = site.look(wanted, observed);
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
                    site.docker()
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
