package io.wherry.hub.api;

import io.wherry.base.Metrics;
import io.wherry.hub.access.Access;
import io.wherry.hub.access.ApiKeys;
import io.wherry.hub.access.Principal;
import io.wherry.hub.agentapi.JoinFiles;
import io.wherry.hub.audit.AuditLog;
import io.wherry.hub.bundlefile.BundleExport;
import io.wherry.hub.configuration.Configuration;
import io.wherry.hub.db.Database;
import io.wherry.hub.fleet.AgentDecisions;
import io.wherry.hub.fleet.AgentRepository;
import io.wherry.hub.fleet.Exports;
import io.wherry.hub.fleet.JoinTokens;
import io.wherry.hub.fleet.ServerIdentity;
import io.wherry.hub.release.Keys;
import io.wherry.hub.resource.Policy;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceKind;
import io.wherry.hub.resource.ResourceRepository;
import io.wherry.hub.resource.Source;
import io.wherry.hub.resource.SourceRules;
import io.wherry.hub.resource.Stack;
import io.wherry.hub.resource.Stored;
import io.wherry.hub.source.GitSource;
import io.wherry.hub.source.SourceChecks;
import io.wherry.hub.status.Events;
import io.wherry.hub.status.FleetStatus;
import io.wherry.hub.status.LiveProgress;
import io.wherry.hub.status.ReportIntake;
import io.wherry.hub.sync.AgentReviews;
import io.wherry.hub.sync.FleetLoops;
import io.wherry.hub.sync.OperationResult;
import io.wherry.hub.sync.PlanApprovals;
import io.wherry.hub.sync.ReleaseApprovals;
import io.wherry.hub.sync.RolloutOperations;
import io.wherry.hub.sync.StackOperations;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** Puts the interface together: all routes, in the order in which {@code openapi.json} shows them, and the listeners before them. */
public final class Api implements AutoCloseable {
    private final AtomicBoolean open = new AtomicBoolean(true);
    private final Ground ground;
    private final Fleet fleet;
    private final Delivery delivery;
    private final InstantSource clock;
    private final Audited audited;
    private final ApiServer server;
    private final Beside beside;

    /**
     * Where to listen, and what to show there.
     *
     * @param beside makes what is served beside the REST, of the REST's own routes
     */
    public record Listening(
            ApiServer.Listeners listeners,
            Supplier<ServerIdentity> identity,
            Metrics metrics,
            Function<Desk, Beside> beside) {}

    /** What everything stands on. */
    public record Ground(
            Database db,
            Keys keys,
            AuditLog audit,
            Access access,
            ApiKeys apiKeys,
            io.wherry.hub.vault.Credentials credentials) {}

    /** What was declared, who joined, and how all of it is. */
    public record Fleet(
            ResourceRepository resources,
            Events events,
            JoinTokens tokens,
            AgentRepository agents,
            AgentDecisions decisions,
            JoinFiles joinFiles,
            Exports exports,
            FleetStatus status) {}

    /** What brings commits to agents. */
    public record Delivery(
            SourceChecks checks,
            StackOperations operations,
            RolloutOperations rollouts,
            ReleaseApprovals approvals,
            PlanApprovals plans,
            FleetLoops loops,
            LiveProgress progress,
            BundleExport export,
            ReportIntake intake,
            AgentReviews reviews,
            Configuration configuration) {}

    private Api(Listening listening, Ground ground, Fleet fleet, Delivery delivery, InstantSource clock) {
        this.ground = ground;
        this.fleet = fleet;
        this.delivery = delivery;
        this.clock = clock;
        this.audited = new Audited(ground.audit(), clock);
        Dispatcher dispatcher = new Dispatcher(routes(), ground.access(), audited, new Sparingly(clock));
        Health health = new Health(() -> open.get() ? Optional.empty() : Optional.of("stopping"), listening.metrics());
        Webhooks webhooks = new Webhooks(
                name -> fleet.resources().find(Source.class, name),
                ground.credentials()::webhook,
                ground.credentials()::used,
                delivery.loops()::nudgeSource,
                new Sparingly(clock));
        this.beside = listening.beside().apply(new Desk(dispatcher, ground.access()));
        this.server =
                ApiServer.start(listening.listeners(), listening.identity(), dispatcher, webhooks, beside, health);
    }

    /** Starts serving operators. */
    public static Api start(Listening listening, Ground ground, Fleet fleet, Delivery delivery, InstantSource clock) {
        return new Api(listening, ground, fleet, delivery, clock);
    }

    /** Where operators are served: of use when the configuration left the choice open. */
    public int port() {
        return server.port();
    }

    private List<Route> routes() {
        Runnable changed = delivery.loops()::nudge;
        StatusView view = new StatusView(
                fleet.status(),
                new StatusView.Doing(
                        delivery.checks(),
                        delivery.configuration()::status,
                        delivery.loops()::charts,
                        delivery.progress(),
                        fleet.agents(),
                        delivery.operations()::lookedAt,
                        delivery.loops()::reach),
                fleet.resources(),
                clock);
        SiteQuestions sites = new SiteQuestions(fleet.agents(), fleet.status(), fleet.exports(), audited);
        List<Route> routes = new ArrayList<>();
        routes.addAll(new MetaApi(ground.apiKeys(), ground.keys(), clock).routes());
        routes.addAll(new StatusApi(fleet.resources(), fleet.status(), view).routes());
        routes.addAll(new EventsApi(fleet.events(), this::serves).routes());
        routes.addAll(new ApplyApi(ground.db(), fleet.resources(), audited, this::delete, changed).routes());
        routes.addAll(new ResourcesApi(ground.db(), fleet.resources(), view, this::delete, changed).routes());
        routes.addAll(new SourcesApi(
                        ground.db(),
                        fleet.resources(),
                        delivery.checks(),
                        delivery.loops()::nudgeSource,
                        delivery.configuration()::accept,
                        audited,
                        changed)
                .routes());
        routes.addAll(new StacksApi(
                        delivery.operations(),
                        fleet.resources(),
                        new TakeOvers(fleet.agents(), fleet.exports()),
                        new SitePlans(fleet.agents(), fleet.exports()),
                        audited)
                .routes());
        routes.addAll(new RolloutsApi(delivery.rollouts(), fleet.resources()).routes());
        routes.addAll(new PlansApi(delivery.plans(), fleet.resources()).routes());
        routes.addAll(new ApprovalsApi(delivery.approvals(), fleet.resources()).routes());
        routes.addAll(new AgentsApi(fleet.decisions(), fleet.agents(), delivery.reviews(), changed).routes());
        routes.addAll(new ExportsApi(fleet.resources(), fleet.exports(), sites).routes());
        routes.addAll(new JoinRequestsApi(fleet.joinFiles(), changed).routes());
        routes.addAll(new TokensApi(fleet.tokens(), clock).routes());
        routes.addAll(new ApiKeysApi(
                        ground.db(), ground.apiKeys(), delivery.plans(), audited, fleet.events()::published, clock)
                .routes());
        routes.addAll(new CredentialsApi(ground.db(), ground.credentials(), audited, this::refusal, changed).routes());
        routes.addAll(new BundleFilesApi(delivery.export(), audited).routes());
        routes.addAll(new ReceiptsApi(fleet.agents(), delivery.intake(), audited).routes());
        routes.addAll(new AuditApi(ground.audit(), ground.keys()).routes());
        return routes;
    }

    /** Whether a stream that somebody began with a key goes on. */
    private boolean serves(Principal reader) {
        return open.get() && ground.access().holder(reader.keyId()).isPresent();
    }

    private String delete(
            ApiRequest request, Stored<? extends Resource> stored, boolean deleteVolumes, Conditions conditions) {
        ResourceKind kind = stored.resource().kind();
        String object = kind.word() + "/" + stored.name();
        if (stored.resource() instanceof Stack) {
            OperationResult result = delivery.operations()
                    .delete(stored.name(), deleteVolumes, StacksApi.actor(request), now -> {
                        Owned.refuse(now);
                        conditions.require(object, Optional.of(now));
                    });
            return StacksApi.told(result).string("message");
        }
        List<String> governed = stored.resource() instanceof Policy
                ? delivery.loops().reach(stored.name()).agents()
                : List.of();
        ground.db().run(handle -> {
            Optional<Stored<Resource>> now = fleet.resources().find(handle, kind, stored.name());
            now.ifPresent(Owned::refuse);
            conditions.require(object, now);
            new InUse(handle, fleet.resources()).refuse(stored.resource(), List.of());
            fleet.resources().delete(handle, kind, stored.name());
            if (stored.resource() instanceof Policy policy) {
                audited.changed(handle, request, "delete", object, Optional.of(policy.spec()), Optional.empty());
            } else {
                audited.done(handle, request, "delete", object);
            }
        });
        if (stored.resource() instanceof Source) {
            delivery.checks().forgetSource(stored.uid());
        }
        return governed.isEmpty() ? "deleted" : "deleted; it governed " + String.join(", ", governed);
    }

    /** How long {@code credential test} may take: a person waits for it. */
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(20);

    private Optional<String> refusal(String credential, String url, Optional<String> hostKeys) {
        Source.Repository repository = Bodies.tried(() ->
                Source.Repository.at(url, Optional.of(credential)).with(SourceRules.of(hostKeys, Optional.empty())));
        return delivery.checks()
                .probe(new GitSource("probe", "credential/" + credential, repository, PROBE_TIMEOUT))
                .map(failed -> failed.detail() + " (" + failed.hint() + ")");
    }

    @Override
    public void close() {
        open.set(false);
        beside.close();
        fleet.exports().close();
        fleet.events().published(); // wakes those who follow, so that they see it and go
        server.close();
    }
}
