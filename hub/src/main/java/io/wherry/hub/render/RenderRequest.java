package io.wherry.hub.render;

import static java.util.Objects.requireNonNull;

import io.wherry.hub.resource.ComposeSpec;
import io.wherry.hub.source.SourceTree;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What to render, and with which values.
 *
 * @param tree          the repository at one commit, or a folder on disk; it records what is read of it
 * @param path          the stack's folder in the tree; empty for the root
 * @param files         Compose files relative to the path, later ones over earlier ones; empty: the default file and its override
 * @param profiles      profiles to enable; {@code *} enables all
 * @param envFiles      files of variables relative to the path, later ones over earlier ones; empty: {@code .env} of the project directory
 * @param variables     the stack's variables, site variables that are early among them; they win over every file
 * @param projectName   the project's name; wins over {@code name:} in the file
 * @param siteVariables names of the late site variables: they stay in the model as {@code ${NAME}}
 * @param mode          how the services shall run: what cannot be carried out so is refused
 */
public record RenderRequest(
        SourceTree tree,
        String path,
        List<String> files,
        List<String> profiles,
        List<String> envFiles,
        SortedMap<String, String> variables,
        String projectName,
        SortedSet<String> siteVariables,
        ComposeSpec.Mode mode) {

    /** For containers. */
    public RenderRequest(
            SourceTree tree,
            String path,
            List<String> files,
            List<String> profiles,
            List<String> envFiles,
            SortedMap<String, String> variables,
            String projectName,
            SortedSet<String> siteVariables) {
        this(tree, path, files, profiles, envFiles, variables, projectName, siteVariables, ComposeSpec.Mode.CONTAINERS);
    }

    public RenderRequest {
        requireNonNull(tree, "tree");
        requireNonNull(path, "path");
        files = List.copyOf(files);
        profiles = List.copyOf(profiles);
        envFiles = List.copyOf(envFiles);
        variables = Collections.unmodifiableSortedMap(new TreeMap<>(variables));
        siteVariables = Collections.unmodifiableSortedSet(new TreeSet<>(siteVariables));
        if (!projectName.matches("[a-z0-9][a-z0-9_-]*")) {
            throw new IllegalArgumentException("projectName: " + projectName
                    + " (expected: lower-case letters, digits, - and _, beginning with a letter or digit)");
        }
    }

    /** The same for another mode. */
    public RenderRequest with(ComposeSpec.Mode other) {
        return new RenderRequest(tree, path, files, profiles, envFiles, variables, projectName, siteVariables, other);
    }

    /** The default files of the folder, with no profile and no variable. */
    public static RenderRequest of(SourceTree tree, String path, String projectName) {
        return new RenderRequest(
                tree, path, List.of(), List.of(), List.of(), new TreeMap<>(), projectName, new TreeSet<>());
    }
}
