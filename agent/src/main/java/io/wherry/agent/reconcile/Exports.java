package io.wherry.agent.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.agent.hubclient.ExportAnswer;
import io.wherry.agent.hubclient.Polled.ExportWish;
import io.wherry.agent.runtime.Exported;
import io.wherry.agent.runtime.RuntimeReason;
import io.wherry.agent.runtime.RuntimeUnavailable;
import io.wherry.contract.Limits;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers operators who ask what runs here, where the site lets them. What is answered goes to the hub and is neither logged nor kept.
 *
 * <p>A question whose answer did not arrive is asked again by the next poll.
 */
public final class Exports {
    private static final Logger LOG = System.getLogger(Exports.class.getName());

    private final Function<String, Exported> runtime;
    private final boolean allowed;
    private final Function<ExportAnswer, Optional<String>> hub;

    /**
     * @param runtime what runs of a project
     * @param allowed whether the site lets it be read
     * @param hub     brings an answer home; answers why it did not arrive
     */
    public Exports(Function<String, Exported> runtime, boolean allowed, Function<ExportAnswer, Optional<String>> hub) {
        this.runtime = runtime;
        this.allowed = allowed;
        this.hub = hub;
    }

    void serve(ExportWish wish) {
        ExportAnswer answer = answer(wish);
        LOG.log(
                Level.INFO,
                () -> "an operator asked what runs here (" + (wish.project().isEmpty() ? "projects" : wish.project())
                        + "): " + (answer.reason().isEmpty() ? "answered" : answer.reason()));
        hub.apply(answer)
                .ifPresent(why -> LOG.log(Level.WARNING, () -> "the answer to an operator did not arrive: " + why));
    }

    private ExportAnswer answer(ExportWish wish) {
        if (!allowed) {
            return refused(
                    wish,
                    RuntimeReason.EXPORT_REFUSED,
                    "this site does not let what runs there be read (a technician allows it: export: allow in its agent.yaml)");
        }
        try {
            return switch (runtime.apply(wish.project())) {
                case Exported.Projects(List<Exported.Project> projects) -> content(wish, projects(projects));
                case Exported.Model(Json.Obj model, List<String> notes) ->
                    content(
                            wish,
                            Json.object()
                                    .put("model", model)
                                    .put("notes", notes)
                                    .build());
                case Exported.Refused(RuntimeReason reason, String detail) -> refused(wish, reason, detail);
            };
        } catch (RuntimeUnavailable e) {
            return refused(wish, e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private static Json.Obj projects(List<Exported.Project> projects) {
        return Json.object()
                .put(
                        "projects",
                        new Json.Arr(projects.stream()
                                .map(project -> (Json) Json.object()
                                        .put("name", project.name())
                                        .put("containers", project.containers())
                                        .put("running", project.running())
                                        .put("owner", project.owner())
                                        .build())
                                .toList()))
                .build();
    }

    private static ExportAnswer content(ExportWish wish, Json.Obj content) {
        byte[] bytes = JsonWriter.compact(content).getBytes(UTF_8);
        return bytes.length > Limits.EXPORT_BYTES
                ? refused(
                        wish,
                        RuntimeReason.EXPORT_REFUSED,
                        "the answer has " + bytes.length + " bytes (at most " + Limits.EXPORT_BYTES + ")")
                : new ExportAnswer(wish.id(), bytes, "", "");
    }

    private static ExportAnswer refused(ExportWish wish, RuntimeReason reason, String detail) {
        return new ExportAnswer(wish.id(), new byte[0], reason.code(), detail);
    }
}
