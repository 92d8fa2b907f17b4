package io.wherry.agent.secrets;

import io.wherry.agent.health.Health;
import io.wherry.agent.runtime.Application;
import io.wherry.agent.runtime.ApplyMode;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.LoadableImage;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.Runtime;
import io.wherry.agent.runtime.RuntimeInfo;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.SecretFile;
import io.wherry.agent.runtime.SecretMask;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.runtime.Settled;
import io.wherry.agent.runtime.Staging;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A runtime whose stacks find their secrets: files are there before anything is made that mounts them, and go when neither what runs nor the last good
 * state needs them. The sweep is part of {@code commit} and {@code rollback}, which know both.
 */
public final class SealedRuntime implements Runtime {
    private final Runtime runtime;
    private final Secrets secrets;

    public SealedRuntime(Runtime runtime, Secrets secrets) {
        this.runtime = runtime;
        this.secrets = secrets;
    }

    @Override
    public RuntimeInfo info() {
        return runtime.info();
    }

    @Override
    public Staging stage(Deployment deployment) {
        if (!deployment.secrets().isEmpty()) {
            Optional<String> unreadable = secrets.unreadable(stack(deployment), deployment.secrets());
            if (unreadable.isPresent()) {
                return new Staging.Refused(RuntimeReason.SECRET_UNREADABLE, unreadable.get());
            }
            try {
                secrets.requireUsable(deployment.secrets());
            } catch (IOException e) {
                return new Staging.Pending(RuntimeReason.SECRETS_UNWRITABLE, String.valueOf(e.getMessage()));
            }
        }
        return runtime.stage(secrets.opened(deployment));
    }

    @Override
    public boolean has(CarriedImage image) {
        return runtime.has(image);
    }

    @Override
    public void load(LoadableImage image) {
        runtime.load(image);
    }

    @Override
    public List<Difference> diff(Deployment deployment) {
        List<Difference> all = new ArrayList<>(runtime.diff(secrets.opened(deployment)));
        try {
            all.addAll(secrets.diff(stack(deployment), deployment.secrets()));
        } catch (IOException e) {
            all.add(new Difference("secret", "state", "readable", line(e)));
        }
        return List.copyOf(all);
    }

    /** One line that fits into a receipt. */
    private static String line(IOException e) {
        String text = String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", " ");
        return text.substring(0, Math.min(text.length(), 200));
    }

    @Override
    public List<String> lostImages(Deployment deployment) {
        return runtime.lostImages(secrets.opened(deployment));
    }

    @Override
    public Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> before) {
        try {
            secrets.place(stack(deployment), deployment.secrets());
        } catch (IOException e) {
            return new Application.Pending(RuntimeReason.SECRETS_UNWRITABLE, String.valueOf(e.getMessage()));
        }
        return runtime.apply(
                secrets.opened(deployment), mode, () -> before.get().map(secrets::opened));
    }

    @Override
    public Health probe(Deployment deployment) {
        Health health = runtime.probe(secrets.opened(deployment));
        return health instanceof Health.Healthy
                ? health
                : mask(deployment).map(mask -> mask.over(health)).orElse(health);
    }

    @Override
    public Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing) {
        return runtime.holding(identity, timing);
    }

    @Override
    public Settled commit(Deployment deployment) {
        return then(
                runtime.commit(secrets.opened(deployment)),
                () -> secrets.keepOnly(stack(deployment), deployment.secrets()));
    }

    @Override
    public Settled rollback(Deployment failed, Optional<Deployment> lastGood) {
        List<SecretFile> before = lastGood.map(Deployment::secrets).orElse(List.of());
        try {
            secrets.place(stack(failed), before);
        } catch (IOException e) {
            return new Settled.Pending(RuntimeReason.SECRETS_UNWRITABLE, String.valueOf(e.getMessage()));
        }
        return then(
                runtime.rollback(secrets.opened(failed), lastGood.map(secrets::opened)),
                () -> secrets.keepOnly(stack(failed), before));
    }

    @Override
    public Settled remove(Deployment deployment, boolean keepWorkload) {
        Settled removed = runtime.remove(secrets.opened(deployment), keepWorkload);
        return keepWorkload ? removed : then(removed, () -> secrets.keepOnly(stack(deployment), List.of()));
    }

    private interface Sweep {
        void run() throws IOException;
    }

    private static Settled then(Settled settled, Sweep sweep) {
        if (settled instanceof Settled.Done) {
            try {
                sweep.run();
            } catch (IOException e) {
                return new Settled.Pending(RuntimeReason.SECRETS_UNWRITABLE, String.valueOf(e.getMessage()));
            }
        }
        return settled;
    }

    private static StackId stack(Deployment deployment) {
        return deployment.identity().stack();
    }

    @Override
    public List<String> collectImages(Set<String> needed, Set<StackId> stacks) {
        return runtime.collectImages(needed, stacks);
    }

    @Override
    public List<ServiceLog> logs(Deployment deployment, int linesEach) {
        List<ServiceLog> logs = runtime.logs(secrets.opened(deployment), linesEach);
        return mask(deployment)
                .map(mask -> logs.stream().map(mask::over).toList())
                .orElse(logs);
    }

    @Override
    public List<Part> tree(Deployment deployment) {
        List<Part> parts = runtime.tree(secrets.opened(deployment));
        return mask(deployment)
                .map(mask -> parts.stream().map(mask::over).toList())
                .orElse(parts);
    }

    /** Over the values that are sealed for the stack; empty: there are none. Those of its own objects are the runtime's to mask. */
    private Optional<SecretMask> mask(Deployment deployment) {
        return deployment.secrets().isEmpty()
                ? Optional.empty()
                : Optional.of(secrets.mask(stack(deployment), deployment.secrets()));
    }

    @Override
    public Optional<Outlook> outlook(Deployment deployment) {
        return runtime.outlook(secrets.opened(deployment));
    }

    @Override
    public Exported export(String project) {
        return runtime.export(project);
    }

    @Override
    public Comparison compare(Deployment deployment) {
        return runtime.compare(deployment);
    }

    @Override
    public void close() {
        runtime.close();
    }
}
