package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * "This content may run": signed by the release role (docs/reference/bundle-format.md#release).
 *
 * @param trustDomain   digest of trust root version 1
 * @param stack         uid of the stack
 * @param name          name of the stack, for people
 * @param counter       1, 2, 3 … per stack; an agent never goes back to a lower one, so going back in content needs a higher one
 * @param bundle        the content; absent for a tombstone and for a set
 * @param bundleSet     several contents, one per value set; absent for a tombstone and for a single bundle
 * @param environments  where it may run: names, or {@code *} for anywhere; 1 to {@link Limits#ENVIRONMENTS}
 * @param source        where it came from
 * @param notAfter      no agent begins to apply it later than this; what runs goes on
 * @param siteVariables late variables with their patterns
 * @param crit          features that an agent must understand
 */
public record Release(
        Digest trustDomain,
        StackId stack,
        String name,
        long counter,
        Kind kind,
        Optional<BundleRef> bundle,
        Optional<BundleSet> bundleSet,
        List<String> environments,
        Optional<SourceRef> source,
        Optional<Instant> notAfter,
        List<SiteVariable> siteVariables,
        Permissions permissions,
        List<String> crit) {

    /** Content that may run, or the permission to take a stack away. */
    public enum Kind {
        CONTENT,
        TOMBSTONE
    }

    /** @throws IllegalArgumentException naming the field */
    public Release {
        Check.name("name", name);
        Check.range("counter", counter, 1, Limits.INTEGER);
        boolean one = bundle.isPresent() != bundleSet.isPresent();
        boolean none = bundle.isEmpty() && bundleSet.isEmpty();
        Check.that(
                kind == Kind.CONTENT ? one : none,
                "bundle",
                kind,
                "either bundle or bundleSet for content, neither for a tombstone");
        environments = List.copyOf(environments);
        Check.range("environments", environments.size(), 1, Limits.ENVIRONMENTS);
        Check.distinct("environments", environments);
        environments.stream().filter(e -> !e.equals(Roles.ANY)).forEach(e -> Check.name("environments", e));
        notAfter = notAfter.map(time -> Check.millis("notAfter", time));
        siteVariables = List.copyOf(siteVariables);
        Check.count("siteVariables", siteVariables, Limits.VARIABLES);
        Check.distinct(
                "siteVariables", siteVariables.stream().map(SiteVariable::name).toList());
        crit = Check.features("crit", crit);
    }

    /** Content that may run anywhere and for ever, as it is, and that permits to delete nothing. */
    public static Release anywhere(Digest trustDomain, StackId stack, String name, long counter, BundleRef bundle) {
        return new Release(
                trustDomain,
                stack,
                name,
                counter,
                Kind.CONTENT,
                Optional.of(bundle),
                Optional.empty(),
                List.of(Roles.ANY),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Permissions.NONE,
                List.of());
    }

    /** Whether it may run at an agent of this environment; the empty text stands for an agent without one. */
    public boolean allows(String environment) {
        return environments.contains(Roles.ANY) || environments.contains(environment);
    }

    /** The canonical bytes to be signed. */
    public byte[] toStatement() {
        Json.Builder release = Json.object()
                .put("trustDomain", trustDomain.toString())
                .put("stack", stack.value())
                .put("name", name)
                .put("counter", counter)
                .put("kind", Codec.lower(kind))
                .put("environments", environments)
                .putIf("notAfter", notAfter.map(Codec::time))
                .put(
                        "siteVariables",
                        new Json.Arr(
                                siteVariables.stream().map(SiteVariable::toJson).toList()))
                .put("permissions", permissions.toJson())
                .put("crit", crit);
        bundle.ifPresent(b -> release.put("bundle", b.toJson()));
        bundleSet.ifPresent(b -> release.put("bundleSet", b.toJson()));
        source.ifPresent(s -> release.put("source", s.toJson()));
        return Statement.bytes(Statement.RELEASE, subjects(), release.build());
    }

    /** The content's digest; a tombstone has none and names its trust domain. */
    private List<Statement.Subject> subjects() {
        Digest about = bundle.map(BundleRef::digest)
                .or(() -> bundleSet.map(BundleSet::root))
                .orElse(trustDomain);
        return List.of(new Statement.Subject("stack/" + stack, about));
    }

    /** @throws RuntimeException {@link io.wherry.contract.json.JsonException} or {@link IllegalArgumentException}, naming the field */
    public static Release parse(Json.Obj statement) {
        Json.Obj release = Statement.predicate(statement, Statement.RELEASE);
        Release parsed = new Release(
                Codec.digest(release, "trustDomain"),
                StackId.parse(release.string("stack")),
                release.string("name"),
                release.integer("counter"),
                Codec.lower(Kind.class, release, "kind"),
                release.findObject("bundle").map(BundleRef::parse),
                release.findObject("bundleSet").map(BundleSet::parse),
                release.strings("environments"),
                release.findObject("source").map(SourceRef::parse),
                Codec.findTime(release, "notAfter"),
                release.objects("siteVariables").stream()
                        .map(SiteVariable::parse)
                        .toList(),
                Permissions.parse(release.object("permissions")),
                release.strings("crit"));
        Statement.checkSubjects(statement, parsed.subjects());
        return parsed;
    }
}
