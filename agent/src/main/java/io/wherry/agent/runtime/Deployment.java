package io.wherry.agent.runtime;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.Digest;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a stack should be at this site: a verified bundle with this site's variables put in.
 *
 * @param identity which stack, which content
 * @param model    the normalised model: for Docker in the shape of {@code docker compose config --format json}, but with plain values: this
 *                 site's variables are put in and {@code $$} is turned into {@code $}
 * @param files    files of the project directory that came with the bundle, by path
 * @param deletions what the release permits to delete
 * @param timing   how long to watch before a verdict
 * @param images   service name to the id of the image it was staged or verified with; a service without one runs what its reference means now
 * @param secrets whose values the entry brought: the model's external ones
 * @param adopt   whether objects of the same Compose project that people made are taken over
 * @param neighbours what the other stacks of this agent are to be
 */
public record Deployment(
        Identity identity,
        Json.Obj model,
        List<ProjectFile> files,
        Deletions deletions,
        Timing timing,
        SortedMap<String, String> images,
        List<SecretFile> secrets,
        boolean adopt,
        Neighbours neighbours) {

    public Deployment {
        requireNonNull(identity, "identity");
        requireNonNull(model, "model");
        requireNonNull(timing, "timing");
        files = List.copyOf(files);
        secrets = List.copyOf(secrets);
        images = Collections.unmodifiableSortedMap(new TreeMap<>(images));
    }

    /** One whose images are still to be staged. */
    public Deployment(Identity identity, Json.Obj model, List<ProjectFile> files, Deletions deletions, Timing timing) {
        this(
                identity,
                model,
                files,
                deletions,
                timing,
                Collections.emptySortedMap(),
                List.of(),
                false,
                Neighbours.NONE);
    }

    /** The same, with these secrets. */
    public Deployment with(List<SecretFile> brought) {
        return new Deployment(identity, model, files, deletions, timing, images, brought, adopt, neighbours);
    }

    /** The same, with exactly these images, whatever their names mean by now. */
    public Deployment with(SortedMap<String, String> exactly) {
        return new Deployment(identity, model, files, deletions, timing, exactly, secrets, adopt, neighbours);
    }

    /** The same, taking over or not what people made. */
    public Deployment adopting(boolean takesOver) {
        return new Deployment(identity, model, files, deletions, timing, images, secrets, takesOver, neighbours);
    }

    /** The same, beside these stacks. */
    public Deployment beside(Neighbours others) {
        return new Deployment(identity, model, files, deletions, timing, images, secrets, adopt, others);
    }

    /**
     * @param stack      the stack's uid: never reused, unlike its name
     * @param stackName  the stack's name, for people
     * @param generation of the entry; written on objects at their creation, never drift
     * @param bundle     digest of the bundle's manifest
     * @param project    Compose project (or namespace default) whose names the objects carry
     * @param directory  the stack's project directory at the site, stable over revisions; relative paths of the model mean below it
     */
    public record Identity(
            StackId stack, String stackName, long generation, Digest bundle, String project, Path directory) {
        public Identity {
            requireNonNull(stack, "stack");
            requireNonNull(bundle, "bundle");
            requireNonNull(directory, "directory");
            if (generation < 1) {
                throw new IllegalArgumentException("generation: " + generation + " (expected: 1 or more)");
            }
            if (project.isEmpty()) {
                throw new IllegalArgumentException("project: empty (expected: a Compose project name)");
            }
        }
    }

    /**
     * A file of the project directory.
     *
     * @param path       relative, with slashes, below the project directory; checked again by the runtime
     * @param executable mode 0755 instead of 0644
     * @param digest     of the content
     * @param blob       where the verified bytes lie now
     */
    public record ProjectFile(String path, boolean executable, Digest digest, Path blob) {
        public ProjectFile {
            requireNonNull(digest, "digest");
            requireNonNull(blob, "blob");
        }
    }

    /**
     * What the signed release permits to delete.
     *
     * @param names      {@code service/web}, {@code network/front}, {@code volume/data}
     * @param removeData whether named volumes may really go, with their data
     * @param prune      false keeps everything, whatever is named
     */
    public record Deletions(SortedSet<String> names, boolean removeData, boolean prune) {
        public static final Deletions NONE = new Deletions(new TreeSet<>(), false, false);

        public Deletions {
            names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }
    }

    /**
     * @param observe       how long an object without a health check must run without a restart to count as healthy
     * @param healthTimeout after this long since its start an object that is not healthy is unhealthy
     */
    public record Timing(Duration observe, Duration healthTimeout) {
        /** Ten seconds and five minutes: what a stack gets that says nothing. */
        public static final Timing DEFAULT = new Timing(Duration.ofSeconds(10), Duration.ofMinutes(5));
    }
}
