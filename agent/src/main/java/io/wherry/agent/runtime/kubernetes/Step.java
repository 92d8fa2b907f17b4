package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;
import java.util.Optional;

/** What is to be done with one declared object. */
sealed interface Step {
    Declared declared();

    /** It is as declared, field by field, and ours. */
    record Keep(Declared declared, Json.Obj live) implements Step {}

    /**
     * @param object to be applied, with our marks
     */
    record Make(Declared declared, Json.Obj object) implements Step {}

    /**
     * @param live      as it was looked at
     * @param before    a JSON patch that comes before the apply: it takes back what people added by hand, or what nobody declared and stands in the way; empty: there is nothing
     * @param takenOver whether it was somebody else's until now
     */
    record Change(Declared declared, Json.Obj object, Json.Obj live, Optional<Json.Arr> before, boolean takenOver)
            implements Step {}

    /** It cannot be changed, and may be deleted and made anew. */
    record Replace(Declared declared, Json.Obj object, Json.Obj live) implements Step {}

    /** Its kind, its namespace or what it refers to may come with the stack: it is tried again when its phase begins. */
    record Later(Declared declared) implements Step {}
}
