package io.wherry.hub.release;

import io.wherry.contract.BundleRef;
import io.wherry.contract.Digest;
import io.wherry.contract.Permissions;
import io.wherry.contract.Release;
import io.wherry.contract.Roles;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.SourceRef;
import io.wherry.contract.StackId;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a release would permit: all of it but the counter.
 *
 * @param environments  environments of the targets; the empty text stands for agents without one
 * @param siteVariables those that the bundle leaves to the site
 * @param delete        names of objects the stack stopped declaring, which the agent may therefore delete
 */
public record ReleaseContent(
        StackId stack,
        String name,
        BundleRef bundle,
        SortedSet<String> environments,
        Optional<SourceRef> source,
        List<SiteVariable> siteVariables,
        SortedSet<String> delete) {

    public ReleaseContent {
        environments = Collections.unmodifiableSortedSet(new TreeSet<>(environments));
        siteVariables = List.copyOf(siteVariables);
        delete = Collections.unmodifiableSortedSet(new TreeSet<>(delete));
    }

    /** As a release names them. */
    List<String> environmentNames() {
        return names(environments);
    }

    /** An agent without an environment is covered by a release for anywhere, and by no other. */
    static List<String> names(SortedSet<String> environments) {
        return environments.contains("") ? List.of(Roles.ANY) : List.copyOf(environments);
    }

    /** Whether the other release permits the same content: the commit it came from does not matter, nor what it may delete. */
    boolean sameAs(Release release) {
        return release.bundle().equals(Optional.of(bundle))
                && release.siteVariables().equals(siteVariables)
                && release.notAfter().isEmpty();
    }

    /** A release that permits this, and removes nothing's data. */
    Release release(Digest trustDomain, long counter) {
        return new Release(
                trustDomain,
                stack,
                name,
                counter,
                Release.Kind.CONTENT,
                Optional.of(bundle),
                Optional.empty(),
                environmentNames(),
                source,
                Optional.empty(),
                siteVariables,
                new Permissions(new TreeSet<>(delete), false),
                List.of());
    }

    boolean coveredBy(Release release) {
        return environments.stream().allMatch(release::allows)
                && release.permissions().delete().containsAll(delete);
    }
}
