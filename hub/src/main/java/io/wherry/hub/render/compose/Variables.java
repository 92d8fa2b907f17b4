package io.wherry.hub.render.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlException;
import io.wherry.hub.render.RenderRequest;
import io.wherry.hub.source.TreeFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The values that interpolation uses: the stack's variables over env files over {@code .env}. Never the hub's own environment. */
final class Variables implements Lookup {
    /** Variables by which Compose itself is steered, and the stack's field that does so here. */
    private static final Map<String, String> STEERING = new TreeMap<>(Map.of(
            "COMPOSE_FILE", "compose.files",
            "COMPOSE_PROFILES", "compose.profiles",
            "COMPOSE_ENV_FILES", "compose.envFiles"));

    /** What Compose sets to the project's name, whatever a file says. */
    private static final String PROJECT_NAME = "COMPOSE_PROJECT_NAME";

    private final Map<String, String> values = new HashMap<>();
    private final Map<String, String> fromFiles = new HashMap<>();
    private final Set<String> late;
    private final Set<String> unset = new TreeSet<>();

    private final Optional<Variables> outer;

    private Variables(Set<String> late, Optional<Variables> outer) {
        this.late = late;
        this.outer = outer;
    }

    /** @param projectFolder the folder whose {@code .env} counts where the request names no env file */
    static Variables load(RenderRequest request, String projectFolder, Files files, Problems problems) {
        Variables variables = new Variables(request.siteVariables(), Optional.empty());
        request.variables().forEach((name, value) -> {
            if (SiteMark.isIn(value)) {
                problems.add(
                        Position.of(request.path()),
                        "variable " + name + " holds a reserved character",
                        "U+E000 and U+E001 cannot be used");
            }
            variables.values.put(name, value);
        });
        List<String> paths = request.envFiles();
        if (paths.isEmpty()) {
            files.find(projectFolder, ".env", Position.of(".env")).ifPresent(file -> variables.add(file, problems));
        }
        for (String path : paths) {
            Optional<TreeFile> file = files.find(request.path(), path, Position.of(path));
            file.ifPresentOrElse(
                    found -> variables.add(found, problems),
                    () -> problems.add(
                            Position.of(path), "no such env file", "its path is relative to the stack's folder"));
        }
        variables.values.put(
                PROJECT_NAME, request.projectName()); // after the files: they do not see it, as with Compose
        return variables;
    }

    /** Those of an included model: what is set here wins, then come the files, later ones over earlier ones. */
    Variables over(List<TreeFile> envFiles, Problems problems) {
        Variables inner = new Variables(late, Optional.of(this));
        envFiles.forEach(file -> inner.fromFiles.putAll(inner.read(file, problems)));
        return inner;
    }

    /** One of the stack's own files: what would steer Compose there is named instead of ignored. */
    private void add(TreeFile file, Problems problems) {
        Map<String, String> read = read(file, problems);
        fromFiles.putAll(read);
        STEERING.forEach((name, field) -> {
            if (read.containsKey(name)) {
                problems.add(
                        placeOf(name, file),
                        name + " has no effect here",
                        "remove it, and set " + field + " of the stack");
            }
        });
    }

    private static Position placeOf(String name, TreeFile file) {
        List<String> lines = new String(file.content(), UTF_8).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int column = lines.get(i).indexOf(name);
            if (column >= 0 && !lines.get(i).stripLeading().startsWith("#")) {
                return new Position(file.path(), i + 1, column + 1);
            }
        }
        return Position.of(file.path());
    }

    private Map<String, String> read(TreeFile file, Problems problems) {
        try {
            return DotEnv.parse(file.path(), new String(file.content(), UTF_8), this);
        } catch (YamlException e) {
            e.problems().forEach(problems::add);
            return Map.of();
        }
    }

    @Override
    public Optional<String> find(String name) {
        return isLate(name)
                ? Optional.of(SiteMark.of(name))
                : outer.flatMap(variables -> variables.find(name))
                        .or(() -> Optional.ofNullable(values.getOrDefault(name, fromFiles.get(name))));
    }

    @Override
    public boolean isLate(String name) {
        return late.contains(name);
    }

    @Override
    public void unset(String name) {
        unset.add(name);
    }

    /** The names used plainly since the last call that have no value. */
    Set<String> takeUnset() {
        Set<String> taken = new TreeSet<>(unset);
        unset.clear();
        return taken;
    }
}
