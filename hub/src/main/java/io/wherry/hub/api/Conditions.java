package io.wherry.hub.api;

import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceReason;
import io.wherry.hub.resource.Stored;
import java.util.Optional;

/** {@code If-Match} and {@code If-None-Match}, as sent. */
record Conditions(Optional<String> ifMatch, Optional<String> ifNoneMatch) {
    /** Versions are 1 and more. */
    private static final long NO_VERSION = 0;

    static final Conditions NONE = new Conditions(Optional.empty(), Optional.empty());

    boolean none() {
        return ifMatch.isEmpty() && ifNoneMatch.isEmpty();
    }

    /**
     * Holds the conditions against the object as it stands in the transaction that is about to change it.
     *
     * @param now empty if there is no such object
     * @throws ApiException with 412 if it is not as the caller wants it; thrown inside of a transaction, it undoes it
     */
    void require(String object, Optional<? extends Stored<? extends Resource>> now) {
        long version = now.map(Stored::resourceVersion).orElse(NO_VERSION);
        ifMatch.ifPresent(tags -> {
            boolean named = Etags.names("If-Match", tags, version);
            if (now.isEmpty()) {
                throw failed(object + " does not exist", "without If-Match it would be made");
            }
            if (!named) {
                throw failed(object + " was changed since you saw it", "get it again, repeat the change");
            }
        });
        ifNoneMatch.ifPresent(tags -> {
            if (Etags.names("If-None-Match", tags, version) && now.isPresent()) {
                throw failed(object + " exists", "without If-None-Match it would be changed");
            }
        });
    }

    private static ApiException failed(String detail, String hint) {
        return new ApiException(412, ResourceReason.CHANGED_MEANWHILE, detail, hint);
    }
}
