package io.wherry.agent.reconcile;

import io.wherry.agent.reconcile.Exports.Answer;
import io.wherry.agent.runtime.Deployment;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.Outlook;
import io.wherry.agent.runtime.Part;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.ServiceLog;
import io.wherry.agent.state.StackRecord;
import io.wherry.contract.Entry;
import io.wherry.contract.Reason;
import io.wherry.contract.SiteQuestion;
import io.wherry.contract.StackId;
import io.wherry.contract.json.Json;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What this site says of its stacks: to operators by way of the hub, and to who asks at the site. Nothing is changed by a question. */
public final class SiteAnswers implements Exports.Questions {
    /** Of all log lines of an answer, in characters: with the other limits of an answer a screen of every container of a large stack. */
    private static final int MAX_LOG_CHARS = 1 << 20;

    /** Objects and what they consist of; a stack may have 10,000, and nobody reads them. What is not well comes first. */
    private static final int MAX_PARTS = 2000;

    /** Lines of all diffs of a plan; of the objects after that only the names are said. */
    private static final int MAX_DIFF_CHARS = 1 << 20;

    private static final int MAX_NAMES = 20;

    private final Site site;
    private final Allowed allowed;
    private final InstantSource clock;

    /**
     * What the site lets be read.
     *
     * @param export what runs, with the values in it
     * @param logs   log lines
     */
    public record Allowed(boolean export, boolean logs) {}

    public SiteAnswers(Site site, Allowed allowed, InstantSource clock) {
        this.site = site;
        this.allowed = allowed;
        this.clock = clock;
    }

    @Override
    public Answer answer(SiteQuestion question) {
        return switch (question) {
            case SiteQuestion.Logs logs -> logs(logs);
            case SiteQuestion.Tree(StackId stack) ->
                ofStack(
                        stack,
                        deployment -> new Answer.Given(tree(
                                site.runtime().tree(deployment),
                                deployment.identity().generation())));
            case SiteQuestion.Objects(String namespace) -> objects(namespace);
            case SiteQuestion.Plan plan -> plan(plan);
        };
    }

    @FunctionalInterface
    private interface Look {
        Answer of(Deployment deployment);
    }

    private Answer ofStack(StackId stack, Look look) {
        Optional<StackRecord> record = site.journal().find(stack);
        return record.flatMap(found -> site.content().deployments().present(found))
                .map(look::of)
                .orElseGet(() -> new Answer.Refused(
                        RuntimeReason.STACK_NOT_HERE,
                        "nothing of the stack runs here"
                                + record.map(found -> " (it is "
                                                + Reason.camelCase(found.step().name()) + ", "
                                                + found.work().note().reason() + ")")
                                        .orElse("")));
    }

    private Answer logs(SiteQuestion.Logs question) {
        if (!allowed.logs()) {
            return new Answer.Refused(
                    RuntimeReason.LOGS_REFUSED,
                    "this site does not let log lines be read (a technician allows it: logs: allow in its agent.yaml)");
        }
        return ofStack(question.stack(), deployment -> {
            List<ServiceLog> all = site.runtime().logs(deployment, Math.toIntExact(question.lines()));
            List<ServiceLog> wanted =
                    all.stream().filter(log -> isOf(log, question.object())).toList();
            if (wanted.isEmpty() && !question.object().isEmpty()) {
                List<String> names = all.stream()
                        .map(ServiceLog::service)
                        .distinct()
                        .limit(MAX_NAMES)
                        .toList();
                return new Answer.Refused(
                        RuntimeReason.STACK_NOT_HERE,
                        "nothing of the stack that writes a log is called " + question.object()
                                + (names.isEmpty() ? "" : " (there is: " + String.join(", ", names) + ")"));
            }
            return new Answer.Given(logs(wanted));
        });
    }

    /** By its whole name, or by the last part of it: {@code web} for {@code Deployment.apps/shop/web}. */
    static boolean isOf(ServiceLog log, String object) {
        return object.isEmpty()
                || log.service().equals(object)
                || ("service/" + log.service()).equals(object)
                || log.service().endsWith("/" + object);
    }

    private Json.Obj logs(List<ServiceLog> logs) {
        int each = MAX_LOG_CHARS / Math.max(1, logs.size());
        List<Json> items = new ArrayList<>();
        for (ServiceLog log : logs) {
            List<String> newest = newest(log.lines(), each);
            items.add(Json.object()
                    .put("object", log.service())
                    .put("container", log.container())
                    .put("left", log.lines().size() - newest.size())
                    .put("lines", newest)
                    .build());
        }
        return asOf().put("logs", new Json.Arr(items)).build();
    }

    private static List<String> newest(List<String> lines, int chars) {
        int left = chars;
        int from = lines.size();
        while (from > 0 && lines.get(from - 1).length() + 1 <= left) {
            from--;
            left -= lines.get(from).length() + 1;
        }
        return lines.subList(from, lines.size());
    }

    private Json.Obj tree(List<Part> parts, long generation) {
        List<Part> sorted = new ArrayList<>(parts);
        sorted.sort((one, other) -> other.state().compareTo(one.state())); // stable: by name among the same
        List<Json> items = new ArrayList<>();
        int count = 0;
        for (Part part : sorted) {
            count += 1 + part.parts().size();
            if (count <= MAX_PARTS) {
                items.add(json(part));
            }
        }
        return asOf().put("generation", generation)
                .put("objects", new Json.Arr(items))
                .put("left", sorted.size() - items.size())
                .build();
    }

    private static Json.Obj json(Part part) {
        return Json.object()
                .put("object", part.object())
                .put("state", Reason.camelCase(part.state().name()))
                .put("detail", Sentences.of(part.detail()))
                .put(
                        "parts",
                        new Json.Arr(part.parts().stream()
                                .<Json>map(SiteAnswers::json)
                                .toList()))
                .build();
    }

    private Answer objects(String namespace) {
        if (!allowed.export()) {
            return new Answer.Refused(
                    RuntimeReason.EXPORT_REFUSED,
                    "this site does not let what runs there be read (a technician allows it: export: allow in its"
                            + " agent.yaml)");
        }
        return switch (site.runtime().export(namespace)) {
            case Exported.Objects(List<Json.Obj> objects, List<String> notes) ->
                new Answer.Given(asOf().put("objects", new Json.Arr(List.copyOf(objects)))
                        .put("notes", notes)
                        .build());
            case Exported.Refused(RuntimeReason reason, String detail) -> new Answer.Refused(reason, detail);
            case Exported.Projects _, Exported.Model _ ->
                new Answer.Refused(
                        RuntimeReason.NOT_EXPORTABLE,
                        "there are no namespaces on a Docker engine (expected: a project, wherry export stack --project)");
        };
    }

    private Answer plan(SiteQuestion.Plan question) {
        Optional<Outlook> outlook = site.policy()
                .objection(question.model())
                .map(violation -> Outlook.blocked("PolicyDenied: " + violation.sentence()))
                .or(() -> site.runtime()
                        .outlook(site.content().deployments().forPlan(question, present(question.stack()))));
        return outlook.<Answer>map(found ->
                        new Answer.Given(asOf().put("plan", json(found)).build()))
                .orElseGet(() -> new Answer.Refused(
                        RuntimeReason.UNSUPPORTED_FIELD, "a Docker engine is not asked for a plan of objects"));
    }

    private Optional<Entry> present(StackId stack) {
        return site.journal().find(stack).flatMap(StackRecord::good).map(StackRecord.Good::entry);
    }

    /** As it goes to the hub, and to {@code wherry-agent diff}. */
    public static Json.Obj json(Outlook outlook) {
        List<Json> objects = new ArrayList<>();
        int chars = 0;
        for (Outlook.Changed changed : outlook.objects()) {
            chars += changed.diff().stream().mapToInt(String::length).sum();
            boolean fits = chars <= MAX_DIFF_CHARS;
            objects.add(Json.object()
                    .put("object", changed.object())
                    .put("action", Reason.camelCase(changed.action().name()))
                    .put("diff", fits ? changed.diff() : List.of())
                    .put("note", fits ? changed.note() : "not shown: the plan is too long")
                    .build());
        }
        return Json.object()
                .put("objects", new Json.Arr(objects))
                .put("notes", outlook.notes())
                .build();
    }

    private Json.Builder asOf() {
        return Json.object().put("asOf", clock.instant().toString());
    }
}
