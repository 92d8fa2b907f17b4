package io.wherry.contract;

import io.wherry.contract.json.Json;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a release permits beyond running its content. An agent deletes nothing that is not named here, however far behind it is.
 *
 * @param delete     names of objects that the stack stopped declaring since the oldest generation that any target still runs, at most
 *                   {@link Limits#DELETE_PERMISSIONS}: on Docker {@code service/web}, {@code network/front}, {@code volume/data}; on
 *                   Kubernetes as {@link ObjectName} writes them
 * @param removeData whether volumes named in {@code delete} may go with what is in them
 */
public record Permissions(SortedSet<String> delete, boolean removeData) {
    public static final Permissions NONE = new Permissions(Collections.emptySortedSet(), false);

    /** 512 characters: {@code kind/namespace/name} of Kubernetes with the longest allowed parts. */
    private static final int MAX_OBJECT_CHARS = 512;

    public Permissions {
        Check.count("delete", delete, Limits.DELETE_PERMISSIONS);
        delete.forEach(object -> Check.filled("delete", object, MAX_OBJECT_CHARS));
        delete = Collections.unmodifiableSortedSet(new TreeSet<>(delete));
    }

    Json toJson() {
        return Json.object().put("delete", delete).put("removeData", removeData).build();
    }

    static Permissions parse(Json.Obj permissions) {
        var delete = permissions.strings("delete");
        Check.distinct("delete", delete);
        return new Permissions(new TreeSet<>(delete), permissions.bool("removeData"));
    }
}
