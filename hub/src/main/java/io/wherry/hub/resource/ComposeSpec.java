package io.wherry.hub.resource;

import io.wherry.contract.ModelFormat;
import io.wherry.contract.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the Compose files of a stack are read.
 *
 * @param files       relative to the stack's path, later ones override earlier ones; empty: the usual names
 * @param profiles    which profiles are on
 * @param envFiles    for interpolation, relative to the stack's path; empty: {@code .env} if there
 * @param projectName the name of the Compose project at the site; the stack's name unless given
 * @param adopt       whether what people started of that project with Docker Compose is taken over
 */
public record ComposeSpec(
        List<String> files, List<String> profiles, List<String> envFiles, Optional<String> projectName, boolean adopt)
        implements StackFormat {
    public static final ComposeSpec DEFAULT = new ComposeSpec(List.of(), List.of(), List.of(), Optional.empty(), false);

    private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
    private static final Pattern PROFILE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

    /** More files than that are generated, and can be generated into one. */
    private static final int MAX_FILES = 32;

    public ComposeSpec {
        files = paths("files", files);
        envFiles = paths("envFiles", envFiles);
        profiles = List.copyOf(profiles);
        profiles.forEach(profile -> Names.require(
                PROFILE.matcher(profile).matches(),
                "profile",
                profile,
                "letters, digits, . _ -, first a letter or digit"));
        projectName.ifPresent(name -> Names.require(
                PROJECT.matcher(name).matches(),
                "projectName",
                name,
                "1 to 63 of a-z, 0-9, _ and -, first a letter or digit"));
    }

    private static List<String> paths(String what, List<String> paths) {
        if (paths.size() > MAX_FILES) {
            throw new IllegalArgumentException(what + ": " + paths.size() + " (expected: at most " + MAX_FILES + ")");
        }
        paths.forEach(path -> StackSource.requirePath(what, path));
        return List.copyOf(paths);
    }

    @Override
    public String word() {
        return "compose";
    }

    @Override
    public ModelFormat model() {
        return ModelFormat.COMPOSE;
    }

    @Override
    public void put(Json.Builder spec) {
        spec.put("compose", toJson());
    }

    private Json.Obj toJson() {
        Json.Builder json = Json.object()
                .put("files", files)
                .put("profiles", profiles)
                .put("envFiles", envFiles)
                .putIf("projectName", projectName);
        if (adopt) {
            json.put("adopt", true);
        }
        return json.build();
    }
}
