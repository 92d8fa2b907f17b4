package io.wherry.hub.api;

import io.wherry.hub.resource.Owner;
import io.wherry.hub.resource.Resource;
import io.wherry.hub.resource.ResourceReason;
import io.wherry.hub.resource.Stored;
import java.util.Optional;

/** What a file of the configuration repository declares is changed in that file. */
final class Owned {
    private Owned() {}

    /** @throws ApiException naming the file, if the object has an owner; thrown inside of a transaction, it undoes it */
    static void refuse(Stored<? extends Resource> stored) {
        stored.owner().ifPresent(owner -> {
            throw refusal(stored.resource(), "is declared by " + owner.text(), owner.equals(Owner.HUB_YAML));
        });
    }

    /** @param detail what the owner is */
    static ApiException refusal(Resource resource, String detail, boolean ofHubYaml) {
        return new ApiException(
                409,
                ResourceReason.OWNED_BY_CONFIGURATION,
                resource.kind().word() + "/" + resource.name() + " " + detail,
                ofHubYaml
                        ? "change the section configuration there, and restart the hub"
                        : "change that file, and commit");
    }

    /** Said of a change that was only asked for: whether it would be refused. */
    static Optional<String> warning(Optional<Stored<Resource>> before, Resource wanted) {
        return before.filter(stored -> !stored.resource().equals(wanted))
                .flatMap(Stored::owner)
                .map(owner -> wanted.kind().word() + "/" + wanted.name() + " is declared by " + owner.text()
                        + ": it is changed there, and this would be refused");
    }
}
