package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.List;

/**
 * Who may sign one kind of document.
 *
 * @param keyIds    ids of keys of the same root; 1 to {@link Limits#KEYS}, each once
 * @param threshold how many distinct keys of these must have signed; 1 to the number of them
 */
public record Role(List<String> keyIds, int threshold) {
    public Role {
        keyIds = List.copyOf(keyIds);
        Check.range("keyIds", keyIds.size(), 1, Limits.KEYS);
        Check.distinct("keyIds", keyIds);
        Check.range("threshold", threshold, 1, keyIds.size());
    }

    /** One signature of this key is enough. */
    public static Role of(String keyId) {
        return new Role(List.of(keyId), 1);
    }

    Json toJson() {
        return Json.object().put("keyIds", keyIds).put("threshold", threshold).build();
    }

    static Role parse(Json.Obj role) {
        return new Role(role.strings("keyIds"), Math.toIntExact(role.integer("threshold")));
    }
}
