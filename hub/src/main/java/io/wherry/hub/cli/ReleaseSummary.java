package io.wherry.hub.cli;

import io.wherry.contract.Digest;
import io.wherry.contract.Release;
import io.wherry.contract.SiteVariable;
import io.wherry.contract.SourceRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** All that a release allows, for the person who is to sign it. Nothing is left out: what is not shown must not be signed. */
final class ReleaseSummary {
    private ReleaseSummary() {}

    /** @param digest of the bytes to be signed */
    static List<String> lines(Release release, Digest digest) {
        List<String> lines = new ArrayList<>();
        boolean removal = release.kind() == Release.Kind.TOMBSTONE;
        add(lines, "release", release.counter() + " of stack " + release.name() + " (" + release.stack() + ")");
        add(lines, "allows", removal ? "the removal of the stack" : "to run this content");
        add(lines, "environments", names(release.environments(), "none"));
        release.source().ifPresentOrElse(source -> source(lines, source), () -> {
            if (!removal) {
                add(lines, "source", "not told");
            }
        });
        release.bundle()
                .ifPresent(bundle -> add(lines, "bundle", bundle.digest() + ", " + bundle.sizeBytes() + " bytes"));
        release.bundleSet().ifPresent(set -> add(lines, "bundles", set.toString()));
        add(lines, "variables", release.siteVariables().isEmpty() ? "none" : "the site's, within these patterns:");
        release.siteVariables().forEach(variable -> lines.add("                 " + variable(variable)));
        add(lines, "may delete", names(release.permissions().delete(), "nothing"));
        add(lines, "and their data", release.permissions().removeData() ? "YES" : "no");
        release.notAfter().ifPresent(time -> add(lines, "not after", time.toString()));
        if (!release.crit().isEmpty()) {
            add(lines, "asks for", String.join(", ", release.crit()));
        }
        add(lines, "trust domain", release.trustDomain().toString());
        add(lines, "digest", digest.toString());
        return lines;
    }

    private static void source(List<String> lines, SourceRef source) {
        add(lines, "source", source.name() + ", " + source.url() + ", " + source.ref());
        add(lines, "commit", source.commit());
        add(lines, "path", source.path().isEmpty() ? "(top)" : source.path());
        source.chart().ifPresent(chart -> add(lines, "chart", chart.toString()));
    }

    private static String variable(SiteVariable variable) {
        return variable.name() + " = " + variable.pattern()
                + variable.defaultValue()
                        .map(value -> " (default: " + value + ")")
                        .orElse("");
    }

    private static String names(Collection<String> names, String none) {
        return names.isEmpty() ? none : String.join(", ", names);
    }

    private static void add(List<String> lines, String name, String value) {
        lines.add(name + " ".repeat(Math.max(1, 17 - name.length())) + value);
    }
}
