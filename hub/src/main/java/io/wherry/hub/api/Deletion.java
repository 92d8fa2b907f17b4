package io.wherry.hub.api;

import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.Stored;

/** Deletes an object, with its audit record; a stack goes when its sites have confirmed. */
@FunctionalInterface
interface Deletion {
    /**
     * @param conditions held against the object in the transaction that deletes it
     * @return what is to be told: {@code deleted}, or that it goes when its sites have confirmed
     */
    String delete(ApiRequest request, Stored<? extends Resource> stored, boolean deleteVolumes, Conditions conditions);
}
