package io.wherry.agent.runtime;

import io.wherry.agent.health.Health;
import io.wherry.contract.CarriedImage;
import io.wherry.contract.Difference;
import io.wherry.contract.StackId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The site's runtime: the seam behind which Docker and Kubernetes stand.
 *
 * <p>All state is on the runtime itself, in labels and names, and in the stack's project directory: a call that died anywhere is simply made
 * again and goes on where it stood. Nothing is remembered between calls that a restart of the agent would lose. What was taken over from people cannot
 * carry our labels: which objects those are is kept durably beside the project directory.
 *
 * <p>The order for one stack is {@code stage, apply, probe … probe, commit} or, when it does not become healthy, {@code rollback}. Until
 * {@code commit} what ran before is kept aside and can come back. Calls for one stack must not overlap; calls for different stacks may.
 *
 * <p>Every method throws {@link RuntimeUnavailable} where the runtime cannot be reached at all; where only part of the work met with broken
 * surroundings, the outcome says {@code Pending}. After an apply that is {@code Pending} or {@code Refused}, {@code rollback} puts networks and files
 * back too; where nothing was touched it does nothing.
 */
@SuppressWarnings("AvoidCommonTypeNames") // the word people use for it
public interface Runtime extends AutoCloseable {

    /** Asks the runtime who it is. */
    RuntimeInfo info();

    /** Makes everything present that the apply will need (images). Never stops or changes anything that runs. */
    Staging stage(Deployment deployment);

    /** Whether the runtime has an image that a bundle file names, under one of its two ids. Changes nothing. */
    boolean has(CarriedImage image);

    /** Takes an image that a bundle file brought, and calls it what stacks call it. May be repeated. */
    void load(LoadableImage image);

    /**
     * Compares what should run with what runs, object by object and field by field. Changes nothing.
     *
     * @return empty when in sync; values of environment variables never appear, only their names and keyed hashes
     */
    List<Difference> diff(Deployment deployment);

    /**
     * Services whose image, by the id that the deployment names, is not there any more: what of a last good state could not be made anew. Changes nothing.
     */
    List<String> lostImages(Deployment deployment);

    /**
     * Brings the runtime to what the deployment says. Only what differs is touched, and what is replaced is set aside, not removed.
     * Refused outcomes are found before anything was stopped, or after everything was put back.
     *
     * @param before asked only where something is put back: what ran before, so that it finds its own files again; empty where nothing did, or the same
     */
    Application apply(Deployment deployment, ApplyMode mode, Supplier<Optional<Deployment>> before);

    /** The same for what runs already: there are no other files. */
    default Application apply(Deployment deployment, ApplyMode mode) {
        return apply(deployment, mode, Optional::empty);
    }

    /** Judges the stack's objects once, now. Call it again and again until it is not {@code Starting}. */
    Health probe(Deployment deployment);

    /**
     * The health that a probe found, where the runtime certainly knows that it holds still: then no content need be read to ask again. Asks nobody.
     *
     * @return empty where it is not known, and a probe tells
     */
    Optional<Health> holding(Deployment.Identity identity, Deployment.Timing timing);

    /** Removes what {@code apply} set aside, and what the release permits to delete. */
    Settled commit(Deployment deployment);

    /**
     * Undoes an apply: brings back what was set aside, with the files as they were. May be repeated, and may be called where apply never began.
     *
     * <p>What must be made anew is made of the images that {@code lastGood} names, never of what their tags mean by now. Where one of those is lost the
     * outcome is {@code Pending} with {@code IMAGE_UNAVAILABLE}, and all else is as it was.
     *
     * @param failed   what did not become healthy
     * @param lastGood what ran before, so that objects can be made anew where they were lost; empty on a first apply
     */
    Settled rollback(Deployment failed, Optional<Deployment> lastGood);

    /**
     * Removes the stack's objects, dependents first. Volumes stay unless the deployment permits removal of data and names them.
     *
     * @param keepWorkload true leaves everything running and only forgets it
     */
    Settled remove(Deployment deployment, boolean keepWorkload);

    /**
     * Takes away old images that this agent brought and nobody needs, by the site's rule. Never by force. May be repeated.
     *
     * @param needed ids of images that what runs, what is being brought about and every way back need
     * @param stacks that are still here
     * @return names of what went
     */
    List<String> collectImages(Set<String> needed, Set<StackId> stacks);

    /** The newest log lines per container, oldest first, bounded by {@code linesEach}. Values of the stack's own secrets are taken out. */
    List<ServiceLog> logs(Deployment deployment, int linesEach);

    /** The stack's objects and what they consist of (containers, tasks, pods), each with how it does now. Changes nothing. */
    List<Part> tree(Deployment deployment);

    /**
     * What applying the deployment would change, object by object. Changes nothing.
     *
     * @return empty where the runtime knows differences only field by field, by {@link #diff}
     */
    Optional<Outlook> outlook(Deployment deployment);

    /**
     * What runs of a Compose project, whoever started it, as a Compose file; of a cluster the objects of a namespace. Changes nothing that runs.
     *
     * @param project empty: which projects there are
     */
    Exported export(String project);

    /** What taking over the deployment's project would do to what people run of it. Changes nothing that runs. */
    Comparison compare(Deployment deployment);

    @Override
    void close();
}
