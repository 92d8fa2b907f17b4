package io.wherry.agent;

import io.wherry.agent.bundlefile.FileVerdict;
import io.wherry.agent.hubclient.AgentFacts;
import io.wherry.agent.reconcile.Reconciler;
import io.wherry.agent.reconcile.SiteAnswers;
import io.wherry.agent.reconcile.Standing;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.state.StackRecord;
import io.wherry.agent.state.StateException;
import io.wherry.base.Durations;
import io.wherry.base.Progress;
import io.wherry.base.Suggest;
import io.wherry.contract.Assignment;
import io.wherry.contract.Difference;
import io.wherry.contract.Entry;
import io.wherry.contract.Reason;
import io.wherry.contract.json.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the agent's own commands ask of it, over the control socket or in the same process: JSON in, JSON out.
 *
 * <p>Requests are {@code {"command": NAME, …}}; docs/reference/wherry-agent.md#control-socket lists them.
 */
public final class Commands {
    public static final String BUNDLE_VERIFY = "bundle-verify";
    public static final String BUNDLE_APPLY = "bundle-apply";

    private static final List<String> NAMES = List.of(
            "status",
            "runtime",
            "sync",
            "diff",
            "history",
            "logs",
            "pause",
            "resume",
            "unseal",
            BUNDLE_VERIFY,
            BUNDLE_APPLY);
    private static final int MAX_LINES = 1000;
    private static final int DEFAULT_LINES = 50;

    private final Agent agent;
    private final Progress progress;

    public Commands(Agent agent) {
        this(agent, Progress.NONE);
    }

    /** @param progress is told how far a bundle file is read */
    public Commands(Agent agent, Progress progress) {
        this.agent = agent;
        this.progress = progress;
    }

    /** Carries one out. @throws IllegalArgumentException naming what is not known, and the nearest that is */
    public Json.Obj handle(Json.Obj request) {
        String command = request.string("command");
        try {
            return switch (command) {
                case "status" -> status();
                case "runtime" -> runtime();
                case "sync" -> sync(request);
                case "diff" -> diff(request);
                case "history" -> history(request);
                case "logs" -> logs(request);
                case "pause" -> pause(request);
                case "resume" -> resume(request);
                case "unseal" -> unseal();
                case BUNDLE_VERIFY -> FileTold.of(agent.files().verify(Path.of(request.string("file")), progress));
                case BUNDLE_APPLY -> {
                    FileVerdict verdict = agent.files().apply(Path.of(request.string("file")), progress);
                    agent.prepare();
                    yield FileTold.of(verdict);
                }
                default ->
                    throw new IllegalArgumentException(
                            "command: " + command + " is not known" + Suggest.hint(command, NAMES));
            };
        } catch (RuntimeUnavailable | StateException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private Json.Obj unseal() {
        Unsealing.Unsealed unsealed = agent.unseal();
        return Json.object()
                .put("written", unsealed.written())
                .put("problems", unsealed.problems())
                .build();
    }

    private Json.Obj status() {
        Reconciler.Contact contact = agent.reconciler().contact();
        Instant now = agent.clock().instant();
        Json.Builder out = Json.object()
                .put("name", agent.state().membership().name())
                .put("agentId", agent.state().membership().agentId().value())
                .put("environment", agent.state().membership().environment())
                .put("trustDomain", agent.state().membership().trustDomain().toString())
                .put("version", AgentVersion.TEXT)
                .put(
                        "hub",
                        Json.object()
                                .put("addresses", agent.links().addresses())
                                .putIf("answered", contact.answered().map(Instant::toString))
                                .putIf("tried", contact.tried().map(Instant::toString))
                                .put("problem", contact.problem())
                                .build())
                .putIf("runtimeProblem", agent.runtimeProblem())
                .putIf("auditLog", agent.logFork())
                .putIf("pausedUntil", agent.site().pause().until(now).map(Instant::toString))
                .put("receiptsWaiting", agent.outbox().size())
                .put("time", now.toString());
        agent.state().adopted().ifPresent(assignment -> out.put("assignment", assignment(assignment, now)));
        out.put(
                "stacks",
                new Json.Arr(standings().stream().<Json>map(Commands::stack).toList()));
        return out.build();
    }

    /** The runtime as it answers this agent now, which need not be as it answers the user who asks. */
    private Json.Obj runtime() {
        AgentFacts.RuntimeFacts facts = agent.facts().runtimeFacts();
        return Json.object()
                .put("kind", facts.kind())
                .put("id", facts.id())
                .put("version", facts.version())
                .put("platform", facts.platform())
                .put("problem", facts.problem())
                .build();
    }

    private static Json.Obj assignment(Assignment assignment, Instant now) {
        return Json.object()
                .put("epoch", assignment.epoch())
                .put("sequence", assignment.sequence())
                .put("issuedAt", assignment.issuedAt().toString())
                .put("expiresAt", assignment.expiresAt().toString())
                .put("expired", !now.isBefore(assignment.expiresAt()))
                .build();
    }

    /** As seen by this process, and from the journal what it has not looked at yet. */
    private List<Standing> standings() {
        List<Standing> all = new ArrayList<>(agent.site().reporter().standings());
        for (StackRecord record : agent.journal().all()) {
            if (all.stream().noneMatch(s -> s.stack().equals(record.stack()))) {
                Optional<Entry> entry = agent.state().adopted().flatMap(a -> a.findEntry(record.stack()));
                all.add(Standing.of(
                        entry, record, Standing.Observed.nothing(record.work().since())));
            }
        }
        return all;
    }

    private static Json stack(Standing standing) {
        Json.Builder out = Json.object()
                .put("name", standing.name())
                .put("uid", standing.stack().value())
                .put("generation", standing.assigned())
                .put("running", standing.record().goodGeneration())
                .put("phase", Reason.camelCase(standing.record().step().name()))
                .put("outcome", Reason.camelCase(standing.outcome().name()))
                .put("synced", standing.synced())
                .put("reason", standing.note().reason())
                .put("message", standing.note().message())
                .put("drifted", !standing.observed().drift().isEmpty())
                .put("asOf", standing.observed().at().toString());
        standing.observed().healthy().ifPresent(healthy -> out.put("healthy", healthy));
        standing.runningBundle().ifPresent(bundle -> out.put("bundle", bundle.toString()));
        return out.build();
    }

    private Json.Obj sync(Json.Obj request) {
        List<String> told = agent.stacks().hurry(request.findString("stack"), request.boolOr("retry", false));
        request.findString("stack").filter(_ -> told.isEmpty()).ifPresent(this::unknownStack);
        agent.nudgePoll();
        return Json.object().put("told", told).build();
    }

    private Json.Obj diff(Json.Obj request) {
        List<Json> stacks = new ArrayList<>();
        for (StackRecord.Good good : goods(request.findString("stack"))) {
            List<Difference> differences = agent.site().runtime().diff(deployment(good));
            Json.Builder stack = Json.object().put("stack", good.entry().name());
            agent.site()
                    .runtime()
                    .outlook(deployment(good))
                    .map(SiteAnswers::json)
                    .ifPresent(plan -> stack.put("plan", plan));
            stacks.add(stack.put(
                            "differences",
                            new Json.Arr(differences.stream()
                                    .<Json>map(d -> Json.object()
                                            .put("object", d.object())
                                            .put("field", d.field())
                                            .put("wanted", d.wanted())
                                            .put("found", d.found())
                                            .build())
                                    .toList()))
                    .build());
        }
        return Json.object().put("stacks", new Json.Arr(stacks)).build();
    }

    private Json.Obj logs(Json.Obj request) {
        int lines = Math.clamp(request.integerOr("lines", DEFAULT_LINES), 1, MAX_LINES);
        List<Json> logs = new ArrayList<>();
        for (Deployment present : present(request.findString("stack"))) {
            for (ServiceLog log : agent.site().runtime().logs(present, lines)) {
                logs.add(Json.object()
                        .put("stack", present.identity().stackName())
                        .put("service", log.service())
                        .put("container", log.container())
                        .put("lines", log.lines())
                        .build());
            }
        }
        return Json.object().put("logs", new Json.Arr(logs)).build();
    }

    private Deployment deployment(StackRecord.Good good) {
        return agent.site().content().deployments().of(good);
    }

    /** Of each stack what is there now, also where it never became healthy. */
    private List<Deployment> present(Optional<String> stack) {
        List<Deployment> present = agent.journal().all().stream()
                .flatMap(record -> agent.site().content().deployments().present(record).stream())
                .filter(one ->
                        stack.isEmpty() || stack.get().equals(one.identity().stackName()))
                .toList();
        stack.filter(_ -> present.isEmpty()).ifPresent(this::unknownStack);
        return present;
    }

    private List<StackRecord.Good> goods(Optional<String> stack) {
        List<StackRecord.Good> goods = agent.journal().all().stream()
                .flatMap(record -> record.good().stream())
                .filter(good ->
                        stack.isEmpty() || stack.get().equals(good.entry().name()))
                .toList();
        stack.filter(_ -> goods.isEmpty()).ifPresent(this::unknownStack);
        return goods;
    }

    private void unknownStack(String name) {
        List<String> known = standings().stream().map(Standing::name).toList();
        if (known.contains(name)) {
            throw new IllegalArgumentException("stack \"" + name
                    + "\" is assigned to this agent, and no generation of it runs here yet (see: wherry-agent status)");
        }
        throw new IllegalArgumentException(
                "stack \"" + name + "\" is not running at this agent" + Suggest.hint(name, known));
    }

    private Json.Obj history(Json.Obj request) {
        int lines = Math.clamp(request.integerOr("lines", DEFAULT_LINES), 1, MAX_LINES);
        Optional<String> stack = request.findString("stack");
        List<Json> newest = agent.history().newest(stack, lines);
        stack.filter(name -> newest.isEmpty()
                        && standings().stream().map(Standing::name).noneMatch(name::equals))
                .ifPresent(this::unknownStack);
        return Json.object().put("history", new Json.Arr(newest)).build();
    }

    private Json.Obj pause(Json.Obj request) {
        Duration length = Durations.parse(request.string("for"));
        Instant until = agent.site().pause().pause(length, agent.clock().instant());
        agent.stacks().hurry(Optional.empty(), false);
        agent.tellHub();
        return Json.object().put("until", until.toString()).build();
    }

    private Json.Obj resume(Json.Obj request) {
        Json.Builder answer = Json.object();
        if (request.boolOr("acceptRuntime", false)) {
            Optional<String> before = agent.site().runtime().known();
            String accepted = agent.site().runtime().accept();
            answer.put("runtime", accepted)
                    .put("changed", before.filter(accepted::equals).isEmpty());
        }
        agent.site().pause().resume();
        agent.stacks().hurry(Optional.empty(), false);
        agent.tellHub();
        return answer.build();
    }
}
