package io.wherry.agent.runtime.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.contract.Digest;
import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;
import java.util.Optional;

/**
 * By what an object is known to be unchanged.
 *
 * @param resourceVersion changes with every write, that of a status too
 * @param mark            of kinds whose wanted state is counted by {@code metadata.generation}: the digest of the metadata without what a change of the
 *                        status alone touches; empty for all others
 */
record Version(String uid, String resourceVersion, Optional<Digest> mark) {

    /** @param object as the API server gives it; its metadata is enough */
    static Version of(Json.Obj object) {
        Json.Obj metadata = Fields.object(object, "metadata");
        boolean counted = metadata.find("generation")
                .filter(n -> !n.equals(new Json.Int(0)))
                .isPresent();
        return new Version(
                Fields.text(metadata, "uid"),
                Fields.text(metadata, "resourceVersion"),
                counted
                        ? Optional.of(Digest.of(
                                JsonWriter.compact(withoutStatus(metadata)).getBytes(UTF_8)))
                        : Optional.empty());
    }

    private static Json.Obj withoutStatus(Json.Obj metadata) {
        Json.Arr owners = new Json.Arr(Fields.objects(metadata, "managedFields").stream()
                .filter(entry -> !Fields.text(entry, "subresource").equals("status"))
                .map(Json.class::cast)
                .toList());
        return Fields.with(Fields.without(metadata, "resourceVersion"), owners, "managedFields");
    }

    /** Whether all but the status is what it was. */
    boolean isSameAs(Version other) {
        return !uid.isEmpty()
                && uid.equals(other.uid)
                && (resourceVersion.equals(other.resourceVersion) || (mark.isPresent() && mark.equals(other.mark)));
    }
}
