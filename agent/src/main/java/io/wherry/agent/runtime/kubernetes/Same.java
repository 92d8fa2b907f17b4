package io.wherry.agent.runtime.kubernetes;

import io.wherry.contract.json.Json;

/** Whether an apply changes anything: neither a value nor who owns it. */
final class Same {
    private Same() {}

    /**
     * @param dry what the server says the object would be
     */
    static boolean of(Json.Obj live, Json.Obj dry) {
        return values(live, dry) && Owners.ours(live).equals(Owners.ours(dry));
    }

    static boolean values(Json.Obj live, Json.Obj dry) {
        return plain(live).equals(plain(dry));
    }

    /** Without what the server counts and notes by itself. */
    private static Json.Obj plain(Json.Obj object) {
        Json.Obj bare = object;
        for (String field : new String[] {"managedFields", "resourceVersion", "generation"}) {
            bare = Fields.without(bare, "metadata", field);
        }
        return Fields.without(bare, "status");
    }
}
