package io.wherry.hub.validation;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problem;
import io.wherry.hub.resource.ConfigurationSpec;
import io.wherry.hub.source.LocalTree;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Where repositories lie on this machine.
 *
 * @param root     of the repository with the resources; what {@code sourceRef: configuration} means
 * @param bySource others, by the names of their sources
 */
public record Checkouts(Path root, Map<String, Path> bySource) {
    public Checkouts {
        bySource = Map.copyOf(bySource);
    }

    /** Names of sources that need no declaration. */
    Set<String> sources() {
        Set<String> names = new TreeSet<>(bySource.keySet());
        names.add(ConfigurationSpec.SOURCE);
        return names;
    }

    /** The root's if it has none of its own; empty if it is not on this machine. */
    Optional<Checkout> of(String source) {
        Map<String, Path> all = new TreeMap<>(Map.of(ConfigurationSpec.SOURCE, root));
        all.putAll(bySource);
        return Optional.ofNullable(all.get(source)).map(Checkout::new);
    }

    /** One of them. */
    record Checkout(Path folder) {
        /** @throws io.wherry.hub.source.TreeException if the folder is not there */
        LocalTree open() {
            return LocalTree.open(folder);
        }

        Position located(Position at) {
            return LocalTree.located(folder, at);
        }

        Problem located(Problem problem) {
            return problem.at(located(problem.at()));
        }
    }
}
