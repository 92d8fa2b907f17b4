package io.wherry.hub.api;

import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.Stored;
import org.jdbi.v3.core.Handle;

/** Deletes an object, in the caller's transaction, with its audit record; a stack goes when its sites have confirmed. */
@FunctionalInterface
interface Deletion {
    /** @return what is to be told: {@code deleted}, or that it goes when its sites confirmed */
    String delete(Handle handle, ApiRequest request, Stored<? extends Resource> stored, boolean deleteVolumes);
}
