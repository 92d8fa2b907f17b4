package io.wherry.hub.source;

import io.wherry.hub.db.Database;
import io.wherry.hub.registry.OpenRegistries;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Mirrors, a database and a clock that stands still, around sources below a temporary folder. */
final class SourceHarness implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMinutes(5);
    static final Ref MAIN = new Ref.Branch("main");

    final Path folder;
    final Database db;
    final GitMirrors mirrors;
    final SourceChecks checks;
    Instant now = Instant.parse("2026-06-01T12:00:00Z");

    SourceHarness(Path folder, GitLimits limits, GitCredentials credentials) {
        this.folder = folder;
        InstantSource clock = () -> now;
        this.db = Database.open(folder.resolve("hub.db"));
        this.mirrors = new GitMirrors(folder.resolve("mirrors"), List.of(folder), clock, limits);
        this.checks = new SourceChecks(mirrors, credentials, OpenRegistries.CLIENT, db, clock);
    }

    static SourceHarness in(Path folder) {
        return new SourceHarness(folder, GitLimits.DEFAULT, GitCredentials.NONE);
    }

    static GitSource source(String name, String url) {
        return source(name, url, Optional.empty(), Optional.empty(), Duration.ofSeconds(20));
    }

    static GitSource source(
            String name, String url, Optional<String> credential, Optional<String> caBundle, Duration timeout) {
        return new GitSource("uid-" + name, name, new Source.Repository(url, credential, caBundle), timeout);
    }

    GitSource source(OriginRepository origin) {
        return source("shop", origin.folder().toString());
    }

    /** A nudged check of one reference. */
    Fetch check(GitSource source, Ref ref) {
        return java.util.Objects.requireNonNull(
                checks.check(source, Set.of(ref), INTERVAL, true).get(ref));
    }

    GitTree fetched(GitSource source, Ref ref) {
        return switch (check(source, ref)) {
            case Fetch.Fetched fetched -> fetched.tree();
            case Fetch.Unchanged unchanged -> throw new AssertionError("unchanged: " + unchanged);
            case Fetch.Failed failed -> throw new AssertionError(failed.toString());
        };
    }

    Fetch.Failed failed(GitSource source, Ref ref) {
        return switch (check(source, ref)) {
            case Fetch.Failed failed -> failed;
            case Fetch.Fetched fetched -> throw new AssertionError("fetched " + fetched.revision());
            case Fetch.Unchanged unchanged -> throw new AssertionError("unchanged: " + unchanged.revision());
        };
    }

    @Override
    public void close() {
        mirrors.close();
        db.close();
    }
}
