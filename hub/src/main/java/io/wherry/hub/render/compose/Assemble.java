package io.wherry.hub.render.compose;

import io.wherry.base.yaml.Position;
import io.wherry.base.yaml.Problems;
import io.wherry.base.yaml.YamlNode;
import io.wherry.hub.source.TreeFile;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;

/**
 * Makes one model of a list of files, by steps 2 to 9: each file is filled, checked, brought to its long form and given what it extends and
 * includes, then it goes over those before it. An included list of files takes this way too.
 */
final class Assemble {
    private final Problems problems;
    private final Interpolate interpolate;
    private final Budget budget;
    private final Extend extend;
    private final Include include;
    private final String stackFolder;
    private final String projectFolder;

    /**
     * @param stackFolder   the stack's folder in the tree
     * @param projectFolder the folder of its first file
     */
    Assemble(
            Files files,
            String stackFolder,
            String projectFolder,
            Budget budget,
            Problems problems,
            Problems warnings) {
        this.problems = problems;
        this.stackFolder = stackFolder;
        this.projectFolder = projectFolder;
        this.interpolate = new Interpolate(problems, warnings);
        this.budget = budget;
        this.extend = new Extend(files, this, budget, problems);
        this.include = new Include(files, this, budget, problems);
    }

    /**
     * The merged model; incomplete where there are problems.
     *
     * @param including the files on the way here from the first one, by {@code include}
     */
    YamlNode.Mapping model(List<TreeFile> found, Scope scope, SequencedSet<String> including) {
        List<Layer> written = filled(found, scope);
        List<Layer> layers = normalised(written, scope.folder());
        YamlNode.Mapping merged = Nodes.none(
                layers.isEmpty()
                        ? Position.of(found.getFirst().path())
                        : layers.getFirst().root().at());
        Blanks blanks = new Blanks(problems);
        for (int i = 0; i < layers.size(); i++) {
            Layer extended = extend.services(layers.get(i), scope);
            YamlNode.Mapping whole = include.into(extended, scope, including);
            merged = Merge.layer(merged, whole, problems);
            blanks.check(written.get(i).root(), merged);
        }
        return TakeVariables.into(merged, scope.variables());
    }

    /** Steps 1 and 2; none if there is any problem, since what follows from it would be named too. */
    List<Layer> filled(List<TreeFile> found, Scope scope) {
        Mark mark = Mark.of(problems);
        List<Layer> filled = new ArrayList<>();
        for (Layer layer : Load.parse(found, problems)) {
            if (!budget.hold(layer.root())) {
                return List.of();
            }
            filled.add(interpolate.layer(layer, scope.variables(), Relocate.way(scope.folder(), stackFolder)));
        }
        return mark.isClean() ? filled : List.of();
    }

    /** Steps 3 to 5; none if there is any problem. */
    List<Layer> normalised(List<Layer> layers, String folder) {
        Mark mark = Mark.of(problems);
        layers.forEach(new Check(problems)::layer);
        if (!mark.isClean()) {
            return List.of();
        }
        Normalise normalise = new Normalise(problems);
        List<Layer> normalised = layers.stream()
                .map(layer -> new Layer(layer.file(), Relocate.layer(normalise.layer(layer), folder, projectFolder)))
                .toList();
        return mark.isClean() ? normalised : List.of();
    }
}
