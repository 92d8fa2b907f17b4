package io.wherry.agent.runtime.docker;

import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;

/** Observes, plans and carries out: one apply, whole or with what was set aside back in its place. */
final class Applying {
    private static final Logger LOG = System.getLogger(Applying.class.getName());

    private final Surroundings around;

    Applying(Surroundings around) {
        this.around = around;
    }

    Application run(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> before) {
        try {
            Wanted wanted = around.wanted(deployment);
            Requirements.check(wanted, around.docker());
            Optional<Plan.Blocked> inTheWay = deployment.adopt() ? takeOver(wanted) : Optional.empty();
            if (inTheWay.isPresent()) {
                return outcome(inTheWay.get());
            }
            Observed observed =
                    around.observe(deployment.identity(), wanted.publishesPorts() || wanted.saysAddresses());
            Map<String, String> imageIds = mode == ApplyMode.CORRECT ? wanted.keptTags() : around.imageIds(wanted);
            if (mode != ApplyMode.CORRECT) {
                around.images(wanted).requireAll(wanted, imageIds);
            }
            Plan plan = DockerPlanner.plan(wanted, observed, mode, imageIds, around.look(wanted, observed));
            return switch (plan) {
                case Plan.Blocked blocked -> outcome(blocked);
                case Plan.Steps steps ->
                    carryOut(wanted, steps, around.images(wanted).toMake(wanted, steps, imageIds), before);
            };
        } catch (ModelException e) {
            return new Application.Refused(e.reason(), e.detail());
        } catch (ImageException e) {
            return new Application.Pending(e.reason(), e.detail());
        } catch (IOException e) {
            return new Application.Pending(ProjectFiles.reason(e), String.valueOf(e.getMessage()));
        } catch (DependencyException e) {
            return new Application.Refused(RuntimeReason.DEPENDENCY_FAILED, String.valueOf(e.getMessage()));
        } catch (RefusalException e) {
            return new Application.Refused(e.reason(), e.detail());
        } catch (EngineException e) {
            return e.isVerdict()
                    ? new Application.Refused(e.reason(), String.valueOf(e.getMessage()))
                    : new Application.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static Application outcome(Plan.Blocked blocked) {
        return blocked.verdict()
                ? new Application.Refused(blocked.reason(), blocked.detail())
                : new Application.Pending(blocked.reason(), blocked.detail());
    }

    /** What people started there becomes the stack's, on the disk before anything is done with it. @return what stands in the way */
    private Optional<Plan.Blocked> takeOver(Wanted wanted) throws IOException {
        AdoptedFile file = AdoptedFile.of(wanted.deployment().identity());
        Adoption adoption = new Adoption(
                around.docker(), wanted, around.raw(wanted.project(), false), file.read(), Adoption.Purpose.APPLY);
        Optional<Plan.Blocked> blocked = adoption.run();
        if (blocked.isEmpty()) {
            file.write(adoption.adopted());
        }
        return blocked;
    }

    /** Whatever fails on the way, what was set aside comes back at once: an apply that did not succeed leaves nobody without service. */
    private Application carryOut(
            Wanted wanted, Plan.Steps steps, Map<String, String> imageIds, Supplier<Optional<Deployment>> before)
            throws IOException {
        List<Change> changes = new ArrayList<>(ProjectFiles.of(wanted).sync());
        Applier applier = new Applier(around.tools(), wanted, imageIds);
        try {
            applier.run(steps);
        } catch (EngineException | DependencyException | RefusalException e) {
            try {
                bringBack(wanted, before, applier);
            } catch (EngineException back) {
                // Whether it is a verdict says what failed first; the way back, or the next try, mends the rest.
                e.addSuppressed(back);
            }
            throw e;
        }
        changes.addAll(applier.changes());
        return new Application.Applied(changes);
    }

    private void bringBack(Wanted wanted, Supplier<Optional<Deployment>> before, Applier applier) {
        Settler settler = new Settler(around.docker());
        Deployment.Identity identity = wanted.deployment().identity();
        settler.removeReplacements(around.observe(identity, false));
        bringFilesBack(before); // first: a program reads them as it starts
        settler.bringBack(aside -> endpoints(wanted, applier, aside), around.observe(identity, false));
    }

    private void bringFilesBack(Supplier<Optional<Deployment>> before) {
        try {
            Optional<Wanted> was = before.get().map(around::wanted);
            if (was.isPresent()) {
                ProjectFiles.of(was.get()).sync();
            }
        } catch (IOException
                | RuntimeException e) { // damaged content too: it is better back with other files than gone
            LOG.log(Level.WARNING, "files of what ran before cannot be brought back before it starts", e);
        }
    }

    /** What it had when it left; where an earlier run took it off its networks, those of the one that follows it, until a rollback knows better. */
    private static SequencedMap<String, Json.Obj> endpoints(Wanted wanted, Applier applier, ObservedContainer aside) {
        SequencedMap<String, Json.Obj> left = applier.left(aside);
        return left.isEmpty() && aside.networks().isEmpty()
                ? wanted.find(aside.service(), aside.number())
                        .map(ContainerSpec::endpoints)
                        .orElse(left)
                : left;
    }
}
