package io.wherry.hub.resource;

import static java.util.Objects.requireNonNull;

import io.wherry.contract.json.Json;
import io.wherry.contract.json.JsonWriter;

/**
 * What {@code hub.yaml} says of the repository that declares the hub's own resources (docs/reference/hub-configuration.md#configuration).
 *
 * @param source named {@link #SOURCE}: where it is, which reference is followed, whose commits are believed
 * @param path   the folder whose files are taken, with those below; empty: the whole repository
 * @param prune  whether stacks end that it no longer declares; until then a person is asked
 * @param adopt  whether it takes over what people made under the same name and otherwise
 */
public record ConfigurationSpec(Source source, String path, boolean prune, boolean adopt) {
    /** The name of its source; and of its set, as {@code wherry apply --set} would name it. */
    public static final String SOURCE = "configuration";

    /** @throws IllegalArgumentException if the path leads out of the repository, or the source holds charts */
    public ConfigurationSpec {
        requireNonNull(source, "source");
        StackSource.requirePath("path", path);
        if (source.type().holdsCharts()) {
            throw new IllegalArgumentException("type: " + source.type().word()
                    + " without ref (expected: git, or oci with a ref: charts declare nothing)");
        }
    }

    /** Another text when anything of it changed that decides what a commit means. */
    public String rules() {
        return JsonWriter.compact(Json.object()
                .put("path", path)
                .put("prune", prune)
                .put("adopt", adopt)
                .build());
    }
}
