package io.wherry.agent.runtime.swarm;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Change;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.docker.DockerSettings;
import io.wherry.agent.runtime.docker.Engine;
import io.wherry.agent.runtime.docker.EngineException;
import io.wherry.agent.runtime.docker.ImageName;
import io.wherry.agent.runtime.docker.ModelException;
import io.wherry.contract.Difference;
import io.wherry.contract.RegistryLogin;
import io.wherry.contract.json.Json;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Stacks in a swarm, by the same rules as containers: looked at first, refused before the first write, foreign objects never touched, only what differs is
 * updated. What is set aside elsewhere needs no place here: a service is changed where it stands, and a rollback writes down again what was there before.
 */
final class SwarmRuntime {
    private final DockerSettings settings;
    private final SwarmApi swarm;
    private final InstantSource clock;

    SwarmRuntime(DockerSettings settings, Engine engine, InstantSource clock) {
        this.settings = settings;
        this.swarm = new SwarmApi(engine);
        this.clock = clock;
    }

    boolean isManager() {
        return reaching(swarm::isManager);
    }

    /** Whether the swarm has anything of this stack. */
    boolean holds(Deployment.Identity identity) {
        return reaching(() -> {
            if (!swarm.isManager()) {
                return false;
            }
            SwarmState state = look(identity);
            return !state.ours(state.services()).isEmpty()
                    || !state.ours(state.networks()).isEmpty()
                    || swarm.volumes().stream().anyMatch(state::isOurs);
        });
    }

    /** Why a deployment cannot come to this engine, as far as can be told without its images. @throws ModelException if its model cannot be carried out */
    Optional<String> objection(Deployment deployment) {
        SwarmModel.parse(deployment.model());
        return swarm.isManager() ? Optional.empty() : Optional.of(notManager(deployment));
    }

    private static String notManager(Deployment deployment) {
        return "stack " + deployment.identity().stackName()
                + " is for a swarm (compose.mode: swarm), and the engine manages none. Make it a manager: docker swarm"
                + " init";
    }

    private SwarmState look(Deployment.Identity identity) {
        return SwarmState.look(swarm, settings.owner(), identity.project());
    }

    private WantedStack wanted(Deployment deployment, SwarmState state) {
        return WantedStack.of(
                deployment,
                settings.owner(),
                settings.hashKey(),
                (service, reference) -> image(deployment, state, service, reference));
    }

    /**
     * With the digest that its registry knows it by, so that every node runs what was staged here; as it is where there is none. What the swarm has already
     * for the same reference stays where the image itself is not here to be asked.
     */
    private String image(Deployment deployment, SwarmState state, String service, String reference) {
        ImageName name = ImageName.parse(reference);
        if (name.isPinned()) {
            return reference;
        }
        String staged = deployment.images().getOrDefault(service, "");
        Optional<Json.Obj> image = swarm.image(staged.isEmpty() ? reference : staged);
        if (image.isPresent()) {
            return Raw.list(image.get(), "RepoDigests").stream()
                    .filter(digest -> digest.startsWith(name.repository() + "@"))
                    .findFirst()
                    .map(digest -> name + digest.substring(digest.indexOf('@')))
                    .orElseGet(() -> local(reference, staged));
        }
        return state.service(deployment.identity().project() + "_" + service)
                .filter(have -> reference.equals(SwarmState.labels(have).get(StackLabels.IMAGE)))
                .flatMap(have -> Raw.nested(SwarmState.template(have), "ContainerSpec"))
                .flatMap(container -> container.findString("Image"))
                .orElse(reference);
    }

    /** Of an image that no registry gave a digest: its name, as long as that means what was staged; then its id, for which nobody asks a registry. */
    private String local(String reference, String staged) {
        boolean moved = !staged.isEmpty()
                && swarm.image(reference)
                        .map(now -> !now.string("Id").equals(staged))
                        .orElse(true);
        return moved ? staged : reference;
    }

    List<Difference> diff(Deployment deployment) {
        return reaching(() -> {
            SwarmState state = look(deployment.identity());
            List<Difference> drifts =
                    new ArrayList<>(applier(wanted(deployment, state), state).drifts());
            drifts.sort(Comparator.comparing(Difference::object).thenComparing(Difference::field));
            return List.copyOf(drifts);
        });
    }

    private SwarmApplier applier(WantedStack wanted, SwarmState state) {
        return new SwarmApplier(swarm, wanted, state, settings.hashKey());
    }

    Application apply(Deployment deployment, ApplyMode mode) {
        try {
            if (!swarm.isManager()) {
                return new Application.Pending(RuntimeReason.SWARM_MANAGER_MISSING, notManager(deployment));
            }
            SwarmState state = look(deployment.identity());
            WantedStack wanted = wanted(deployment, state);
            SwarmApplier applier = applier(wanted, state);
            Optional<SwarmApplier.Blocked> blocked = applier.blocked();
            if (blocked.isPresent()) {
                return new Application.Refused(
                        blocked.get().reason(), blocked.get().detail());
            }
            applier.run(mode, service -> login(deployment, service));
            return new Application.Applied(applier.changes());
        } catch (ModelException e) {
            return new Application.Refused(e.reason(), e.detail());
        } catch (SwarmApplier.VerdictException e) {
            return new Application.Refused(RuntimeReason.REFUSED_BY_RUNTIME, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Application.Pending(RuntimeReason.FILE_UNWRITABLE, String.valueOf(e.getMessage()));
        } catch (EngineException e) {
            return e.isVerdict()
                    ? new Application.Refused(e.reason(), String.valueOf(e.getMessage()))
                    : new Application.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private Optional<RegistryLogin> login(Deployment deployment, WantedService service) {
        return settings.pulling()
                .logins()
                .find(
                        deployment.identity().stack(),
                        ImageName.parse(service.image()).registry());
    }

    Health probe(Deployment deployment) {
        return reaching(() -> look(deployment).health());
    }

    /** Each service with the tasks that shall run now. */
    List<Part> tree(Deployment deployment) {
        return reaching(() -> look(deployment).tree());
    }

    private SwarmProbe look(Deployment deployment) {
        SwarmState state = look(deployment.identity());
        TaskHealth judge = new TaskHealth(
                deployment.timing().observe(), deployment.timing().healthTimeout(), clock.instant());
        return new SwarmProbe(swarm, wanted(deployment, state), state, judge);
    }

    Settled commit(Deployment deployment) {
        return settle(deployment, () -> {
            SwarmState state = look(deployment.identity());
            SwarmSettler settler = new SwarmSettler(swarm, state);
            settler.commit(wanted(deployment, state));
            return new Settled.Done(settler.changes(), settler.leftovers());
        });
    }

    /** Writes down again what was there before, then takes away what only the failed release had. */
    Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        return settle(failed, () -> {
            List<Change> changes = new ArrayList<>();
            if (lastGood.isPresent()) {
                Application back = apply(lastGood.get(), ApplyMode.FULL);
                switch (back) {
                    case Application.Applied(var done) ->
                        done.forEach(change ->
                                changes.add(new Change(Change.Action.RESTORED, change.object(), "ran before")));
                    case Application.Pending(var reason, String detail) -> {
                        return new Settled.Pending(reason, detail);
                    }
                    case Application.Refused(var reason, String detail) -> {
                        return new Settled.Pending(reason, "what ran before cannot come back: " + detail);
                    }
                }
            }
            SwarmState state = look(failed.identity());
            Optional<WantedStack> kept = lastGood.map(deployment -> wanted(deployment, state));
            SwarmSettler settler = new SwarmSettler(swarm, state);
            settler.undo(failed.identity().generation(), kept);
            changes.addAll(settler.changes());
            return new Settled.Done(changes, settler.leftovers());
        });
    }

    Settled remove(Deployment deployment) {
        return settle(deployment, () -> {
            SwarmSettler settler = new SwarmSettler(swarm, look(deployment.identity()));
            Deployment.Deletions deletions = deployment.deletions();
            settler.removeAll(
                    object -> deletions.prune() && deletions.names().contains(object), deletions.removeData());
            return new Settled.Done(settler.changes(), settler.leftovers());
        });
    }

    private interface Settling {
        Settled run();
    }

    private Settled settle(Deployment deployment, Settling settling) {
        try {
            return swarm.isManager()
                    ? settling.run()
                    : new Settled.Pending(RuntimeReason.SWARM_MANAGER_MISSING, notManager(deployment));
        } catch (ModelException e) {
            return new Settled.Pending(e.reason(), e.detail());
        } catch (EngineException e) {
            return new Settled.Pending(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    List<ServiceLog> logs(Deployment deployment, int linesEach) {
        return reaching(() -> {
            SwarmState state = look(deployment.identity());
            return new TaskLogs(swarm)
                    .of(
                            state.ours(state.services()),
                            swarm.tasks(deployment.identity().project()),
                            linesEach);
        });
    }

    private interface Look<T> {
        T see();
    }

    /** Looking has no outcome of its own for failures: whatever goes wrong, nothing could be seen now. */
    private static <T> T reaching(Look<T> look) {
        try {
            return look.see();
        } catch (EngineException e) {
            throw new RuntimeUnavailable(e.reason(), String.valueOf(e.getMessage()), e);
        } catch (ModelException e) {
            throw new RuntimeUnavailable(e.reason(), e.detail(), e);
        }
    }
}
