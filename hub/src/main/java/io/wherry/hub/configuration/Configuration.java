package io.wherry.hub.configuration;

import io.wherry.base.yaml.Problem;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.configuration.ConfigurationFiles.Reading;
import io.wherry.hub.configuration.ConfigurationRecords.Look;
import io.wherry.hub.configuration.ConfigurationWrite.Refused;
import io.wherry.hub.configuration.ConfigurationWrite.Written;
import io.wherry.hub.db.Database;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.resource.Ref;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.ResourceYaml.Placed;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.GitTree;
import io.wherry.hub.source.Merged;
import io.wherry.hub.source.Revision;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.status.Events;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The hub's own resources from a repository: reads a commit whole, checks it whole, and stores it in one transaction, or keeps what it has and says why.
 *
 * <p>Fetching is any source's: its loop asks the server, {@link #runOnce} looks at what came of it, on one thread. What is stored is as good as applied by a
 * person; but only the next commit changes it.
 */
public final class Configuration {
    private final Optional<ConfigurationSpec> spec;
    private final Parts parts;
    private final ConfigurationRecords records;
    private volatile Runnable whenApplied = () -> {};

    /** What it stands on. */
    public record Parts(
            Database db, ResourceRepository resources, SourceChecks checks, AuditLog audit, Events events) {}

    private Configuration(Optional<ConfigurationSpec> spec, Parts parts, InstantSource clock) {
        this.spec = spec;
        this.parts = parts;
        this.records = new ConfigurationRecords(parts.audit(), parts.events(), clock);
    }

    /**
     * Declares the repository's source, or leaves to people what a repository declared before.
     *
     * @param spec empty: people declare
     * @throws ConfigurationException if people declared a source of its name, and otherwise
     */
    public static Configuration open(Optional<ConfigurationSpec> spec, Parts parts, InstantSource clock) {
        var root = new ConfigurationRoot(parts.db(), parts.resources(), parts.checks(), parts.audit(), clock);
        spec.ifPresentOrElse(root::declare, root::withdraw);
        return new Configuration(spec, parts, clock);
    }

    /** Whether there is a repository to look at. */
    public boolean isDeclared() {
        return spec.isPresent();
    }

    /** Runs the task after resources changed. It must not block. */
    public void onApplied(Runnable task) {
        whenApplied = task;
    }

    /** Looks at the newest commit that may be used. Quick where it was applied before; what could not be, or waits, is tried again. */
    public void runOnce() {
        if (spec.isEmpty()) {
            return;
        }
        Optional<Stored<Source>> stored = parts.resources()
                .find(Source.class, ConfigurationSpec.SOURCE)
                .filter(source -> !source.resource().suspend());
        if (stored.isEmpty()) {
            return;
        }
        GitSource source = GitSource.of(stored.get().uid(), stored.get().resource());
        Ref ref = stored.get().resource().follows(Optional.empty());
        Optional<Revision> head = parts.checks().lastGood(source, ref);
        ConfigurationState state =
                ConfigurationState.find(parts.db(), source.id()).orElseGet(() -> ConfigurationState.none(source.id()));
        if (head.isEmpty() || state.settled(head.get().commit(), spec.get().rules())) {
            return;
        }
        Optional<GitTree> tree = parts.checks().tree(source, head.get().commit());
        if (tree.isPresent()) {
            Look look = new Look(source, ref, head.get(), changeKeys(source, state, head.get()));
            consider(
                    spec.get(),
                    state,
                    look,
                    ConfigurationFiles.read(tree.get(), spec.get().path()));
            parts.events().published();
        }
    }

    private List<String> changeKeys(GitSource source, ConfigurationState state, Revision head) {
        return state.commit().equals(Optional.of(head.commit()))
                ? List.of()
                : parts.checks().merged(source, state.commit(), head.commit(), SourceChecks.CHANGE_KEY).stream()
                        .map(Merged::changeKeys)
                        .flatMap(List::stream)
                        .distinct()
                        .toList();
    }

    private void consider(ConfigurationSpec rules, ConfigurationState state, Look look, Reading reading) {
        switch (reading) {
            case Reading.Invalid(List<Problem> problems) ->
                refuse(rules, state, look, Trouble.of(ConfigurationReason.CONFIGURATION_INVALID, problems));
            case Reading.Empty() -> refuse(rules, state, look, Trouble.empty(rules.path()));
            case Reading.Declared(List<Placed> declared) -> {
                try {
                    apply(rules, state, look, declared);
                } catch (Refused e) {
                    refuse(rules, state, look, e.trouble());
                }
            }
        }
    }

    private void apply(ConfigurationSpec rules, ConfigurationState state, Look look, List<Placed> declared) {
        String commit = look.revision().commit();
        Written written = parts.db().write(handle -> {
            boolean accepted = ConfigurationState.find(handle, state.source()) // a person may have meanwhile
                    .flatMap(ConfigurationState::accepted)
                    .equals(Optional.of(commit));
            Written done = new ConfigurationWrite(handle, parts.resources(), rules, commit).run(declared, accepted);
            note(handle, state, state.applied(commit, rules.rules(), done.waiting), look, done);
            return done;
        });
        written.sourcesGone.forEach(parts.checks()::forgetSource);
        if (!state.commit().equals(Optional.of(commit))) {
            parts.checks()
                    .deployed(look.source(), look.ref(), Map.of(look.source().id(), commit));
        }
        if (!written.nothing()) {
            whenApplied.run();
        }
    }

    private void note(Handle handle, ConfigurationState before, ConfigurationState now, Look look, Written done) {
        if (!before.commit().equals(now.commit()) || !done.nothing()) {
            records.applied(handle, look, done);
        }
        if (!now.waiting().isEmpty() && !now.waiting().equals(before.waiting())) {
            records.waits(handle, now.waiting());
        }
        if (!now.equals(before)) {
            ConfigurationState.put(handle, now);
        }
    }

    private void refuse(ConfigurationSpec rules, ConfigurationState before, Look look, Trouble trouble) {
        ConfigurationState now = before.troubled(look.revision().commit(), rules.rules(), trouble);
        if (!now.equals(before)) {
            parts.db().run(handle -> {
                ConfigurationState.put(handle, now);
                records.refused(handle, look, trouble);
            });
        }
    }

    /** How the repository of a source stands; empty for any other source, and before the first look. */
    public Optional<ConfigurationStatus> status(String sourceUid) {
        return ConfigurationState.find(parts.db(), sourceUid).map(ConfigurationStatus::of);
    }

    /**
     * A person agrees that what the applied commit no longer declares ends, in the caller's transaction. Have the source checked afterwards.
     *
     * @return what waited for that, one line each
     */
    public List<String> accept(Handle handle, String sourceUid) {
        List<String> waiting = ConfigurationState.find(handle, sourceUid)
                .map(state ->
                        state.waiting().stream().filter(Pruning::isDeletion).toList())
                .orElse(List.of());
        if (!waiting.isEmpty()) {
            ConfigurationState.accept(handle, sourceUid);
        }
        return waiting;
    }
}
