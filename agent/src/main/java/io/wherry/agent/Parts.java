package io.wherry.agent;

import io.wherry.agent.bundlefile.BundleFiles;
import io.wherry.agent.hubclient.Cadence;
import io.wherry.agent.hubclient.Certificates;
import io.wherry.agent.hubclient.EnvironmentProxy;
import io.wherry.agent.hubclient.HubClient;
import io.wherry.agent.hubclient.Hubs;
import io.wherry.agent.hubclient.Links;
import io.wherry.agent.reconcile.Deployments;
import io.wherry.agent.reconcile.Exports;
import io.wherry.agent.reconcile.Reconciler;
import io.wherry.agent.reconcile.Reporter;
import io.wherry.agent.reconcile.SameRuntime;
import io.wherry.agent.reconcile.Site;
import io.wherry.agent.reconcile.SiteAnswers;
import io.wherry.agent.reconcile.Stacks;
import io.wherry.agent.report.Courier;
import io.wherry.agent.report.History;
import io.wherry.agent.report.Outbox;
import io.wherry.agent.report.ReceiptWriter;
import io.wherry.agent.runtime.Comparison;
import io.wherry.agent.runtime.RegistryLogins;
import io.wherry.agent.secrets.SealedLogins;
import io.wherry.agent.secrets.SealedRuntime;
import io.wherry.agent.secrets.SecretFolder;
import io.wherry.agent.secrets.Secrets;
import io.wherry.agent.state.AgentState;
import io.wherry.agent.state.BlobStore;
import io.wherry.agent.state.CertificateFile;
import io.wherry.agent.state.DeviceKeys;
import io.wherry.agent.state.DurableStore;
import io.wherry.agent.state.Journal;
import io.wherry.agent.state.KnownRuntime;
import io.wherry.agent.state.Pause;
import io.wherry.agent.state.StateFolder;
import io.wherry.agent.trust.Adopter;
import io.wherry.agent.trust.LogWatch;
import io.wherry.agent.trust.Renewal;
import io.wherry.agent.trust.RootFollower;
import io.wherry.agent.trust.Stager;
import io.wherry.base.WallClock;
import io.wherry.contract.Assignment;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an agent is made of, put together by plain constructors in the order of the story.
 *
 * @param disk what is kept
 */
record Parts(
        Disk disk,
        HubClient hub,
        Links links,
        Site site,
        Stacks stacks,
        Reconciler reconciler,
        Courier courier,
        Renewal renewal,
        LogWatch logWatch,
        History history,
        Outbox outbox,
        Facts facts,
        BundleFiles files,
        Secrets secrets,
        InstantSource clock,
        AgentConfig config) {

    /** The state folder and what reads it. */
    record Disk(StateFolder folder, DurableStore store, AgentState state, Journal journal, BlobStore blobs) {}

    /** @param nudge told when there is a receipt to send */
    static Parts assemble(
            StateFolder folder, AgentConfig config, Agent.World world, Agent.RuntimeFactory runtimes, Runnable nudge) {
        InstantSource clock = world.clock();
        DurableStore store = new DurableStore(folder);
        AgentState state = AgentState.open(folder, store, DeviceKeys.open(folder));
        Journal journal = Journal.open(folder, store);
        BlobStore blobs = new BlobStore(folder);
        CertificateFile certificate = new CertificateFile(folder, store);
        Links links = new Hubs(
                        () -> Set.copyOf(state.root().caPins()),
                        config.hub().caBundle().map(Certificates::ofFile).orElse(List.of()),
                        EnvironmentProxy.of(world.environment()),
                        () -> state.judgedTime(clock.instant()))
                .links(
                        () -> addresses(state),
                        Optional.of(certificate.read(state.keys().identity().getPrivate())));
        HubClient hub = new HubClient(links, state.incarnation(), state.instance());
        Outbox outbox = Outbox.open(
                folder.folder("outbox"), store, new ReceiptWriter(state, clock, Runtimes.understood(config)));
        Courier courier = new Courier(outbox, hub, world.random());
        History history = new History(folder.resolve("history.jsonl"), clock);
        Reporter reporter = new Reporter(journal, outbox, history, clock, nudge);
        SecretFolder secretFiles = Unsealing.folder(config, state.membership());
        Secrets secrets =
                Unsealing.secrets(secretFiles, state.membership(), state.keys(), Runtimes.hashKey(folder, store));
        SameRuntime runtime = new SameRuntime(
                new SealedRuntime(runtimes.open(config, owner(state), folder, store, logins(state)), secrets),
                new KnownRuntime(folder, store));
        Deployments deployments = new Deployments(folder, blobs, secretFiles::base);
        Stager stager = new Stager(state, blobs, hub, clock, Runtimes.understood(config));
        Site site = new Site(
                runtime,
                state,
                journal,
                new Site.Content(stager::stage, deployments),
                new SitePolicy(config, folder.root()),
                new Pause(folder, store),
                reporter,
                WallClock.passing());
        Stacks stacks = new Stacks(site, clock, world.random());
        Facts facts = new Facts(state, config, runtime, site.pause(), folder, clock);
        Adopter adopter = new Adopter(state, journal, clock, AgentVersion.parsed());
        LogWatch logWatch = new LogWatch(state, folder, store);
        Renewal renewal =
                new Renewal(state, certificate, hub, clock, world.random().nextDouble());
        Reconciler reconciler = new Reconciler(
                new Reconciler.Hub(
                        hub,
                        new Cadence(
                                config.hub().mode(),
                                config.hub().interval(),
                                config.hub().holdMax(),
                                world.random()),
                        new RootFollower(state, hub),
                        renewal,
                        logWatch),
                adopter,
                state,
                stacks,
                new Reconciler.Telling(
                        reporter,
                        outbox,
                        facts,
                        new Exports(
                                runtime::export,
                                (project, question) -> site.policy()
                                        .objection(question.model())
                                        .map(violation -> Comparison.blocked("PolicyDenied: " + violation.sentence()))
                                        .orElseGet(() -> runtime.compare(deployments.forComparing(project, question))),
                                config.site().export(),
                                new SiteAnswers(
                                        site,
                                        new SiteAnswers.Allowed(
                                                config.site().export(),
                                                config.site().logs()),
                                        clock),
                                hub::export)),
                clock);
        return new Parts(
                new Disk(folder, store, state, journal, blobs),
                hub,
                links,
                site,
                stacks,
                reconciler,
                courier,
                renewal,
                logWatch,
                history,
                outbox,
                facts,
                new BundleFiles(state, blobs, adopter, runtime, outbox, Runtimes.understood(config)),
                secrets,
                clock,
                config);
    }

    private static List<String> addresses(AgentState state) {
        Set<String> addresses =
                new LinkedHashSet<>(state.adopted().map(Assignment::hubs).orElse(List.of()));
        addresses.addAll(state.membership().hubs());
        return List.copyOf(addresses);
    }

    /** Those of the newest assignment: a rotated one serves what was released before it too. */
    private static RegistryLogins logins(AgentState state) {
        return new SealedLogins(Unsealing.opener(state.membership(), state.keys()), stack -> state.adopted().stream()
                .flatMap(assignment -> assignment.entries().stream())
                .filter(entry -> entry.stack().equals(stack))
                .flatMap(entry -> entry.registryLogins().stream())
                .toList());
    }

    private static String owner(AgentState state) {
        return state.membership().trustDomain().hex() + "/"
                + state.membership().agentId().value();
    }
}
