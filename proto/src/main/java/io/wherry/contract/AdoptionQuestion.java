package io.wherry.contract;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonException;

/**
 * What a stack would run at a site where somebody runs the same Compose project already: the site is asked what of it differs (docs/reference/agent-protocol.md,
 * {@link Features#COMPARE}). Unsigned, so it is only looked at.
 *
 * @param stack uid: below its folder relative paths mean
 * @param name  the stack's name, for people
 * @param model in the shape of {@code docker compose config --format json}, with the site's variables put in
 */
public record AdoptionQuestion(StackId stack, String name, Json.Obj model) {

    public Json.Obj toJson() {
        return Json.object()
                .put("stack", stack.value())
                .put("name", name)
                .put("model", model)
                .build();
    }

    /** @throws JsonException if a field is missing or of another kind, {@link IllegalArgumentException} if one is not what it should be */
    public static AdoptionQuestion parse(Json.Obj json) {
        AdoptionQuestion question =
                new AdoptionQuestion(StackId.parse(json.string("stack")), json.string("name"), json.object("model"));
        Check.that(
                question.toJson().fields().keySet().equals(json.fields().keySet()),
                "fields",
                json.fields().keySet(),
                "stack, name, model");
        return question;
    }
}
