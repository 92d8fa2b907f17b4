package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.contract.json.JsonException;
import io.wherry.contract.json.JsonReader;
import io.wherry.contract.json.JsonWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the file that {@code security_opt: [seccomp=FILE]} names in its place: an engine takes a profile by its content, which Compose reads when it starts
 * a container, and the site has no such file.
 */
final class SeccompProfiles {
    private static final Pattern OPTION = Pattern.compile("seccomp[=:](.*)", Pattern.DOTALL);

    /** What the engine has itself. */
    private static final Set<String> BUILT_IN = Set.of("unconfined", "builtin");

    private final Files files;
    private final String projectFolder;
    private final Problems problems;

    SeccompProfiles(Files files, String projectFolder, Problems problems) {
        this.files = files;
        this.projectFolder = projectFolder;
        this.problems = problems;
    }

    /** The options with what the files hold. */
    YamlNode resolve(YamlNode options) {
        List<YamlNode> resolved =
                Nodes.items(options).stream().map(this::option).toList();
        return Nodes.list(resolved, options);
    }

    private YamlNode option(YamlNode option) {
        Matcher seccomp = OPTION.matcher(Nodes.asText(option));
        if (!seccomp.matches() || BUILT_IN.contains(seccomp.group(1))) {
            return option;
        }
        return files.component("security_opt", projectFolder, seccomp.group(1), option.at())
                .flatMap(file -> profile(file.path(), file.content(), option))
                .<YamlNode>map(profile -> Nodes.text("seccomp=" + profile, option.at()))
                .orElse(option);
    }

    private Optional<String> profile(String path, byte[] content, YamlNode option) {
        try {
            return Optional.of(JsonWriter.compact(JsonReader.object(content)));
        } catch (JsonException e) {
            problems.add(
                    option.at(),
                    path + " is no seccomp profile: " + e.getMessage(),
                    "a JSON object, as docker run takes it");
            return Optional.empty();
        }
    }
}
